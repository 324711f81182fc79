//! Fingerprints of the files a stage reads.

use crate::interruption::Interruptible;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Hashes the content of a file, or the names and contents of the files right in a folder (hidden files and folders
/// within are left out). A file of a folder that may not be read counts with its name alone: the stage that wants it
/// says so, and others need not care. Fails as reading fails, or when the computation is to stop.
pub fn content(path: &Path) -> io::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    for file in files(path)? {
        name(&mut hasher, &file);
        let mut of_file = blake3::Hasher::new();
        match File::open(&file) {
            Ok(opened) => of_file.update_reader(Interruptible(opened))?,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && file != path => continue,
            Err(error) => return Err(error),
        };
        hasher.update(of_file.finalize().as_bytes());
    }
    Ok(*hasher.finalize().as_bytes())
}

/// Hashes names, lengths and times in place of contents: reads no data. For `check` and `explain`, whose identities
/// are never used to look up results.
pub fn metadata(path: &Path) -> io::Result<[u8; 32]> {
    stamp(path).map(|stamp| stamp.hash)
}

/// What a file or folder looks like from outside: as long as its stamp stays, so does its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Of names, lengths and times.
    pub hash: [u8; 32],
    /// When the newest of its files changed.
    pub newest: SystemTime,
}

/// Looks at a file, or the files right in a folder; reads no data. Fails as looking fails.
pub fn stamp(path: &Path) -> io::Result<Stamp> {
    let mut hasher = blake3::Hasher::new();
    let mut newest = UNIX_EPOCH;
    for file in files(path)? {
        name(&mut hasher, &file);
        let metadata = fs::metadata(&file)?;
        hasher.update(&metadata.len().to_le_bytes());
        for changed in [metadata.modified()?, status_changed(&metadata)?] {
            let since = changed.duration_since(UNIX_EPOCH).unwrap_or_default();
            hasher.update(&since.as_nanos().to_le_bytes());
            newest = newest.max(changed);
        }
    }
    Ok(Stamp {
        hash: *hasher.finalize().as_bytes(),
        newest,
    })
}

/// When content or permissions last changed; unlike the time of modification, programs can't set it back.
#[cfg(unix)]
fn status_changed(metadata: &fs::Metadata) -> io::Result<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let seconds = Duration::from_secs(metadata.ctime().try_into().unwrap_or_default());
    let nanoseconds = Duration::from_nanos(metadata.ctime_nsec().try_into().unwrap_or_default());
    Ok(UNIX_EPOCH + seconds + nanoseconds)
}

#[cfg(not(unix))]
fn status_changed(metadata: &fs::Metadata) -> io::Result<SystemTime> {
    metadata.modified()
}

fn name(hasher: &mut blake3::Hasher, file: &Path) {
    let name = file.file_name().unwrap_or_default().as_encoded_bytes();
    hasher.update(&(name.len() as u64).to_le_bytes());
    hasher.update(name);
}

/// The file itself, or the files of a folder in order of name.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        // `fs::metadata` follows links: published data is often linked into place.
        if !hidden && fs::metadata(entry.path()).is_ok_and(|metadata| metadata.is_file()) {
            files.push(entry.path());
        }
    }
    files.sort_unstable();
    Ok(files)
}
