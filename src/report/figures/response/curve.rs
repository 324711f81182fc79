//! What is expected of a target as its regulator varies.

use crate::data::response::SteadyState;
use crate::report::figures::expression::{evenly, largest};
use crate::report::figures::response::choice::Response;

/// Points of an expected curve.
const CURVE_POINTS: usize = 60;
/// Cells over which an expected curve is averaged.
const AVERAGED_CELLS: usize = 300;

impl Response<'_> {
    pub fn steady_state(&self) -> Option<&SteadyState> {
        self.source.dataset.steady_state.as_deref()
    }

    pub fn half_response(&self) -> Option<f64> {
        self.steady_state().map(|state| state.half_response(self.regulator))
    }

    pub fn largest_regulator(&self) -> f64 {
        largest(self.source.dataset, &[self.regulator])
    }

    /// The expected curve, from 0 to the regulator's largest expression.
    pub fn curve(&self, state: &SteadyState) -> Vec<(f64, f64)> {
        let largest = self.largest_regulator();
        let at = |point: usize| largest * point as f64 / CURVE_POINTS as f64;
        (0..=CURVE_POINTS)
            .map(|point| (at(point), self.expected(state, at(point))))
            .collect()
    }

    /// The largest expression of the target in any cell or on its curve.
    pub fn largest_target(&self) -> f64 {
        let cells = largest(self.source.dataset, &[self.target]);
        let curve = self.steady_state().map(|state| self.curve(state)).unwrap_or_default();
        curve.iter().map(|&(_, y)| y).fold(cells, f64::max)
    }

    /// The target's steady state with this regulator at `concentration`, averaged over the other regulators' values in
    /// the cells.
    fn expected(&self, state: &SteadyState, concentration: f64) -> f64 {
        let expression = &self.source.dataset.expression;
        let cells = evenly(self.source.dataset.cell_count(), AVERAGED_CELLS);
        let in_cell = |&cell: &usize| {
            let at = |regulator: usize| match regulator == self.regulator {
                true => concentration,
                false => expression.get((regulator, cell)).copied().map_or(0.0, f64::from),
            };
            state.expression(self.target, at).unwrap_or(0.0)
        };
        cells.iter().map(in_cell).sum::<f64>() / cells.len().max(1) as f64
    }
}
