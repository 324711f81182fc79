//! The tables of the values that flow through a pipeline.

pub mod dataset;
pub mod edges;
pub mod exact_match;
pub mod notes;
pub mod predictions;
pub mod recall;
pub mod records;
pub mod split;
pub mod training;

use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::report::table::Table;

/// The table that shows `cells` best, by the type of their values: exact match for evaluated teams, teams for
/// targets without known regulators, recall for pools, ranked edges, the training for a scorer, a summary for data sets and splits.
/// With `per_seed`, replicates are rows instead of being aggregated.
pub fn table_of(cells: &[GridCell], per_seed: bool) -> Table {
    match cells.first().map(|cell| &cell.value) {
        Some(Value::Dataset(_)) => dataset::table(cells, per_seed),
        Some(Value::Split(_)) => split::table(cells, per_seed),
        Some(Value::Pools(_)) => recall::table(cells, per_seed),
        Some(Value::Scorer(_)) => training::table(cells, per_seed),
        Some(Value::Teams(_)) if !is_evaluated(cells) => predictions::table(cells),
        Some(Value::Teams(_) | Value::Report(_)) => exact_match::table(cells, per_seed),
        Some(Value::EdgeReport(_)) => edges::table(cells, per_seed),
        None => Table::new("No result", Vec::new()),
    }
}

/// Whether any cell has decoded teams that can be compared with known ones.
pub fn is_evaluated(cells: &[GridCell]) -> bool {
    let reports = cells.iter().filter_map(|cell| cell.value.report());
    reports.into_iter().any(|report| !report.per_size.is_empty())
}
