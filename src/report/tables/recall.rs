//! The recall table of pools: one row a combination of axes and team size R.

use crate::engine::outcome::GridCell;
use crate::metrics::coverage::{CoverageCurve, curves, popularity_curves};
use crate::metrics::summary::summarise;
use crate::report::groups::{Group, axis_names, group};
use crate::report::table::{Cell, Column, Table};
use crate::report::tables::notes;
use std::collections::{BTreeMap, BTreeSet};

/// The pool sizes that tables show, as far as pools reach; a row's full pool is always shown.
const SHOWN_SIZES: [usize; 4] = [10, 20, 40, 80];

type Curves = BTreeMap<usize, CoverageCurve>;

/// Recall@K at several K beside the popularity baseline (paper §3, table 1). Over several seeds: mean ± sample
/// standard deviation; for one: counts as well.
pub fn table(cells: &[GridCell], per_seed: bool) -> Table {
    let groups = group(cells, per_seed);
    let axes = axis_names(&groups);
    let sizes = Sizes::of(cells);
    let replicated = groups.iter().any(|group| group.cells.len() > 1);
    let mut columns: Vec<Column> = axes.iter().map(|axis| Column::words(axis).key()).collect();
    columns.push(Column::numbers("R").key());
    columns.push(Column::numbers("n"));
    columns.extend(sizes.heads().into_iter().map(Column::numbers));
    let mut table = Table::new(format!("Recall of whole teams on {}", notes::data_name(cells)), columns);
    for group in &groups {
        push_group(&mut table, group, &axes, &sizes, replicated);
    }
    table.note(notes::protocol(cells));
    table.note(match sizes.own {
        false => "recall @K: the K best candidates hold the whole true team",
        true => "recall @K: the K best candidates hold the whole true team; the last two columns have the row's own K",
    });
    table.note(notes::BASELINE);
    if replicated {
        table.note("mean ± standard deviation over seeds; n over all seeds");
    }
    table
}

/// The pool sizes at which recall is shown: 10, 20, 40 and 80 within the largest pool, and the largest pool.
pub fn shown_sizes(cells: &[GridCell]) -> Vec<usize> {
    let largest = pool_sizes(cells).last().copied();
    let mut sizes: BTreeSet<usize> = largest.into_iter().collect();
    sizes.extend(SHOWN_SIZES.iter().filter(|&&size| largest.is_some_and(|k| size <= k)));
    sizes.into_iter().collect()
}

fn pool_sizes(cells: &[GridCell]) -> BTreeSet<usize> {
    let pools = cells.iter().filter_map(|cell| cell.value.pools());
    pools.map(|pools| pools.k).collect()
}

/// The pool sizes of the columns.
struct Sizes {
    fixed: Vec<usize>,
    /// Whether pools differ in size, so that the full pool is another size in each row.
    own: bool,
}

impl Sizes {
    fn of(cells: &[GridCell]) -> Self {
        let pools = pool_sizes(cells);
        let mut fixed = shown_sizes(cells);
        let own = pools.len() > 1;
        if own {
            fixed.retain(|size| SHOWN_SIZES.contains(size));
        }
        Self { fixed, own }
    }

    /// The heads of the columns of recall, and of the baseline.
    fn heads(&self) -> Vec<String> {
        let mut heads: Vec<String> = self.fixed.iter().map(|k| format!("recall @{k}")).collect();
        match (self.own, self.fixed.last()) {
            (true, _) => heads.extend(["recall @K".to_owned(), "baseline @K".to_owned()]),
            (false, largest) => heads.extend(largest.map(|k| format!("baseline @{k}"))),
        }
        heads
    }

    /// The cells beneath the heads, of a row whose pools have `own` candidates.
    fn cells(&self, own: usize, model: &[CoverageCurve], baseline: &[CoverageCurve], replicated: bool) -> Vec<Cell> {
        let fixed = self.fixed.iter().map(|&k| recall_cell(model, k, replicated));
        let mut cells: Vec<Cell> = fixed.collect();
        if self.own {
            cells.push(recall_cell(model, own, replicated));
        }
        if self.own || !self.fixed.is_empty() {
            cells.push(recall_cell(baseline, own, replicated));
        }
        cells
    }
}

fn push_group(table: &mut Table, group: &Group<'_>, axes: &[String], sizes: &Sizes, replicated: bool) {
    let pools: Vec<_> = group.cells.iter().filter_map(|cell| cell.value.pools()).collect();
    let models: Vec<Curves> = pools.iter().map(|pools| curves(pools)).collect();
    let baselines: Vec<Curves> = pools
        .iter()
        .map(|pools| popularity_curves(&pools.split, pools.k))
        .collect();
    let own = pools.iter().map(|pools| pools.k).min().unwrap_or(0);
    let team_sizes: BTreeSet<usize> = models.iter().flat_map(|curves| curves.keys().copied()).collect();
    for size in team_sizes {
        let of_size =
            |all: &[Curves]| -> Vec<CoverageCurve> { all.iter().filter_map(|c| c.get(&size).cloned()).collect() };
        let (model, baseline) = (of_size(&models), of_size(&baselines));
        let mut row: Vec<Cell> = group.axis_cells(axes);
        row.push(Cell::count(size));
        row.push(Cell::count(model.iter().map(|curve| curve.n).sum()));
        row.extend(sizes.cells(own, &model, &baseline, replicated));
        table.push(row);
    }
}

/// Missing where a pool has fewer than `k` candidates: nothing is known beyond it.
fn recall_cell(curves: &[CoverageCurve], k: usize, replicated: bool) -> Cell {
    if curves.iter().any(|curve| curve.covered.len() < k) {
        return Cell::missing();
    }
    if replicated {
        return Cell::deviating(summarise(curves.iter().map(|curve| curve.recall(k))));
    }
    let covered: usize = curves
        .iter()
        .filter_map(|curve| curve.covered.get(k.checked_sub(1)?))
        .sum();
    let n: usize = curves.iter().map(|curve| curve.n).sum();
    Cell::ratio(covered, n)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{shown_sizes, table};
    use crate::engine::value::Value;
    use crate::lang::arguments::Argument;
    use crate::metrics::coverage::popularity_curves;
    use crate::report::fixtures::{self, lone_cell};
    use crate::report::table::MISSING;
    use std::sync::Arc;

    #[test]
    fn nothing_is_said_beyond_the_pool_of_a_row() {
        let cells = fixtures::pool_sweep();
        let full = cells[0].value.pools().unwrap();
        let sweep: Vec<_> = [10, 15, 30]
            .map(|k| {
                let mut cut = full.as_ref().clone();
                cut.k = k;
                cut.ranked.iter_mut().for_each(|ranked| ranked.truncate(k));
                cut.scores.iter_mut().for_each(|scores| scores.truncate(k));
                let mut cell = lone_cell(Value::Pools(Arc::new(cut)));
                cell.axes = vec![("k".to_owned(), Argument::Integer(k as i64))];
                cell
            })
            .into();
        let table = table(&sweep, false);
        let heads: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(
            heads,
            ["k", "R", "n", "recall @10", "recall @20", "recall @K", "baseline @K"]
        );
        for row in &table.rows {
            let k = row[0].text.parse::<usize>().unwrap();
            assert_eq!(row[4].text == MISSING, k < 20, "k = {k}");
            assert_eq!(row[4].value.is_null(), k < 20);
            assert!(row[5].text == row[3].text || k > 10);
            let size = row[1].text.parse::<usize>().unwrap();
            let baseline = popularity_curves(&full.split, k)[&size].recall(k);
            assert_eq!(row[6].value.as_f64(), baseline);
        }
        let per_k = |k: &str| table.rows.iter().filter(|row| row[0].text == k).count();
        assert!([per_k("10"), per_k("15"), per_k("30")].iter().all(|&rows| rows == 3));
        assert!(table.notes.iter().any(|note| note.contains("the row's own K")));
    }

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
