//! How a long computation notices that it is to stop, wherever it is.
//!
//! The bottom of the crate: everything above may ask, and nothing here knows who does. A stage runs with the run's [`CancelToken`] in a scope of its thread. Tensor operations, readers and searches ask
//! that token without having it handed through every call: at their start with [`check`], and within long ones, from
//! whatever thread works on a chunk, through a [`Watch`]. What they give then is an error, or nothing of worth; the
//! boundary of the stage makes one answer of all of these, see [`is_requested`].

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Stops a run from another thread or a signal handler.
#[derive(Clone, Debug)]
pub struct CancelToken(Arc<State>);

#[derive(Debug)]
struct State {
    left: AtomicU64,
    /// Whose cancellation is this one's as well.
    parent: Option<CancelToken>,
}

/// What the token holds: this, or 0 once it is cancelled; in between, how often it may still be asked.
const ALIVE: u64 = u64::MAX;

impl Default for CancelToken {
    fn default() -> Self {
        Self::new(ALIVE, None)
    }
}

impl CancelToken {
    fn new(left: u64, parent: Option<CancelToken>) -> Self {
        let left = AtomicU64::new(left);
        Self(Arc::new(State { left, parent }))
    }

    /// A token for a part of the run: it stops with the run, or alone.
    pub fn part(&self) -> Self {
        Self::new(ALIVE, Some(self.clone()))
    }

    /// A token that cancels itself when it has been asked so often, to interrupt a run at a known place.
    #[cfg(test)]
    pub fn after(asks: u64) -> Self {
        Self::new(asks, None)
    }

    /// How often a token of [`CancelToken::after`] may still be asked.
    #[cfg(test)]
    pub fn asks_left(&self) -> u64 {
        self.0.left.load(Ordering::Relaxed)
    }

    /// Asks the run to stop at the next check.
    pub fn cancel(&self) {
        self.0.left.store(0, Ordering::Relaxed);
    }

    /// Whether a stop was asked for.
    pub fn is_cancelled(&self) -> bool {
        match self.0.left.load(Ordering::Relaxed) {
            ALIVE => self.0.parent.as_ref().is_some_and(Self::is_cancelled),
            0 => true,
            _ => {
                let one_less = |asks: u64| asks.checked_sub(1);
                let before = self.0.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
                before.is_err()
            }
        }
    }

    /// Makes the token fresh for the next run.
    pub fn reset(&self) {
        self.0.left.store(ALIVE, Ordering::Relaxed);
    }
}

/// The failure of a computation that was told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl Error for Stopped {}

thread_local! {
    static CURRENT: RefCell<Option<CancelToken>> = const { RefCell::new(None) };
}

/// Runs `work` on this thread such that everything in it can be stopped by `token`.
pub fn scope<T>(token: &CancelToken, work: impl FnOnce() -> T) -> T {
    let _restored_at_the_end = Restore(CURRENT.replace(Some(token.clone())));
    work()
}

struct Restore(Option<CancelToken>);

impl Drop for Restore {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// Whether the computation of this thread is to stop; never outside a [`scope`].
pub fn is_requested() -> bool {
    CURRENT.with_borrow(|token| token.as_ref().is_some_and(CancelToken::is_cancelled))
}

/// Fails when the computation of this thread is to stop.
pub fn check() -> Result<(), Stopped> {
    watch().check()
}

/// The token of this thread, for the threads that work for it.
pub fn watch() -> Watch {
    Watch(CURRENT.with_borrow(Option::clone))
}

/// See [`watch`].
#[derive(Clone)]
pub struct Watch(Option<CancelToken>);

impl Watch {
    /// Whether the computation is to stop: what is left of it may be skipped, since [`Watch::check`] fails at the end.
    pub fn is_requested(&self) -> bool {
        self.0.as_ref().is_some_and(CancelToken::is_cancelled)
    }

    /// Runs `work`, on whatever thread, such that everything in it can be stopped as here.
    pub fn scope<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(token) => scope(token, work),
            None => work(),
        }
    }

    /// Fails when the computation is to stop.
    pub fn check(&self) -> Result<(), Stopped> {
        match self.is_requested() {
            true => Err(Stopped),
            false => Ok(()),
        }
    }
}

/// A reader that fails when the computation of its thread is to stop.
pub struct Interruptible<R>(pub R);

impl<R: Read> Read for Interruptible<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match is_requested() {
            // Not `ErrorKind::Interrupted`: that kind means "try again".
            true => Err(io::Error::other(Stopped)),
            false => self.0.read(buffer),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{CancelToken, Interruptible, check, scope, watch};
    use std::io::Read;

    #[test]
    fn a_token_counts_in_its_scope_alone() {
        let token = CancelToken::default();
        token.cancel();
        assert!(check().is_ok());
        scope(&token, || {
            assert!(check().is_err());
            scope(&CancelToken::default(), || assert!(check().is_ok()));
            assert!(check().is_err());
        });
        assert!(check().is_ok());
    }

    #[test]
    fn a_part_stops_with_the_whole_or_alone() {
        let whole = CancelToken::default();
        let (first, second) = (whole.part(), whole.part());
        first.cancel();
        assert_eq!(
            [&whole, &first, &second].map(CancelToken::is_cancelled),
            [false, true, false]
        );
        whole.cancel();
        assert!(second.is_cancelled());
    }

    #[test]
    fn threads_that_help_ask_the_same_token() {
        let token = CancelToken::default();
        scope(&token, || {
            let watch = watch();
            std::thread::scope(|threads| {
                let helper = threads.spawn(|| (watch.is_requested(), check().is_ok()));
                assert_eq!(helper.join().unwrap(), (false, true));
            });
            token.cancel();
            std::thread::scope(|threads| {
                let helper = threads.spawn(|| (watch.is_requested(), check().is_ok()));
                assert_eq!(helper.join().unwrap(), (true, true));
            });
        });
    }

    #[test]
    fn reading_stops() {
        let token = CancelToken::default();
        scope(&token, || {
            let mut reader = Interruptible(&b"abc"[..]);
            let mut byte = [0];
            reader.read_exact(&mut byte).unwrap();
            token.cancel();
            assert!(reader.read_exact(&mut byte).is_err());
        });
    }
}
