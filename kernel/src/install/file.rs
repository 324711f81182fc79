//! Files that are replaced as a whole.

use crate::install::{Failure, failed};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

/// Creates a folder and those that it is in.
pub fn create_folder(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(failed("create", folder))
}

/// Writes `content` as the file `name` of a folder that is there; whoever reads it meets the old file or the new one.
pub fn write(folder: &Path, name: &str, content: &mut impl Read, mode: u32) -> Result<(), Failure> {
    let path = folder.join(name);
    let mut write = || -> io::Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(OsStr::new(".grn-"))
            .tempfile_in(folder)?;
        io::copy(content, &mut file)?;
        file.flush()?;
        allow(file.as_file(), mode)?;
        // A crash of the machine after the renaming must not leave an empty file.
        file.as_file().sync_all()?;
        file.persist(&path).map(drop).map_err(|error| error.error)
    };
    write().map_err(failed("write", &path))
}

/// Removes a file; says whether there was one.
pub fn remove(path: &Path) -> Result<bool, Failure> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed("remove", path)(error)),
    }
}

/// Removes a folder if nothing is in it; says whether it is gone.
pub fn remove_folder(folder: &Path) -> Result<bool, Failure> {
    match fs::remove_dir(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(false),
        Err(error) => Err(failed("remove", folder)(error)),
    }
}

/// Temporary files are for their owner alone; these are for everybody.
#[cfg(unix)]
fn allow(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn allow(_file: &File, _mode: u32) -> io::Result<()> {
    Ok(())
}
