//! The best set of one target: argmax_{S⊆P, |S|=R} Σ_{r∈S} base(r) + ψ(S) (paper §4.1), exact and certified.
//!
//! Sets are visited in bands of descending base sum. Once a set's base sum plus the largest ψ there can be does not
//! reach the second-best score so far, neither does any set below it, and the search ends with a proof of the best set
//! and of its margin.

use crate::data::teams::SearchStatistics;
use crate::engine::context::RunResult;
use crate::engine::interruption;
use crate::model::scorer::SetResidual;
use crate::stages::decode::scoring::{Best, residual_scores};
use crate::stages::decode::screen::Screen;
use crate::stages::decode::subsets::{Subsets, count_sets, floor_for};
use std::ops::Range;

/// Sets that are scored between two looks at the best score; fixed, so that counts don't depend on threads.
pub(super) const BATCH: usize = 8192;
/// Sets passed over between two looks at the user's wish to stop: some milliseconds.
const VISITS: usize = 1 << 18;
/// Sets in the first band. Of a trained scorer the bound leaves a handful of sets, so that hardly more are scored.
const FIRST_BAND: usize = 24;
/// How many times as many sets the next band reaches down to: what a band scores beyond what was needed is a small
/// multiple of that.
const BAND_GROWTH: usize = 4;
/// The most sets that a band is laid out for; what is left then is taken whole.
const LARGEST_BAND: usize = 1 << 17;
/// The bound on ψ is exact in real numbers; single precision may overstep it by far less than this, and this share of it.
const BOUND_SLACK: f64 = 1e-3;
const BOUND_SLACK_SHARE: f64 = 1e-5;

/// The best set.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Positions into the candidates, ascending.
    pub set: Vec<usize>,
    /// Its score.
    pub score: f64,
    /// The score of the second-best set, where all sets were searched; otherwise the best score of any other scored set.
    pub runner_up: Option<f64>,
    /// What it took.
    pub statistics: SearchStatistics,
}

/// What is searched. `base` is in descending order and `residual` numbers candidates alike.
pub struct Problem<'a> {
    /// Base scores, descending.
    pub base: Vec<f64>,
    /// ψ; `None` where it is zero.
    pub residual: Option<&'a dyn SetResidual>,
    /// ψ from rounded numbers, which decides what is scored with `residual` at all; `None` to score everything so.
    pub screen: Option<&'a dyn SetResidual>,
    /// Team size R, at most the number of candidates.
    pub size: usize,
    /// Whether sets that can't win are skipped; otherwise every set is scored.
    pub bounded: bool,
}

impl Problem<'_> {
    /// Finds the best set. `progress` is told of every batch with the number of sets scored so far, and may stop it.
    /// Among equal scores the set with the better base ranks wins.
    pub fn solve(&self, mut progress: impl FnMut(u64) -> RunResult<()>) -> RunResult<Found> {
        let bound = self.bound();
        let mut so_far = SoFar {
            best: Best::default(),
            scored: 0,
            screen: self.screen.map(Screen::new),
        };
        let (mut ceiling, mut floor) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut wanted = FIRST_BAND;
        if self.bounded {
            floor = floor_for(&self.base, self.size, wanted, floor);
        }
        loop {
            self.search_band(floor..ceiling, bound, &mut so_far, &mut progress)?;
            let goal = so_far.goal(bound);
            if !self.bounded || floor <= goal {
                break;
            }
            ceiling = floor;
            wanted *= BAND_GROWTH;
            floor = match wanted <= LARGEST_BAND {
                true => floor_for(&self.base, self.size, wanted, goal).min(ceiling),
                false => goal,
            };
        }
        let total = count_sets(self.base.len(), self.size).unwrap_or(u64::MAX);
        Ok(Found {
            set: so_far.best.set.iter().map(|place| usize::from(*place)).collect(),
            score: so_far.best.score,
            runner_up: so_far.best.runner_up,
            statistics: SearchStatistics {
                scored: so_far.scored,
                excluded: total.saturating_sub(so_far.scored),
                certified: self.screen.is_none(),
                gap: None,
            },
        })
    }

    /// What ψ never exceeds, rounding included.
    fn bound(&self) -> f64 {
        let bound = self.residual.map_or(0.0, |r| f64::from(r.upper_bound()));
        bound + BOUND_SLACK + BOUND_SLACK_SHARE * bound.abs()
    }

    /// Scores the sets with base sums in `band`, less those that the best sets so far rule out.
    fn search_band(
        &self,
        band: Range<f64>,
        bound: f64,
        so_far: &mut SoFar,
        progress: &mut impl FnMut(u64) -> RunResult<()>,
    ) -> RunResult<()> {
        let mut subsets = Subsets::new(&self.base, self.size);
        loop {
            let lowest = match self.bounded {
                true => band.start.max(so_far.goal(bound)),
                false => band.start,
            };
            let batch = Batch::collect(&mut subsets, lowest, band.end)?;
            if batch.sums.is_empty() {
                return Ok(());
            }
            let scores = self.scores(&batch, so_far.best.score, &mut so_far.screen)?;
            for (set, score) in batch.sets.chunks_exact(self.size).zip(scores) {
                if let Some(score) = score {
                    so_far.best.take(set, score);
                }
            }
            so_far.scored += batch.sums.len() as u64;
            progress(so_far.scored)?;
        }
    }

    /// base + ψ of every set of the batch; `None` where rounded numbers say that it can't reach `best`.
    fn scores(&self, batch: &Batch, best: f64, screen: &mut Option<Screen>) -> RunResult<Vec<Option<f64>>> {
        if let (Some(residual), Some(screen)) = (self.residual, screen) {
            return screen.scores(residual, &batch.sets, &batch.sums, best);
        }
        let psi = residual_scores(self.residual, &batch.sets, self.size)?;
        Ok(batch
            .sums
            .iter()
            .zip(psi)
            .map(|(sum, psi)| Some(sum + f64::from(psi)))
            .collect())
    }
}

/// How far a search has come.
struct SoFar<'a> {
    best: Best,
    scored: u64,
    screen: Option<Screen<'a>>,
}

impl SoFar<'_> {
    /// A set whose base sum is below this is neither the best nor, where single precision scores all, the second best.
    fn goal(&self, bound: f64) -> f64 {
        let reached = match self.screen {
            None => self.best.runner_up.unwrap_or(f64::NEG_INFINITY),
            Some(_) => self.best.score,
        };
        reached - bound
    }
}

/// Sets to score together.
struct Batch {
    sets: Vec<u16>,
    sums: Vec<f64>,
}

impl Batch {
    /// The next sets with base sums in floor..ceiling.
    ///
    /// # Errors
    /// The user's wish to stop: from the second band on, many sets may have to be passed over to find the next ones.
    fn collect(subsets: &mut Subsets, floor: f64, ceiling: f64) -> RunResult<Self> {
        let mut visited = 0_usize;
        let mut batch = Self {
            sets: Vec::new(),
            sums: Vec::with_capacity(BATCH),
        };
        while batch.sums.len() < BATCH {
            let Some((set, sum)) = subsets.next_above(floor) else {
                break;
            };
            visited += 1;
            if visited.is_multiple_of(VISITS) {
                interruption::check()?;
            }
            if sum < ceiling {
                // At most `MOST_CANDIDATES` are searched, see `feasible`.
                batch.sets.extend(set.iter().map(|m| *m as u16));
                batch.sums.push(sum);
            }
        }
        Ok(batch)
    }
}

#[cfg(test)]
#[path = "search_tests.rs"]
#[allow(clippy::unwrap_used)]
mod tests;
