//! Opening data files: plain or gzip, with every way it can fail said in one clear message.

use crate::engine::context::{RunError, RunResult};
use crate::interruption::{self, Interruptible};
use crate::lang::diagnostics::Diagnostic;
use flate2::bufread::MultiGzDecoder;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The first two bytes of every gzip stream.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Bytes that a file gives after decompression, with how far it has been read.
pub struct Input {
    path: PathBuf,
    reader: Box<dyn Read + Send>,
    compressed: bool,
    consumed: Arc<AtomicU64>,
    size: u64,
}

impl Input {
    /// Opens `path`; gzip is recognised by content, not by name.
    ///
    /// # Errors
    /// A missing file, a folder, or no permission to read.
    pub fn open(path: &Path) -> RunResult<Self> {
        let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        if metadata.is_dir() {
            let message = format!("expected a file, found the folder `{}`", path.display());
            return Err(Diagnostic::error("not-a-file", message)
                .help("name one file inside the folder")
                .into());
        }
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let consumed = Arc::new(AtomicU64::new(0));
        let counted = CountedRead {
            inner: file,
            consumed: Arc::clone(&consumed),
        };
        let mut buffered = BufReader::with_capacity(1 << 18, counted);
        let start = buffered.fill_buf().map_err(|error| unreadable(path, &error))?;
        let compressed = start.starts_with(&GZIP_MAGIC);
        let reader: Box<dyn Read + Send> = if compressed {
            Box::new(MultiGzDecoder::new(buffered))
        } else {
            Box::new(buffered)
        };
        Ok(Self {
            path: path.to_owned(),
            reader,
            compressed,
            consumed,
            size: metadata.len(),
        })
    }

    /// Appends up to `limit` more bytes to `buffer`; gives how many there were, 0 at the end of the file.
    ///
    /// # Errors
    /// A truncated or damaged gzip stream, a failing disk, or the user's wish to stop.
    pub fn append(&mut self, buffer: &mut Vec<u8>, limit: usize) -> RunResult<usize> {
        let result = Interruptible(&mut self.reader).take(limit as u64).read_to_end(buffer);
        result.map_err(|error| self.broken(&error))
    }

    /// Bytes read from the disk so far.
    pub fn consumed(&self) -> u64 {
        self.consumed.load(Ordering::Relaxed)
    }

    /// Bytes on the disk.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Bytes that there are to read; `None` for compressed files, which don't tell.
    pub fn plain_size(&self) -> Option<u64> {
        (!self.compressed).then_some(self.size)
    }

    fn broken(&self, error: &std::io::Error) -> RunError {
        if interruption::is_requested() {
            return RunError::Cancelled;
        }
        let path = self.path.display();
        let diagnostic = match error.kind() {
            ErrorKind::UnexpectedEof if self.compressed => {
                Diagnostic::error("truncated-gzip", format!("the gzip stream in `{path}` ends too early"))
                    .help("the file is incomplete, or something else follows the stream: copy or download it again")
            }
            ErrorKind::InvalidData | ErrorKind::InvalidInput if self.compressed => Diagnostic::error(
                "damaged-gzip",
                format!("the gzip stream in `{path}` is damaged: {error}"),
            )
            .help("`gzip -t` tells whether the file is sound; copy or download it again"),
            _ => Diagnostic::error("unreadable-file", format!("`{path}` can't be read: {error}")),
        };
        diagnostic.in_file(&self.path, None, None).into()
    }
}

struct CountedRead {
    inner: File,
    consumed: Arc<AtomicU64>,
}

impl Read for CountedRead {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.consumed.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// The whole text of a small file.
///
/// # Errors
/// As [`Input::open`] and [`Input::append`]; also text that isn't UTF-8, with its line.
pub fn read_text(path: &Path) -> RunResult<String> {
    let mut bytes = Vec::new();
    let mut input = Input::open(path)?;
    while input.append(&mut bytes, 1 << 20)? > 0 {}
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes().iter().take(valid).filter(|&&b| b == b'\n').count();
        Diagnostic::error("not-text", format!("`{}` isn't text in UTF-8", path.display()))
            .in_file(path, Some(line), None)
            .help("expected a comma-separated text file, plain or gzip")
            .into()
    })
}

/// The names of the entries of the folder `path`, sorted.
///
/// # Errors
/// A missing folder, a file in its place, or no permission to read.
pub fn list_folder(path: &Path) -> RunResult<Vec<String>> {
    let metadata = fs::metadata(path).map_err(|error| missing_folder(path, &error))?;
    if !metadata.is_dir() {
        let message = format!("expected a folder, found the file `{}`", path.display());
        return Err(Diagnostic::error("not-a-folder", message)
            .help("name the folder that holds the file")
            .into());
    }
    let entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(path, &error))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

fn missing_folder(path: &Path, error: &std::io::Error) -> RunError {
    if error.kind() != ErrorKind::NotFound {
        return unreadable(path, error);
    }
    let message = format!("there is no folder `{}`", path.display());
    Diagnostic::error("folder-not-found", message)
        .help(where_it_ends(path))
        .into()
}

fn unreadable(path: &Path, error: &std::io::Error) -> RunError {
    let shown = path.display();
    match error.kind() {
        ErrorKind::NotFound => {
            Diagnostic::error("file-not-found", format!("there is no file `{shown}`")).help(where_it_ends(path))
        }
        ErrorKind::PermissionDenied => {
            Diagnostic::error("no-permission", format!("`{shown}` can't be read: permission denied"))
                .help("`chmod +r` gives the permission to read")
        }
        _ => Diagnostic::error("unreadable-file", format!("`{shown}` can't be read: {error}")),
    }
    .into()
}

/// Where a path stops to exist, and the nearest name there.
fn where_it_ends(path: &Path) -> String {
    let mut existing = path.parent();
    let mut missing = path.file_name();
    while let Some(folder) = existing.filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        missing = folder.file_name();
        existing = folder.parent();
    }
    let folder = existing
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let wanted = missing
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    match nearest_name(folder, &wanted) {
        Some(near) => format!("did you mean `{}`?", folder.join(near).display()),
        None => format!(
            "`{}` holds nothing called `{wanted}`; relative paths start at the current folder",
            folder.display()
        ),
    }
}

fn nearest_name(folder: &Path, wanted: &str) -> Option<String> {
    let names = fs::read_dir(folder).ok()?;
    let mut near: Vec<(usize, String)> = names
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .map(|name| {
            let distance = strsim::damerau_levenshtein(&name, wanted);
            // A file that is there compressed, or uncompressed, is meant before any other.
            let twin = name == format!("{wanted}.gz") || format!("{name}.gz") == wanted;
            (if twin { 0 } else { distance }, name)
        })
        .filter(|(distance, _)| *distance <= 1 + wanted.chars().count() / 4)
        .collect();
    near.sort_unstable();
    near.into_iter().next().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{RunError, unreadable, where_it_ends};
    use std::io::{Error, ErrorKind};
    use std::path::Path;

    #[test]
    fn permission_is_named_as_the_reason() {
        let RunError::Failed(diagnostic) = unreadable(Path::new("a.csv"), &Error::from(ErrorKind::PermissionDenied))
        else {
            panic!("expected a failure");
        };
        assert_eq!(diagnostic.code, "no-permission");
        assert_eq!(diagnostic.message, "`a.csv` can't be read: permission denied");
    }

    #[test]
    fn the_nearest_name_is_offered_where_the_path_ends() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let near = where_it_ends(&root.join("src/dat/file.rs"));
        assert_eq!(near, format!("did you mean `{}`?", root.join("src/data").display()));
        let compressed = where_it_ends(&root.join("Cargo.toml.gz"));
        assert_eq!(
            compressed,
            format!("did you mean `{}`?", root.join("Cargo.toml").display())
        );
        let far = where_it_ends(&root.join("xyzzy_plugh/file.rs"));
        assert!(far.contains("holds nothing called `xyzzy_plugh`"), "{far}");
    }
}
