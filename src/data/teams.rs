//! Decoded teams: what Stage 2 gives.

use crate::data::pools::{Pools, TrainingCurve};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The largest team that there may be: more sets of more regulators than can be searched.
pub const LARGEST_TEAM: usize = 16;

/// The predicted team of each target.
#[derive(Clone, Debug)]
pub struct Teams {
    /// The pools that were searched.
    pub pools: Arc<Pools>,
    /// The scorer, for instance `residual_hos2`.
    pub scorer: String,
    /// The decoder, for instance `exact`.
    pub decoder: String,
    /// One entry a target and size, in ascending order of size, then target.
    pub predictions: Vec<Prediction>,
    /// Work done by the decoder, over all targets.
    pub search: SearchStatistics,
    /// How the scorer trained; empty for untrained ones.
    pub training: TrainingCurve,
}

/// One decoded team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The target gene.
    pub target: usize,
    /// The team size R that was asked for.
    pub size: usize,
    /// How much of the pool was searched: its best M_R candidates.
    pub cap: usize,
    /// The best set, ascending gene indices.
    pub team: Vec<usize>,
    /// Its score.
    pub score: f64,
    /// The score of the second-best set, where all sets were searched; otherwise of the best other one that was scored.
    pub runner_up: Option<f64>,
    /// Whether the capped pool holds the whole true team; `None` where no team is known.
    pub covered: Option<bool>,
}

/// What the decoder did, and whether its answer is proved best.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct SearchStatistics {
    /// Sets that were scored.
    pub scored: u64,
    /// Sets that a bound proved worse than the best, without scoring.
    pub excluded: u64,
    /// Whether every answer is certified to be the best of all sets.
    pub certified: bool,
    /// What a decoder without a certificate misses; `None` where it wasn't compared.
    pub gap: Option<Gap>,
}

impl SearchStatistics {
    /// What two searches did together.
    pub fn and(self, other: Self) -> Self {
        Self {
            scored: self.scored.saturating_add(other.scored),
            excluded: self.excluded.saturating_add(other.excluded),
            certified: self.certified && other.certified,
            gap: match (self.gap, other.gap) {
                (Some(gap), Some(other)) => Some(gap.and(other)),
                (gap, other) => gap.or(other),
            },
        }
    }
}

/// Teams of a decoder without a certificate beside those of exact decoding.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Gap {
    /// Targets that were decoded exactly as well.
    pub targets: u64,
    /// How many of them have the exact team.
    pub equal: u64,
    /// What the teams' scores lack to the exact ones, summed over the targets.
    pub sum: f64,
    /// The largest of these.
    pub largest: f64,
    /// Sets that exact decoding scored.
    pub scored: u64,
}

impl Gap {
    /// What the scores lack on average.
    pub fn mean(&self) -> f64 {
        self.sum / self.targets.max(1) as f64
    }

    /// Both comparisons together.
    pub fn and(self, other: Self) -> Self {
        Self {
            targets: self.targets + other.targets,
            equal: self.equal + other.equal,
            sum: self.sum + other.sum,
            largest: self.largest.max(other.largest),
            scored: self.scored.saturating_add(other.scored),
        }
    }
}
