//! Fingerprints of the files a stage reads.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Hashes the content of a file, or the names and contents of the files right in a folder (hidden files and folders
/// within are left out). A file of a folder that may not be read counts with its name alone: the stage that wants it
/// says so, and others need not care. Fails as reading fails.
pub fn content(path: &Path) -> io::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    for file in files(path)? {
        name(&mut hasher, &file);
        let mut of_file = blake3::Hasher::new();
        match File::open(&file) {
            Ok(opened) => of_file.update_reader(opened)?,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && file != path => continue,
            Err(error) => return Err(error),
        };
        hasher.update(of_file.finalize().as_bytes());
    }
    Ok(*hasher.finalize().as_bytes())
}

/// Hashes names, lengths and modification times in place of contents: reads no data. For `check` and `explain`,
/// whose identities are never used to look up results.
pub fn metadata(path: &Path) -> io::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    for file in files(path)? {
        name(&mut hasher, &file);
        let metadata = fs::metadata(&file)?;
        hasher.update(&metadata.len().to_le_bytes());
        let modified = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        hasher.update(&modified.as_nanos().to_le_bytes());
    }
    Ok(*hasher.finalize().as_bytes())
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
