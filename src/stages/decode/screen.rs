//! Scores of a batch of sets by rounded numbers, and again in single precision where a set may win.
//!
//! How far rounding moves a score has no proof, only a measurement: the first sets are scored both ways, every set that is
//! scored again adds to it, and four times the largest difference so far is allowed for.

use crate::engine::context::RunResult;
use crate::model::scorer::SetResidual;
use crate::stages::decode::scoring::residual_scores;

/// How many times the largest difference seen a score may be off.
const ALLOWANCE: f64 = 4.0;
/// The least that a score may be off, as a share of the largest |ψ| of its batch: differences of zero say little.
const LEAST: f64 = 1.0 / 1024.0;
/// Sets that are scored both ways before anything is left out.
const FIRST: usize = 240;

/// ψ from rounded numbers, and what is known of it.
pub(super) struct Screen<'a> {
    rounded: &'a dyn SetResidual,
    /// How many sets were scored both ways, and the largest difference among them.
    compared: usize,
    largest: f64,
}

impl<'a> Screen<'a> {
    pub(super) fn new(rounded: &'a dyn SetResidual) -> Self {
        Self {
            rounded,
            compared: 0,
            largest: 0.0,
        }
    }

    /// base + ψ of sets (`size` positions each) with these base `sums`, in single precision; `None` for sets that can't
    /// reach `best`, or the best of the batch, as far as rounding is known to go.
    pub(super) fn scores(
        &mut self,
        exact: &dyn SetResidual,
        sets: &[u16],
        sums: &[f64],
        mut best: f64,
    ) -> RunResult<Vec<Option<f64>>> {
        let size = sets.len() / sums.len().max(1);
        let rounded = residual_scores(Some(self.rounded), sets, size)?;
        let least = LEAST * rounded.iter().map(|psi| f64::from(psi.abs())).fold(0.0, f64::max);
        let mut scores = vec![None; sums.len()];
        loop {
            let open = (0..sums.len()).filter(|set| scores[*set].is_none());
            let again: Vec<usize> = match FIRST.saturating_sub(self.compared) {
                0 => {
                    let needed = best - (ALLOWANCE * self.largest).max(least);
                    open.filter(|set| sums[*set] + f64::from(rounded[*set]) >= needed)
                        .collect()
                }
                missing => open.take(missing).collect(),
            };
            if again.is_empty() {
                return Ok(scores);
            }
            let chosen: Vec<u16> = again
                .iter()
                .flat_map(|set| &sets[set * size..][..size])
                .copied()
                .collect();
            for (set, psi) in again.into_iter().zip(residual_scores(Some(exact), &chosen, size)?) {
                let difference = f64::from((psi - rounded[set]).abs());
                self.largest = self.largest.max(difference);
                self.compared += 1;
                let score = sums[set] + f64::from(psi);
                best = best.max(score);
                scores[set] = Some(score);
            }
        }
    }
}
