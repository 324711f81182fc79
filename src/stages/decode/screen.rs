//! Scores of a batch of sets by rounded numbers, and again in single precision where a set may win.
//!
//! How far rounding moves a score has no proof, only a measurement: the first batch is scored both ways, every set that is
//! scored again adds to it, and four times the largest difference so far is allowed for.

use crate::engine::context::RunResult;
use crate::model::scorer::SetResidual;
use crate::stages::decode::scoring::residual_scores;

/// How many times the largest difference seen a score may be off.
const ALLOWANCE: f64 = 4.0;

/// ψ from rounded numbers, and what is known of it.
pub(super) struct Screen<'a> {
    rounded: &'a dyn SetResidual,
    /// The largest difference to ψ in single precision; `None` before the first batch.
    largest: Option<f64>,
}

impl<'a> Screen<'a> {
    pub(super) fn new(rounded: &'a dyn SetResidual) -> Self {
        Self { rounded, largest: None }
    }

    /// base + ψ of sets (`size` positions each) with these base `sums`: in single precision wherever it may exceed `best`.
    pub(super) fn scores(
        &mut self,
        exact: &dyn SetResidual,
        sets: &[u16],
        sums: &[f64],
        best: f64,
    ) -> RunResult<Vec<f64>> {
        let size = sets.len() / sums.len().max(1);
        let rounded = residual_scores(Some(self.rounded), sets, size)?;
        let mut scores: Vec<f64> = sums
            .iter()
            .zip(&rounded)
            .map(|(sum, psi)| sum + f64::from(*psi))
            .collect();
        let allowance = self.largest.map_or(f64::INFINITY, |largest| ALLOWANCE * largest);
        let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let needed = best.max(highest - allowance) - allowance;
        let again: Vec<usize> = (0..scores.len())
            .filter(|set| scores[*set] >= needed || allowance.is_infinite())
            .collect();
        let chosen: Vec<u16> = again
            .iter()
            .flat_map(|set| &sets[set * size..][..size])
            .copied()
            .collect();
        let exact = residual_scores(Some(exact), &chosen, size)?;
        for (set, psi) in again.into_iter().zip(exact) {
            let difference = f64::from((psi - rounded[set]).abs());
            self.largest = Some(self.largest.map_or(difference, |largest| largest.max(difference)));
            scores[set] = sums[set] + f64::from(psi);
        }
        Ok(scores)
    }
}
