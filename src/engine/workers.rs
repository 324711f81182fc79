//! The threads that work for stages.
//!
//! A stage that runs alone runs *on* one of the worker threads: it then does its share of each parallel operation, and
//! nobody is woken for the small ones. From a thread of its own it would be one thread too many for the cores.

use crate::lang::diagnostics::Diagnostic;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Mutex, Once, TryLockError};

/// Bytes of stack for every thread that runs stages; as much as the main thread usually has.
pub(super) const STACK_BYTES: usize = 8 << 20;

/// Where a stage runs.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// On these workers, which are nobody else's.
    Own(&'a ThreadPool),
    /// On the workers that the whole process shares.
    Shared,
    /// On the thread that asks, beside the workers.
    Beside,
}

impl Place<'_> {
    /// Does `work` there.
    pub fn run<T: Send>(self, work: impl FnOnce() -> T + Send) -> T {
        match self {
            Self::Own(workers) => workers.install(work),
            Self::Shared => on_shared_workers(work),
            Self::Beside => work(),
        }
    }
}

/// Worker threads of one engine.
pub(super) fn own(threads: usize) -> Result<ThreadPool, Diagnostic> {
    let builder = ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_BYTES);
    builder.build().map_err(|error| {
        Diagnostic::error("threads", format!("{threads} worker threads can't be started: {error}"))
            .help("a smaller `threads` needs less memory; 0 means one for each core")
    })
}

/// Starts the workers that the whole process shares, one for each core. Where somebody else has started them, they are
/// as they are.
pub(super) fn prepare_shared() {
    static PREPARED: Once = Once::new();
    PREPARED.call_once(|| {
        let _started_before = ThreadPoolBuilder::new().stack_size(STACK_BYTES).build_global();
    });
}

/// Does `work` on a shared worker, or beside them while the stage of another session is there: a worker that waits
/// within one stage could otherwise take up the other one whole, and wait for itself.
fn on_shared_workers<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static TAKEN: Mutex<()> = Mutex::new(());
    let taken = match TAKEN.try_lock() {
        Ok(taken) => Some(taken),
        // A stage that broke off has left.
        Err(TryLockError::Poisoned(left)) => Some(left.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    };
    match taken {
        Some(_taken) => rayon::scope(|_| work()),
        None => work(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Place, own};
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::thread;
    use std::time::Duration;

    fn is_worker() -> bool {
        rayon::current_thread_index().is_some()
    }

    /// Other tests run stages at the same time, so that the place may be taken for a while.
    fn eventually(is_so: impl Fn() -> bool) -> bool {
        (0..6000).any(|_| {
            is_so() || {
                thread::sleep(Duration::from_millis(10));
                false
            }
        })
    }

    #[test]
    fn each_place_has_its_threads() {
        assert!(!Place::Beside.run(is_worker));
        let workers = own(3).unwrap();
        assert_eq!(Place::Own(&workers).run(rayon::current_num_threads), 3);
        assert!(eventually(|| Place::Shared.run(is_worker)));
    }

    #[test]
    fn of_two_stages_one_stands_beside_the_workers() {
        assert!(eventually(|| {
            let within = || {
                (
                    is_worker(),
                    thread::scope(|scope| scope.spawn(|| Place::Shared.run(is_worker)).join().unwrap()),
                )
            };
            Place::Shared.run(within) == (true, false)
        }));
    }

    #[test]
    fn a_stage_that_breaks_off_leaves_the_workers() {
        assert!(eventually(|| {
            let place = catch_unwind(AssertUnwindSafe(|| {
                Place::Shared.run(|| {
                    if is_worker() {
                        panic!("broken")
                    }
                })
            }));
            place.is_err()
        }));
        assert!(eventually(|| Place::Shared.run(is_worker)));
    }
}
