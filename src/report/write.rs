//! Writes files whole or not at all.

use crate::lang::diagnostics::Diagnostic;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held while a file is being written.
static WRITING: Mutex<()> = Mutex::new(());

/// Waits until no file is half written, and keeps new ones from being begun while the guard lives: for a program that
/// is about to end.
pub fn between_writes() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes `bytes` to `path`: into a temporary file of the same folder, flushed to the disk, then renamed, so that a
/// reader finds the old content or the new one, never a part. A link is followed. Devices and pipes such as
/// `/dev/stdout` are written directly.
///
/// # Errors
/// A missing folder, a folder in place of a file, no permission, a full disk: one diagnostic with the path and a fix;
/// nothing is left behind.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    let destination = Destination::of(path)?;
    let written = match &destination {
        Destination::Device => write_device(path, bytes),
        Destination::File { path, existing } => write_file(path, existing.as_ref(), bytes),
    };
    written.map_err(|error| explain(path, &error))
}

/// Finds out, before a long run, whether `path` could be written: its folder exists and takes new files, and it is
/// not itself a folder or write-protected. Leaves nothing behind.
///
/// # Errors
/// As [`write_atomically`], but for a disk that is full only later.
pub fn check_writable(path: &Path) -> Result<(), Diagnostic> {
    match Destination::of(path)? {
        Destination::Device => Ok(()),
        Destination::File { path: file, .. } => tempfile::Builder::new()
            .prefix(".grn-")
            .tempfile_in(folder_of(&file))
            .map(drop)
            .map_err(|error| explain(path, &error)),
    }
}

enum Destination {
    /// Something that can't be replaced by renaming.
    Device,
    /// A file to be made or replaced, links resolved.
    File { path: PathBuf, existing: Option<Metadata> },
}

impl Destination {
    fn of(path: &Path) -> Result<Self, Diagnostic> {
        if path.file_name().is_none() {
            return Err(
                problem(path, "it names no file").help("a path ends in a file name, for instance `out/teams.csv`")
            );
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                Err(problem(path, "it is a folder, a file was expected")
                    .help("add a file name, for instance `teams.csv`"))
            }
            Ok(metadata) if metadata.is_file() && metadata.permissions().readonly() => {
                Err(problem(path, "the file is write-protected").help("choose another name, or make it writable"))
            }
            Ok(metadata) if metadata.is_file() => Ok(Self::File {
                path: fs::canonicalize(path).map_err(|error| explain(path, &error))?,
                existing: Some(metadata),
            }),
            Ok(_) => Ok(Self::Device),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::File {
                path: path.to_owned(),
                existing: None,
            }),
            Err(error) => Err(explain(path, &error)),
        }
    }
}

fn write_device(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut device = File::options().write(true).open(path)?;
    device.write_all(bytes)?;
    device.flush()
}

fn write_file(path: &Path, existing: Option<&Metadata>, bytes: &[u8]) -> io::Result<()> {
    let _writing = between_writes();
    let mut builder = tempfile::Builder::new();
    builder.prefix(".grn-");
    #[cfg(unix)]
    {
        // The system's mask applies, as to any new file; temporary files are private otherwise.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder_of(path))?;
    file.write_all(bytes)?;
    if let Some(existing) = existing {
        file.as_file().set_permissions(existing.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn explain(path: &Path, error: &io::Error) -> Diagnostic {
    let folder = folder_of(path);
    match error.kind() {
        ErrorKind::NotFound => {
            problem(path, format!("the folder `{}` does not exist", folder.display())).help(format!(
                "make it first (`mkdir -p \"{}\"`), or choose another folder",
                folder.display()
            ))
        }
        ErrorKind::NotADirectory => problem(path, format!("`{}` is not a folder", folder.display()))
            .help("choose a path whose parents are folders"),
        ErrorKind::PermissionDenied => problem(path, format!("no permission to write in `{}`", folder.display()))
            .help("choose another folder, or change its permissions"),
        ErrorKind::ReadOnlyFilesystem => {
            problem(path, format!("`{}` is on a read-only file system", folder.display())).help("choose another folder")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            problem(path, "the disk is full").help("make room, or choose a folder on another disk")
        }
        _ => problem(path, error.to_string()),
    }
}

fn problem(path: &Path, reason: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::error("cannot-write", format!("cannot write `{}`: {reason}", path.display()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{check_writable, write_atomically};
    use std::fs;
    use std::path::Path;

    fn entries(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn writes_and_replaces_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        check_writable(&path).unwrap();
        assert!(entries(folder.path()).is_empty());
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(entries(folder.path()), ["a.csv"]);
    }

    #[test]
    fn says_what_is_wrong_with_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        for (path, expected) in [
            (folder.path().join("no/a.csv"), "does not exist"),
            (folder.path().to_owned(), "it is a folder"),
            (file.join("a.csv"), "is not a folder"),
            (folder.path().join(".."), "names no file"),
            (Path::new("").to_owned(), "names no file"),
        ] {
            let error = write_atomically(&path, b"x").unwrap_err();
            assert!(
                error.message.contains(expected),
                "{}: {}",
                path.display(),
                error.message
            );
            assert!(error.help.is_some(), "{}", error.message);
            assert!(check_writable(&path).is_err(), "{}", path.display());
        }
    }

    #[cfg(unix)]
    #[test]
    fn keeps_links_and_permissions() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        write_atomically(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[cfg(unix)]
    #[test]
    fn protected_files_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        assert!(
            write_atomically(&path, b"new")
                .unwrap_err()
                .message
                .contains("write-protected")
        );
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn devices_are_written_directly() {
        write_atomically(Path::new("/dev/null"), b"x").unwrap();
        let error = write_atomically(Path::new("/dev/full"), b"x").unwrap_err();
        assert!(error.message.contains("the disk is full"), "{}", error.message);
        assert!(Path::new("/dev/full").exists());
    }
}
