//! How a long computation notices that it is to stop, wherever it is.
//!
//! A stage runs with the run's [`CancelToken`] in a scope of its thread. Tensor operations, readers and searches ask
//! that token without having it handed through every call: at their start with [`check`], and within long ones, from
//! whatever thread works on a chunk, through a [`Watch`]. What they give then is an error, or nothing of worth; the
//! boundary of the stage makes one answer of all of these, see [`is_requested`].

use crate::engine::observer::CancelToken;
use candle_core::{Error, Result};
use std::cell::RefCell;
use std::io::{self, Read};

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
pub fn check() -> Result<()> {
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

    /// Fails when the computation is to stop.
    pub fn check(&self) -> Result<()> {
        match self.is_requested() {
            true => Err(Error::Msg("interrupted".to_owned())),
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
            true => Err(io::Error::other("interrupted")),
            false => self.0.read(buffer),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Interruptible, check, scope, watch};
    use crate::engine::observer::CancelToken;
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
