//! What a run leaves behind: values by grid cell, and what to show of them.

use crate::engine::value::Value;
use crate::lang::arguments::{Argument, Arguments};
use crate::lang::catalog::StageSpec;
use crate::lang::checked::ArgumentPlaces;
use grn_grammar::span::Span;

/// A finished pipeline: every grid cell with its value, and what to show.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The canonical text of the pipeline as written.
    pub pipeline: String,
    /// The grid, in row order. Without sweep axes it has one cell.
    pub cells: Vec<GridCell>,
    /// The views (`plot`, `table`, `save`) in the order of the pipeline.
    pub views: Vec<ViewOutcome>,
}

/// One finished point of the grid.
#[derive(Clone, Debug)]
pub struct GridCell {
    /// Axis names and values, in order of appearance; an axis over methods has the verb's name.
    pub axes: Vec<(String, Argument)>,
    /// The last value of the pipeline, or the value at the place of a view.
    pub value: Value,
    /// For each node on the cell's path, from the source on: the stage's label and its wall time in seconds; 0 where
    /// the node is shared and was already done.
    pub seconds: Vec<(String, f64)>,
    /// The value of the `seed` axis or, without one, the seed given in the pipeline.
    pub seed: Option<u64>,
}

/// One view with the values that it shows.
#[derive(Clone, Debug)]
pub struct ViewOutcome {
    /// `plot …`, `table` or `save`.
    pub spec: &'static StageSpec,
    /// Its complete arguments.
    pub arguments: Arguments,
    /// The grid, with the values at the place of the view.
    pub cells: Vec<GridCell>,
    /// Its place in the script.
    pub span: Span,
    /// The places of its arguments' values.
    pub places: ArgumentPlaces,
}
