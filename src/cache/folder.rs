//! The folder of kept stages: one file an entry, found by its name alone.
//!
//! Any number of processes may use it at once, without locks: an entry is written under a temporary name and renamed, so
//! that whoever opens it has all of it; whoever writes it again writes the same value; one that is removed while it is
//! read is read to its end.

use crate::cache::entry::{Entry, Header, Problem, frame};
use crate::cache::eviction;
use crate::report::write::between_writes;
use std::fs::{self, DirBuilder, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the name of an entry's file ends in.
const ENDING: &str = "stage";
/// What the name of a file begins with that is being written.
const UNFINISHED: &str = ".grn-";
/// A file that was not written to for so long belongs to a program that was ended.
const ABANDONED: Duration = Duration::from_secs(3600);
/// Tells backup programs that the folder holds nothing that can't be made again (<https://bford.info/cachedir/>).
const TAG: (&str, &str) = (
    "CACHEDIR.TAG",
    "Signature: 8a477f597d28d172789f06886806bc55\n# Stages that grn keeps between runs; see `grn cache`.\n",
);

/// A folder of kept stages. Nothing is made before the first entry.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// One entry of a folder.
#[derive(Debug)]
pub struct Listed {
    /// Its file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// When it was used last.
    pub used: SystemTime,
    /// What it holds, or why that can't be told.
    pub header: Result<Header, String>,
}

impl Folder {
    /// The folder at a path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The file of the entry of this name.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name).with_extension(ENDING)
    }

    /// Opens the entry of this name.
    ///
    /// # Errors
    /// None of that name; a damaged one.
    pub fn open(&self, name: &str) -> Result<Entry, Problem> {
        Entry::open(&self.file(name))
    }

    /// Notes that an entry is used now. One that can't be changed merely seems older than it is.
    pub fn touch(&self, name: &str) {
        let file = File::options().append(true).open(self.file(name));
        let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
    }

    /// Takes an entry away; one that isn't there any more is no error.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        remove(&self.file(name))
    }

    /// Writes an entry, whole or not at all; gives its size. A `durable` one outlives a failure of the machine as well;
    /// any other may then be damaged, which its checksum tells.
    ///
    /// # Errors
    /// As making folders and files fails; nothing is left behind.
    pub fn write(&self, name: &str, header: &Header, content: &[u8], durable: bool) -> io::Result<u64> {
        let (before, sum) = frame(header, content).ok_or(ErrorKind::InvalidData)?;
        self.make()?;
        let _writing = between_writes();
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.0)?;
        for part in [&before, content, &sum] {
            file.write_all(part)?;
        }
        if durable {
            file.as_file().sync_data()?;
        }
        file.persist(self.file(name)).map_err(|error| error.error)?;
        Ok((before.len() + content.len() + sum.len()) as u64)
    }

    /// Makes the folder, for its owner alone: what is kept is a copy of what may not be meant for others.
    fn make(&self) -> io::Result<()> {
        if self.0.is_dir() {
            return Ok(());
        }
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        builder.create(&self.0)?;
        let (name, content) = TAG;
        fs::write(self.0.join(name), content)
    }

    /// Every entry, in order of name. A folder that isn't there has none.
    ///
    /// # Errors
    /// As reading a folder fails.
    pub fn list(&self) -> io::Result<Vec<Listed>> {
        let entries = self.files()?.into_iter().filter(|(path, _)| is_entry(path));
        Ok(entries
            .map(|(path, metadata)| Listed {
                bytes: metadata.len(),
                used: metadata.modified().unwrap_or(UNIX_EPOCH),
                header: match Entry::open(&path) {
                    Ok(entry) => Ok(entry.header),
                    Err(problem) => Err(words(problem)),
                },
                path,
            })
            .collect())
    }

    /// The number of entries, and their size.
    ///
    /// # Errors
    /// As reading a folder fails.
    pub fn size(&self) -> io::Result<(usize, u64)> {
        let files = self.files()?;
        let sizes = files
            .iter()
            .filter(|(path, _)| is_entry(path))
            .map(|(_, file)| file.len());
        Ok(sizes.fold((0, 0), |(count, sum), bytes| (count + 1, sum + bytes)))
    }

    /// Takes all entries away, and what ended programs left; gives their number and size.
    ///
    /// # Errors
    /// An entry that can't be removed; the others before it are gone.
    pub fn clear(&self) -> io::Result<(usize, u64)> {
        let (mut count, mut sum) = (0, 0);
        for (path, metadata) in self.files()? {
            if is_entry(&path) {
                remove(&path)?;
                (count, sum) = (count + 1, sum + metadata.len());
            } else if is_abandoned(&path, &metadata) {
                remove(&path)?;
            }
        }
        Ok((count, sum))
    }

    /// Reads every entry whole; gives their number, and the damaged ones with the reason.
    ///
    /// # Errors
    /// As reading a folder fails.
    pub fn verify(&self) -> io::Result<(usize, Vec<(PathBuf, String)>)> {
        let (mut count, mut damaged) = (0, Vec::new());
        for (path, _) in self.files()?.into_iter().filter(|(path, _)| is_entry(path)) {
            count += 1;
            match Entry::open(&path).and_then(Entry::content) {
                Err(Problem::Missing(error)) if error.kind() == ErrorKind::NotFound => count -= 1,
                Err(problem) => damaged.push((path, words(problem))),
                Ok(_) => {}
            }
        }
        Ok((count, damaged))
    }

    /// Takes away what was not used for longest until the rest has at most so many bytes, and what ended programs left;
    /// gives the size of the rest.
    ///
    /// # Errors
    /// As reading a folder fails.
    pub fn shrink(&self, limit: u64) -> io::Result<u64> {
        let mut size = 0;
        for (path, metadata) in self.files()? {
            if is_abandoned(&path, &metadata) {
                let _ = remove(&path);
            }
            size += if is_entry(&path) { metadata.len() } else { 0 };
        }
        if size <= limit {
            return Ok(size);
        }
        // Only now is it worth opening all of them.
        let entries = self.list()?;
        size = entries.iter().map(|entry| entry.bytes).sum();
        for entry in eviction::order(&entries) {
            if size <= limit {
                break;
            }
            if remove(&entry.path).is_ok() {
                size -= entry.bytes;
            }
        }
        Ok(size)
    }

    fn files(&self) -> io::Result<Vec<(PathBuf, Metadata)>> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry?;
            // Another program may just have taken it away.
            if let Ok(metadata) = entry.metadata()
                && metadata.is_file()
            {
                files.push((entry.path(), metadata));
            }
        }
        files.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(files)
    }
}

fn is_entry(path: &Path) -> bool {
    let named = path.file_stem().and_then(|name| name.to_str());
    let hexadecimal = |name: &str| name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    path.extension().is_some_and(|ending| ending == ENDING) && named.is_some_and(hexadecimal)
}

fn is_abandoned(path: &Path, metadata: &Metadata) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let age = metadata.modified().ok().and_then(|changed| changed.elapsed().ok());
    name.starts_with(UNFINISHED.as_bytes()) && age.is_some_and(|age| age > ABANDONED)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn words(problem: Problem) -> String {
    match problem {
        Problem::Missing(error) => error.to_string(),
        Problem::Damaged(reason) => reason,
        Problem::Stopped => "it was not read to its end".to_owned(),
    }
}
