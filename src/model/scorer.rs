//! What every set scorer offers to the decoders.

use crate::data::pools::{Pools, TrainingCurve};
use crate::engine::context::RunResult;
use std::fmt;
use std::sync::Arc;

/// A scorer of regulator sets with the pools it searches.
pub struct Scorer {
    /// The pools.
    pub pools: Arc<Pools>,
    /// The method, for instance `residual_hos2`.
    pub method: String,
    /// The scores themselves.
    pub model: Box<dyn SetScorer>,
    /// How it trained; empty for untrained ones.
    pub training: TrainingCurve,
}

impl fmt::Debug for Scorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scorer")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// Score(S, t) = Σ_{r∈S} base(r, t) + ψ(S, t) (paper §4.3). ψ may be missing: then the score decomposes.
pub trait SetScorer: Send + Sync {
    /// The base scores of `candidates` for `target`, aligned with `candidates`.
    fn base(&self, target: usize, candidates: &[usize]) -> RunResult<Vec<f32>>;

    /// The residual ψ over sets of `size` of `candidates` for `target`; `None` when the scorer decomposes.
    fn residual<'a>(
        &'a self,
        target: usize,
        candidates: &[usize],
        size: usize,
    ) -> RunResult<Option<Box<dyn SetResidual + 'a>>>;

    /// The same ψ from numbers rounded to bfloat16, about twice as fast; `None` where there is no such form.
    fn rounded_residual<'a>(
        &'a self,
        _target: usize,
        _candidates: &[usize],
    ) -> RunResult<Option<Box<dyn SetResidual + 'a>>> {
        Ok(None)
    }

    /// Whether ψ is missing for every target.
    fn decomposes(&self) -> bool;

    /// The approximate heap bytes of its weights and tables.
    fn bytes(&self) -> usize;
}

/// ψ(S, t) for sets of one target's candidates. Implementations share what sets have in common.
pub trait SetResidual: Sync {
    /// Scores sets of `size` candidates: `sets` holds positions into the candidates, `size` for each set, ascending
    /// within a set; one score a set goes to `scores`. Single-threaded: the decoder spreads calls over threads.
    fn score(&self, sets: &[u16], size: usize, scores: &mut [f32]);

    /// A number that ψ provably never exceeds for this target, whatever the set.
    fn upper_bound(&self) -> f32;
}
