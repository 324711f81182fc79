//! Loops compiled for the widest registers of the processor that runs them.

use pulp::{Arch, Simd, WithSimd};

/// Runs `work`, whose code is compiled once more for each set of vector instructions; everything that it calls is meant
/// to be inlined, itself included (`#[inline(always)] || …`).
///
/// [`Arch::dispatch`] takes closures as well. But a closure that is called by reference reaches it through an adapter,
/// which is a function of its own and compiled without vector instructions.
#[inline(always)]
pub fn vectorised<R>(work: impl FnMut() -> R) -> R {
    Arch::new().dispatch(Work(work))
}

struct Work<F>(F);

impl<R, F: FnMut() -> R> WithSimd for Work<F> {
    type Output = R;

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) -> R {
        (self.0)()
    }
}
