//! Hashes of files, so that a file is read once and not once for each script that names it.

use crate::plan::fingerprint::{self, Stamp};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A file that changed so short a time before it was read may change again without another time of change.
const UNSETTLED: Duration = Duration::from_secs(2);

/// The content hashes of the files and folders that a session has read.
#[derive(Default)]
pub(super) struct Files(RefCell<BTreeMap<PathBuf, Known>>);

struct Known {
    stamp: Stamp,
    content: [u8; 32],
    settled: bool,
}

impl Files {
    /// The content hash of a file or folder; reads only what may have changed.
    pub fn content(&self, path: &Path) -> io::Result<[u8; 32]> {
        self.content_at(path, SystemTime::now(), fingerprint::content)
    }

    /// The content hash of a file as it was when it was last read; nothing is read for it. Where it has changed
    /// since, or was never read, a hash that no finished stage has.
    pub fn last_content(&self, path: &Path) -> io::Result<[u8; 32]> {
        let stamp = fingerprint::stamp(path)?;
        match self.0.borrow().get(path) {
            Some(known) if known.stamp == stamp => Ok(known.content),
            _ => Ok(stamp.hash),
        }
    }

    fn content_at(
        &self,
        path: &Path,
        now: SystemTime,
        read: impl Fn(&Path) -> io::Result<[u8; 32]>,
    ) -> io::Result<[u8; 32]> {
        // Taken before reading: a file that changes meanwhile has another stamp the next time.
        let stamp = fingerprint::stamp(path)?;
        if let Some(known) = self.0.borrow().get(path)
            && known.settled
            && known.stamp == stamp
        {
            return Ok(known.content);
        }
        let content = read(path)?;
        let settled = now.duration_since(stamp.newest).is_ok_and(|age| age > UNSETTLED);
        let known = Known {
            stamp,
            content,
            settled,
        };
        self.0.borrow_mut().insert(path.to_owned(), known);
        Ok(content)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Files;
    use crate::plan::fingerprint;
    use std::cell::Cell;
    use std::time::{Duration, SystemTime};

    #[test]
    fn a_file_is_read_again_only_when_it_may_have_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("expression.csv");
        std::fs::write(&path, "1,2,3").unwrap();
        let files = Files::default();
        let reads = Cell::new(0);
        let hash_at = |time| {
            let read = |path: &std::path::Path| {
                reads.set(reads.get() + 1);
                fingerprint::content(path)
            };
            files.content_at(&path, time, read).unwrap()
        };
        let later = SystemTime::now() + Duration::from_secs(60);

        let first = hash_at(SystemTime::now());
        assert_eq!(
            (hash_at(later), reads.get()),
            (first, 2),
            "a fresh file may change unnoticed"
        );
        assert_eq!((hash_at(later), reads.get()), (first, 2));
        assert_eq!(files.last_content(&path).unwrap(), first);

        std::fs::write(&path, "1,2,3,4").unwrap();
        assert_ne!(files.last_content(&path).unwrap(), first);
        assert_ne!(hash_at(later), first);
        assert_eq!(reads.get(), 3);
        std::fs::remove_file(&path).unwrap();
        assert!(files.content(&path).is_err());
    }
}
