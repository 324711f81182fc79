//! Scores of sets by a mechanism instead of by training: how well SERGIO's steady state explains a target by a set, and
//! how plausible the set is as a team.
//!
//! In steady state a target stands at Σ_j K_j·f_j / λ, with f the Hill response of an activator or 1 minus it for a
//! repressor (Dibaeinia & Sinha 2020, STAR Methods). Two things are compared with it: the target's mean in each cell
//! type, and, with less weight, how its cells deviate from their type's mean. The strengths K have a normal prior and
//! are integrated out, the signs are the best ones, so that a set's score is the logarithm of evidence times prior.

mod evidence;
mod moments;
mod prior;

use crate::data::response::half_responses;
use crate::data::split::Split;
use crate::engine::context::RunResult;
use crate::model::scorer::{SetResidual, SetScorer};
use evidence::Evidence;
use moments::Expression;
use prior::{SetPrior, prior};
use std::sync::Arc;

/// What is known of how targets are produced, before any target is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mechanism {
    /// The decay rate λ, per unit of time.
    pub decay: f64,
    /// The Hill coefficient n.
    pub hill: f64,
    /// Mean of the strengths K.
    pub strength: f64,
    /// Standard deviation of the strengths K.
    pub strength_deviation: f64,
    /// The time over which a type's cells were seen: a mean over them varies by 2·mean/(λ·time).
    pub time: f64,
    /// How much of the evidence of a cell's deviation counts: cells are not independent.
    pub cell_weight: f64,
    /// Deviations of a target over those of its steady state: it follows its regulators with a delay.
    pub cell_slope: f64,
    /// The share of targets whose team is that of a training target.
    pub known_teams: f64,
}

/// Score(S, t) = ln p(expression of t | S) + ln p(S): ψ alone, never above 0; the base scores are 0.
pub struct SteadyStateScorer {
    split: Arc<Split>,
    mechanism: Mechanism,
    /// H of every gene.
    half_responses: Vec<f64>,
}

impl SteadyStateScorer {
    /// The scorer of `split`'s raw expression, which must not be negative.
    pub fn new(split: Arc<Split>, mechanism: Mechanism) -> Self {
        let half_responses = half_responses(&split.dataset);
        Self {
            split,
            mechanism,
            half_responses,
        }
    }
}

impl SetScorer for SteadyStateScorer {
    fn residual<'a>(
        &'a self,
        target: usize,
        candidates: &[usize],
        size: usize,
    ) -> RunResult<Option<Box<dyn SetResidual + 'a>>> {
        let expression = Expression {
            dataset: &self.split.dataset,
            half_responses: &self.half_responses,
            mechanism: &self.mechanism,
        };
        Ok(Some(Box::new(TargetSets {
            evidence: Evidence::new(&self.mechanism, expression.moments(target, candidates)),
            prior: prior(&self.split, self.mechanism.known_teams, target, candidates, size),
        })))
    }

    fn decomposes(&self) -> bool {
        false
    }

    fn bytes(&self) -> usize {
        size_of_val(self.half_responses.as_slice())
    }
}

/// The sets of one target's candidates.
struct TargetSets {
    evidence: Evidence,
    prior: SetPrior,
}

impl SetResidual for TargetSets {
    fn score(&self, sets: &[u16], size: usize, scores: &mut [f32]) {
        self.evidence.score(sets, size, scores);
        for (set, score) in sets.chunks_exact(size).zip(scores) {
            *score += self.prior.of(set);
        }
    }

    // The evidence is at most 1 in its units, and the prior is a probability.
    fn upper_bound(&self) -> f32 {
        0.0
    }
}
