//! The identity of files that stages read: a hash of their content.

use crate::engine::observer::CancelToken;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

const CHUNK_BYTES: usize = 1 << 20;

/// Hashes files and folders, each once.
#[derive(Debug, Default)]
pub struct Fingerprints {
    known: RefCell<BTreeMap<PathBuf, [u8; 32]>>,
    cancel: CancelToken,
}

impl Fingerprints {
    /// Hashing stops, with [`io::ErrorKind::Interrupted`], when `cancel` is set.
    pub fn new(cancel: CancelToken) -> Self {
        Self {
            known: RefCell::default(),
            cancel,
        }
    }

    /// The BLAKE3 hash of a file's content; of a folder, over the names and contents of the files directly in it,
    /// in order of name. What is neither (a device, a pipe) has no content to read ahead of time: its hash is that
    /// of nothing. Fails when something can't be read or the run is cancelled.
    pub fn of(&self, path: &Path) -> io::Result<[u8; 32]> {
        if let Some(hash) = self.known.borrow().get(path) {
            return Ok(*hash);
        }
        let mut hasher = blake3::Hasher::new();
        if fs::metadata(path)?.is_dir() {
            self.add_folder(path, &mut hasher)?;
        } else {
            self.add_file(path, &mut hasher)?;
        }
        let hash = *hasher.finalize().as_bytes();
        self.known.borrow_mut().insert(path.to_owned(), hash);
        Ok(hash)
    }

    fn add_folder(&self, folder: &Path, hasher: &mut blake3::Hasher) -> io::Result<()> {
        let mut files: Vec<PathBuf> = fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<_>>()?;
        files.sort();
        for file in files.iter().filter(|file| file.is_file()) {
            let name = file.file_name().unwrap_or_default().as_encoded_bytes();
            hasher.update(&(name.len() as u64).to_le_bytes());
            hasher.update(name);
            hasher.update(&fs::metadata(file)?.len().to_le_bytes());
            self.add_file(file, hasher)?;
        }
        Ok(())
    }

    fn add_file(&self, path: &Path, hasher: &mut blake3::Hasher) -> io::Result<()> {
        if !fs::metadata(path)?.is_file() {
            return Ok(());
        }
        let mut file = File::open(path)?;
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            if self.cancel.is_cancelled() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            match file.read(&mut chunk)? {
                0 => return Ok(()),
                read => hasher.update(chunk.get(..read).unwrap_or_default()),
            };
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Fingerprints;
    use crate::engine::observer::CancelToken;
    use std::fs;

    #[test]
    fn content_and_names_count_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let hash = || Fingerprints::default().of(folder.path()).unwrap();
        fs::write(folder.path().join("a.csv"), "1").unwrap();
        let first = hash();
        assert_eq!(first, hash());
        fs::write(folder.path().join("a.csv"), "2").unwrap();
        let second = hash();
        assert_ne!(first, second);
        fs::rename(folder.path().join("a.csv"), folder.path().join("b.csv")).unwrap();
        assert_ne!(second, hash());
    }

    #[test]
    fn a_file_has_the_hash_of_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        fs::write(&file, "1,2\n").unwrap();
        assert_eq!(
            Fingerprints::default().of(&file).unwrap(),
            *blake3::hash(b"1,2\n").as_bytes()
        );
    }

    #[test]
    fn a_cancelled_run_stops_hashing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        fs::write(&file, "1").unwrap();
        let cancel = CancelToken::default();
        cancel.cancel();
        let error = Fingerprints::new(cancel).of(&file).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::Interrupted);
    }
}
