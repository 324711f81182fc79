//! The table of edges: one row a combination of axes, and the popularity baseline.

use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::metrics::edges::{EdgeMetrics, EdgeReport, Universe};
use crate::metrics::summary::summarise;
use crate::report::groups::{Group, group, merge_by};
use crate::report::table::{Cell, Column, Table};
use crate::report::tables::notes;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One row: a name, and the numbers of each replicate.
struct Row {
    name: String,
    replicates: Vec<(Universe, EdgeMetrics)>,
}

/// AUPRC and early precision with their ratios to a random order, Strict Coverage@K and Edge Recall@K, of every row and
/// of popularity. Over several seeds: mean ± sample standard deviation.
pub fn table(cells: &[GridCell], per_seed: bool) -> Table {
    let groups = group(cells, per_seed);
    let at: BTreeSet<usize> = cells
        .iter()
        .filter_map(report)
        .flat_map(|report| report.at.iter().copied())
        .collect();
    let mut columns = vec![Column::words("method").key()];
    let names = ["AUPRC", "AUPRC ratio", "early precision", "EP ratio"];
    columns.extend(names.map(Column::numbers));
    columns.extend(at.iter().map(|k| Column::numbers(format!("strict @{k}"))));
    columns.extend(at.iter().map(|k| Column::numbers(format!("recall @{k}"))));
    let mut table = Table::new(format!("Edges of {}", notes::data_name(cells)), columns);
    let rows = rows(&groups);
    for row in &rows {
        table.push(cells_of(row, &at));
    }
    table.note(notes::protocol(cells));
    for note in universes(cells) {
        table.note(note);
    }
    for row in &rows {
        table.notes.extend(ranked(row));
    }
    table.note(
        "ratio: to a random order; EP: early precision, among as many pairs as there are edges; strict @K: the first K \
         sources hold all regulators; recall @K: the share of a target's regulators among them, mean over targets",
    );
    table.note(notes::BASELINE);
    if groups.iter().any(|group| group.cells.len() > 1) {
        table.note("mean ± standard deviation over seeds");
    }
    table
}

fn report(cell: &GridCell) -> Option<&Arc<EdgeReport>> {
    match &cell.value {
        Value::EdgeReport(report) => Some(report),
        _ => None,
    }
}

fn rows(groups: &[Group<'_>]) -> Vec<Row> {
    let reports = |group: &Group<'_>| -> Vec<Arc<EdgeReport>> {
        group.cells.iter().filter_map(|cell| report(cell)).cloned().collect()
    };
    let method = |group: &Group<'_>| Row {
        name: group.label(),
        replicates: reports(group)
            .iter()
            .map(|report| (report.universe, report.method.clone()))
            .collect(),
    };
    let popular = |group: &Group<'_>| -> Vec<(Universe, EdgeMetrics)> {
        reports(group)
            .iter()
            .map(|report| (report.universe, report.popularity.clone()))
            .collect()
    };
    let distinct = merge_by(groups.to_vec(), popular);
    let alone = distinct.len() == 1;
    let baseline = |group: &Group<'_>| Row {
        name: match alone {
            true => "popularity (baseline)".to_owned(),
            false => format!("popularity (baseline) · {}", group.label()),
        },
        replicates: popular(group),
    };
    groups.iter().map(method).chain(distinct.iter().map(baseline)).collect()
}

fn cells_of(row: &Row, at: &BTreeSet<usize>) -> Vec<Cell> {
    type Number<'a> = &'a dyn Fn(&Universe, &EdgeMetrics) -> Option<f64>;
    let shown = |number: Number<'_>| {
        let values: Vec<Option<f64>> = row
            .replicates
            .iter()
            .map(|(universe, found)| number(universe, found))
            .collect();
        match values[..] {
            [only] => Cell::number(only, 3),
            _ => Cell::deviating(summarise(values)),
        }
    };
    let mut cells = vec![Cell::words(&row.name)];
    let ratio = |number: Option<f64>, universe: &Universe| number.map(|number| number / universe.density());
    cells.push(shown(&|_, found| found.auprc));
    cells.push(shown(&|universe, found| ratio(found.auprc, universe)));
    cells.push(shown(&|_, found| found.early_precision()));
    cells.push(shown(&|universe, found| ratio(found.early_precision(), universe)));
    cells.extend(at.iter().map(|&k| shown(&|_, found| found.strict_at(k))));
    cells.extend(at.iter().map(|&k| shown(&|_, found| found.recall_at(k))));
    cells
}

/// Which pairs count, in words; once for each number of sources and targets, with what differs between seeds as a range.
fn universes(cells: &[GridCell]) -> Vec<String> {
    let mut universes: Vec<Vec<Universe>> = Vec::new();
    for universe in cells.iter().filter_map(report).map(|report| report.universe) {
        let key = |universe: &Universe| (universe.kind, universe.sources, universe.targets);
        let is_same = |known: &&mut Vec<Universe>| known.first().map(key) == Some(key(&universe));
        match universes.iter_mut().find(is_same) {
            Some(known) => known.push(universe),
            None => universes.push(vec![universe]),
        }
    }
    universes.iter().filter_map(|universes| in_words(universes)).collect()
}

fn in_words(universes: &[Universe]) -> Option<String> {
    let first = universes.first()?;
    let range = |number: fn(&Universe) -> usize| {
        let numbers: BTreeSet<usize> = universes.iter().map(number).collect();
        let ends = numbers
            .first()
            .into_iter()
            .chain(numbers.last().filter(|_| numbers.len() > 1));
        ends.map(|end| notes::grouped(*end as u64))
            .collect::<Vec<_>>()
            .join("–")
    };
    let densities = universes.iter().map(Universe::density);
    Some(format!(
        "universe: {} {} × {} test targets, without self-edges {} pairs, {} of them true edges (density {:.4})",
        notes::grouped(first.sources as u64),
        first.kind.words(),
        notes::grouped(first.targets as u64),
        range(|universe| universe.pairs),
        range(|universe| universe.edges),
        densities.sum::<f64>() / universes.len() as f64
    ))
}

/// How much of the universe a row ranks, where it isn't all.
fn ranked(row: &Row) -> Option<String> {
    let sum = |number: &dyn Fn(&(Universe, EdgeMetrics)) -> usize| -> usize { row.replicates.iter().map(number).sum() };
    let (pairs, ranked) = (sum(&|(universe, _)| universe.pairs), sum(&|(_, found)| found.ranked));
    (ranked < pairs).then(|| {
        format!(
            "{}: {:.1} % of pairs and {:.1} % of edges are ranked, the others come last, all equal",
            row.name,
            100.0 * ranked as f64 / pairs as f64,
            100.0 * sum(&|(_, found)| found.ranked_edges) as f64 / sum(&|(universe, _)| universe.edges).max(1) as f64
        )
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::table;
    use crate::engine::outcome::GridCell;
    use crate::engine::value::Value;
    use crate::metrics::edges::{SourceKind, evaluate};
    use crate::report::fixtures;
    use std::sync::Arc;

    fn cells() -> Vec<GridCell> {
        let mut cells = fixtures::pool_sweep();
        for cell in &mut cells {
            let report = evaluate(cell.value.pools().unwrap(), SourceKind::Regulators, &[5, 20]).unwrap();
            cell.value = Value::EdgeReport(Arc::new(report));
        }
        cells
    }

    #[test]
    fn rows_are_methods_and_popularity() {
        let table = table(&cells(), false);
        let names: Vec<&str> = table.rows.iter().map(|row| row[0].text.as_str()).collect();
        assert_eq!(names, ["dot", "attn", "popularity (baseline)"]);
        assert_eq!(table.columns.len(), 9);
        assert!(
            table
                .rows
                .iter()
                .all(|row| row[1..].iter().all(|cell| cell.text.contains('±')))
        );
        let notes = table.notes.join("\n");
        assert!(
            notes.contains("universe: 40 possible regulators × 53 test targets"),
            "{notes}"
        );
        assert!(notes.contains("dot: 75.0 % of pairs"), "{notes}");
        // Better pools have a larger area.
        let area = |row: usize| table.rows[row][1].value.as_f64().unwrap();
        assert!(area(1) > area(0) && area(0) > 0.0);
    }

    #[test]
    fn seeds_can_be_rows() {
        assert_eq!(table(&cells(), true).rows.len(), 9);
    }
}
