//! What every set scorer offers to the decoders.

use crate::data::pools::{Pools, TrainingCurve};
use crate::engine::context::{RunError, RunResult};
use crate::lang::diagnostics::Diagnostic;
use crate::model::kept_scorer::KeptScorer;
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
    /// The base scores of `candidates` for `target`, aligned with `candidates`; 0 where sets are judged as a whole.
    fn base(&self, _target: usize, candidates: &[usize]) -> RunResult<Vec<f32>> {
        Ok(vec![0.0; candidates.len()])
    }

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

    /// Whether the decoders use [`SetScorer::rounded_residual`] where this scorer lies.
    fn rounds(&self) -> bool {
        false
    }

    /// Why, on the device where this scorer lies, sets of `size` out of `pool` candidates are scored on the CPU after all;
    /// `None` where they aren't, or where the CPU is that device.
    fn falls_back(&self, _pool: usize, _size: usize) -> Option<String> {
        None
    }

    /// Whether ψ is missing for every target.
    fn decomposes(&self) -> bool;

    /// What another session needs to score the same way; `None` where the scorer is made anew in no time.
    fn keep(&self) -> candle_core::Result<Option<KeptScorer<'_>>> {
        Ok(None)
    }

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

    /// The best of all sets of `size` candidates, where the implementation finds it by itself, for instance on a GPU;
    /// `None` leaves the search to the decoder. `base` holds the candidates' base scores, descending. `progress` is told
    /// how many sets were scored so far, and may stop. Among equal scores the set with the better base ranks wins.
    fn best_of_all(
        &self,
        _base: &[f64],
        _size: usize,
        _progress: &mut dyn FnMut(u64) -> RunResult<()>,
    ) -> Option<RunResult<BestSet>> {
        None
    }
}

/// The best of all sets.
#[derive(Clone, Debug, PartialEq)]
pub struct BestSet {
    /// Positions into the candidates, ascending.
    pub set: Vec<usize>,
    /// Its score.
    pub score: f64,
    /// The best score of any other set.
    pub runner_up: Option<f64>,
    /// How many sets were scored: all.
    pub scored: u64,
}

/// What a search fails with when a score is not a finite number.
pub fn score_not_finite() -> RunError {
    Diagnostic::error("score-not-finite", "a set's score is not a finite number")
        .help("the scorer has diverged; a smaller learning rate (`lr`) usually helps")
        .into()
}
