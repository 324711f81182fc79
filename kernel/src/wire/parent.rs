//! A kernel ends with the process that started it.

use std::path::PathBuf;
use std::time::Duration;

/// Jupyter's server says its process id in this variable.
pub const VARIABLE: &str = "JPY_PARENT_PID";

const POLL: Duration = Duration::from_secs(1);

/// How to notice that the parent is gone.
enum Watch {
    /// The kernel was started by the parent itself: its parent becomes another process.
    Parent(u32),
    /// Something stands between them: the parent's entry vanishes where the system lists processes as files.
    Entry(PathBuf),
    /// There is nothing to watch.
    Nothing,
}

/// Returns once the process with the id in `variable` is gone; never where it holds none.
pub async fn is_gone(variable: Option<String>) {
    let watch = watch(variable.and_then(|id| id.trim().parse().ok()));
    while !watch.is_gone() {
        tokio::time::sleep(POLL).await;
    }
}

fn watch(id: Option<u32>) -> Watch {
    match id {
        // The first process of a system or container never goes away.
        None | Some(0 | 1) => Watch::Nothing,
        #[cfg(unix)]
        Some(id) if std::os::unix::process::parent_id() == id => Watch::Parent(id),
        Some(id) => {
            let entry = PathBuf::from(format!("/proc/{id}"));
            // A parent outside of the kernel's container has no entry from the start.
            match entry.exists() {
                true => Watch::Entry(entry),
                false => Watch::Nothing,
            }
        }
    }
}

impl Watch {
    fn is_gone(&self) -> bool {
        match self {
            #[cfg(unix)]
            Self::Parent(id) => std::os::unix::process::parent_id() != *id,
            #[cfg(not(unix))]
            Self::Parent(_) => false,
            Self::Entry(entry) => !entry.exists(),
            Self::Nothing => false,
        }
    }
}
