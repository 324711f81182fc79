//! The recall table of pools: one row a combination of axes and team size R.

use crate::engine::outcome::GridCell;
use crate::metrics::coverage::{CoverageCurve, curves, popularity_curves};
use crate::metrics::summary::summarise;
use crate::report::groups::{Group, axis_names, group};
use crate::report::table::{Cell, Column, Table};
use crate::report::tables::notes;
use std::collections::{BTreeMap, BTreeSet};

/// The pool sizes that tables show, as far as pools reach; the full pool is always shown.
const SHOWN_SIZES: [usize; 4] = [10, 20, 40, 80];

type Curves = BTreeMap<usize, CoverageCurve>;

/// Recall@K at several K beside the popularity baseline (paper §3, table 1). Over several seeds: mean ± sample
/// standard deviation; for one: counts as well.
pub fn table(cells: &[GridCell], per_seed: bool) -> Table {
    let groups = group(cells, per_seed);
    let axes = axis_names(&groups);
    let sizes = shown_sizes(cells);
    let replicated = groups.iter().any(|group| group.cells.len() > 1);
    let mut columns: Vec<Column> = axes.iter().map(|axis| Column::words(axis).key()).collect();
    columns.push(Column::numbers("R").key());
    columns.push(Column::numbers("n"));
    columns.extend(sizes.iter().map(|k| Column::numbers(format!("recall @{k}"))));
    columns.extend(sizes.last().map(|k| Column::numbers(format!("baseline @{k}"))));
    let mut table = Table::new(format!("Recall of whole teams on {}", notes::data_name(cells)), columns);
    for group in &groups {
        push_group(&mut table, group, &axes, &sizes, replicated);
    }
    table.note(notes::protocol(cells));
    table.note("recall @K: the K best candidates hold the whole true team");
    table.note(notes::BASELINE);
    if replicated {
        table.note("mean ± standard deviation over seeds; n over all seeds");
    }
    table
}

/// The pool sizes at which recall is shown: 10, 20, 40 and 80 within the largest pool, and the largest pool.
pub fn shown_sizes(cells: &[GridCell]) -> Vec<usize> {
    let largest = cells
        .iter()
        .filter_map(|cell| cell.value.pools())
        .map(|pools| pools.k)
        .max();
    let mut sizes: BTreeSet<usize> = largest.into_iter().collect();
    sizes.extend(SHOWN_SIZES.iter().filter(|&&size| largest.is_some_and(|k| size <= k)));
    sizes.into_iter().collect()
}

fn push_group(table: &mut Table, group: &Group<'_>, axes: &[String], sizes: &[usize], replicated: bool) {
    let pools: Vec<_> = group.cells.iter().filter_map(|cell| cell.value.pools()).collect();
    let models: Vec<Curves> = pools.iter().map(|pools| curves(pools)).collect();
    let baselines: Vec<Curves> = pools
        .iter()
        .map(|pools| popularity_curves(&pools.split, pools.k))
        .collect();
    let team_sizes: BTreeSet<usize> = models.iter().flat_map(|curves| curves.keys().copied()).collect();
    for size in team_sizes {
        let of_size =
            |all: &[Curves]| -> Vec<CoverageCurve> { all.iter().filter_map(|c| c.get(&size).cloned()).collect() };
        let (model, baseline) = (of_size(&models), of_size(&baselines));
        let mut row: Vec<Cell> = group.axis_cells(axes);
        row.push(Cell::count(size));
        row.push(Cell::count(model.iter().map(|curve| curve.n).sum()));
        row.extend(sizes.iter().map(|&k| recall_cell(&model, k, replicated)));
        row.extend(sizes.last().map(|&k| recall_cell(&baseline, k, replicated)));
        table.push(row);
    }
}

fn recall_cell(curves: &[CoverageCurve], k: usize, replicated: bool) -> Cell {
    if replicated {
        return Cell::deviating(summarise(curves.iter().map(|curve| curve.recall(k))));
    }
    let covered: usize = curves.iter().filter_map(|curve| curve.covered.get(k - 1)).sum();
    let n: usize = curves.iter().map(|curve| curve.n).sum();
    Cell::ratio(covered, n)
}

#[cfg(test)]
mod tests {
    use super::{shown_sizes, table};
    use crate::report::fixtures;

    #[test]
    fn shows_usual_sizes_within_the_pool() {
        assert_eq!(shown_sizes(&fixtures::pool_sweep()), [10, 20, 30]);
        assert!(shown_sizes(&[]).is_empty());
    }

    #[test]
    fn has_a_row_for_each_retriever_and_size() {
        let table = table(&fixtures::pool_sweep(), false);
        assert_eq!(table.rows.len(), 6);
        let heads: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(
            heads,
            [
                "retrieve",
                "R",
                "n",
                "recall @10",
                "recall @20",
                "recall @30",
                "baseline @30"
            ]
        );
        assert!(table.rows.iter().all(|row| row[3].text.contains('±')));
    }
}
