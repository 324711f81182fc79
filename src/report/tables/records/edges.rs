//! Records of ranked edges.

use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::metrics::edges::{EdgeMetrics, EdgeReport};
use crate::report::table::{Cell, Column, Table};
use crate::report::tables::notes;
use crate::report::tables::records::fill;

/// A row for each K, for the pools and for popularity: Strict Coverage@K and Edge Recall@K, beside what doesn't depend
/// on K.
pub fn curves(cells: &[GridCell]) -> Table {
    let numbers = [
        "sources",
        "targets",
        "pairs",
        "edges",
        "ranked",
        "ranked_edges",
        "auprc",
        "average_precision",
        "density",
        "early",
        "early_right",
        "k",
        "strict",
        "recall",
    ];
    let columns: Vec<Column> = [Column::words("method")]
        .into_iter()
        .chain(numbers.map(Column::numbers))
        .collect();
    let title = format!("Edges of {}", notes::data_name(cells));
    fill(cells, &title, &columns, |value| match value {
        Value::EdgeReport(report) => {
            let method = rows(report, &report.pools.method, &report.method);
            method.chain(rows(report, "popularity", &report.popularity)).collect()
        }
        _ => Vec::new(),
    })
}

fn rows<'a>(report: &EdgeReport, method: &'a str, found: &'a EdgeMetrics) -> impl Iterator<Item = Vec<Cell>> + 'a {
    let universe = report.universe;
    let curves = found.strict.iter().zip(&found.recall).enumerate();
    curves.map(move |(place, (strict, recall))| {
        let mut row = vec![Cell::words(method)];
        let counts = [
            universe.sources,
            universe.targets,
            universe.pairs,
            universe.edges,
            found.ranked,
        ];
        row.extend(counts.map(Cell::count));
        row.push(Cell::count(found.ranked_edges));
        let areas = [found.auprc, found.average_precision, Some(universe.density())];
        row.extend(areas.map(|number| Cell::number(number, 4)));
        row.extend([found.early, found.early_right, place + 1].map(Cell::count));
        row.extend([*strict, *recall].map(|share| Cell::number(Some(share), 4)));
        row
    })
}
