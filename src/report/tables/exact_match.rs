//! The exact-match table: one row a combination of axes and team size R.

use crate::engine::outcome::GridCell;
use crate::metrics::report::ExactMatch;
use crate::metrics::summary::summarise;
use crate::report::groups::{Group, axis_names, group};
use crate::report::table::{Cell, Column, MISSING, Table};
use crate::report::tables::notes;
use std::collections::BTreeSet;

/// The replicates of one row: the counts of each seed.
struct Row {
    size: usize,
    model: Vec<ExactMatch>,
    popularity: Vec<ExactMatch>,
}

/// Coverage, unconditional and conditional exact match, seen and novel teams, and the popularity baseline (paper §3).
///
/// Over several seeds: mean ± sample standard deviation, and n and the interval from the pooled counts. For one:
/// counts as well. A column counts the seeds where rows differ in them. With `per_seed`, every replicate has a row of its own.
pub fn table(cells: &[GridCell], per_seed: bool) -> Table {
    let groups = group(cells, per_seed);
    let axes = axis_names(&groups);
    let replicated = groups.iter().any(|group| group.cells.len() > 1);
    let uneven = groups.iter().any(|group| group.cells.len() != groups[0].cells.len());
    let mut table = Table::new(
        format!("Exact match on {}", notes::data_name(cells)),
        columns(&axes, uneven),
    );
    for group in &groups {
        for row in rows(group) {
            table.push(cells_of(group, &axes, &row, replicated, uneven));
        }
    }
    table.note(notes::protocol(cells));
    table.notes.extend(notes::search(cells));
    table.note(
        "covered: the M_R best candidates hold the whole team; seen, novel: some, no training target has the same team",
    );
    table.note(notes::BASELINE);
    table.note(if replicated {
        "mean ± standard deviation over seeds; n, seen, novel and [Wilson's 95 % interval] from the counts of all seeds, \
         where a target counts once for each seed that tests it"
    } else {
        "[…]: Wilson's 95 % interval"
    });
    table
}

fn columns(axes: &[String], uneven: bool) -> Vec<Column> {
    let mut columns: Vec<Column> = axes.iter().map(|axis| Column::words(axis).key()).collect();
    columns.push(Column::numbers("R").key());
    if uneven {
        columns.push(Column::numbers("seeds"));
    }
    let names = [
        "n",
        "M_R",
        "coverage",
        "exact match",
        "exact if covered",
        "exact if seen",
        "exact if novel",
        "baseline coverage",
        "baseline exact",
    ];
    columns.extend(names.map(Column::numbers));
    columns
}

fn rows(group: &Group<'_>) -> Vec<Row> {
    let reports: Vec<_> = group.cells.iter().filter_map(|cell| cell.value.report()).collect();
    let sizes: BTreeSet<usize> = reports
        .iter()
        .flat_map(|report| report.per_size.keys().copied())
        .collect();
    sizes
        .into_iter()
        .map(|size| Row {
            size,
            model: reports
                .iter()
                .filter_map(|report| report.per_size.get(&size).copied())
                .collect(),
            popularity: reports
                .iter()
                .filter_map(|report| report.popularity.get(&size).copied())
                .collect(),
        })
        .collect()
}

fn cells_of(group: &Group<'_>, axes: &[String], row: &Row, replicated: bool, uneven: bool) -> Vec<Cell> {
    let (model, popular) = (total(&row.model), total(&row.popularity));
    let share = |replicates: &[ExactMatch], ratio: fn(&ExactMatch) -> Option<f64>, part: usize, whole: usize| {
        if replicated {
            mean_cell(replicates, ratio)
        } else {
            ratio_cell(part, whole)
        }
    };
    let exact = share(&row.model, ExactMatch::unconditional, model.exact, model.n);
    let baseline = share(&row.popularity, ExactMatch::unconditional, popular.exact, popular.n);
    let mut cells: Vec<Cell> = group.axis_cells(axes);
    cells.push(Cell::count(row.size));
    cells.extend(uneven.then(|| Cell::count(row.model.len())));
    cells.extend([
        Cell::count(model.n),
        Cell::count(model.cap),
        share(&row.model, ExactMatch::coverage, model.covered, model.n),
        with_interval(exact, &model),
        share(&row.model, ExactMatch::conditional, model.exact, model.covered),
        ratio_cell(model.exact_seen, model.n_seen),
        ratio_cell(model.exact_novel(), model.n_novel()),
        share(&row.popularity, ExactMatch::coverage, popular.covered, popular.n),
        baseline,
    ]);
    cells
}

fn total(replicates: &[ExactMatch]) -> ExactMatch {
    replicates
        .iter()
        .copied()
        .fold(ExactMatch::default(), ExactMatch::pooled)
}

/// `16/57 = 0.281`, which may break before the equals sign; `0/0 = –` where nothing was counted.
fn ratio_cell(part: usize, whole: usize) -> Cell {
    if whole == 0 {
        return Cell::missing();
    }
    let ratio = part as f64 / whole as f64;
    Cell::shown(format!("{part}/{whole} =\u{a0}{ratio:.3}"), ratio)
}

/// `0.281 ± 0.061`, which may break before the ±; a lone replicate has no deviation.
fn mean_cell(replicates: &[ExactMatch], ratio: fn(&ExactMatch) -> Option<f64>) -> Cell {
    match summarise(replicates.iter().map(ratio)) {
        None => Cell::missing(),
        Some(summary) => {
            let deviation = summary
                .deviation
                .map_or(MISSING.to_owned(), |deviation| format!("{deviation:.3}"));
            Cell::shown(format!("{:.3} ±\u{a0}{deviation}", summary.mean), summary.mean)
        }
    }
}

fn with_interval(mut cell: Cell, counts: &ExactMatch) -> Cell {
    if let Some((lower, upper)) = counts.interval() {
        // The parts stay whole: a line break belongs before the interval.
        cell.text = format!("{} [{lower:.3},\u{a0}{upper:.3}]", cell.text.replace(' ', "\u{a0}"));
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::table;
    use crate::engine::outcome::GridCell;
    use crate::engine::value::Value;
    use crate::metrics::fixtures as by_hand;
    use crate::report::fixtures;
    use std::sync::Arc;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn one_seed_shows_counts() {
        let cell = GridCell {
            axes: Vec::new(),
            value: Value::Teams(Arc::new(by_hand::teams())),
            seconds: Vec::new(),
            seed: Some(42),
        };
        let table = table(&[cell], false);
        let texts: Vec<String> = table.rows[0]
            .iter()
            .map(|cell| cell.text.replace('\u{a0}', " "))
            .collect();
        assert_eq!(
            texts,
            [
                "2",
                "2",
                "3",
                "1/2 = 0.500",
                "1/2 = 0.500 [0.095, 0.905]",
                "1/1 = 1.000",
                "1/1 = 1.000",
                "0/1 = 0.000",
                "1/2 = 0.500",
                "1/2 = 0.500",
            ]
        );
        // R = 3: nothing is covered, so conditional exact is undefined; there is no novel team.
        assert_eq!(table.rows[1][5].text, "–");
        assert_eq!(table.rows[1][7].text, "–");
    }

    #[test]
    fn several_seeds_are_one_row() {
        let table = table(&fixtures::sweep(), false);
        assert_eq!(table.rows.len(), 6);
        let row: Vec<&str> = table.rows[0].iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(&row[..2], ["pairs2", "2"]);
        assert!(
            row[4].contains('±') && row[5].contains('[') && row[5].contains('±'),
            "{row:?}"
        );
    }

    #[test]
    fn seeds_can_be_rows() {
        let table = table(&fixtures::sweep(), true);
        assert_eq!(table.rows.len(), 18);
        assert_eq!(table.columns[1].name, "seed");
        assert!(
            table
                .rows
                .iter()
                .all(|row| row.iter().all(|cell| !cell.text.contains('±')))
        );
    }

    #[test]
    fn seeds_are_counted_where_rows_differ_in_them() {
        let mut cells = fixtures::sweep();
        cells.pop();
        let table = table(&cells, false);
        assert_eq!(table.columns[2].name, "seeds");
        assert_eq!(
            (table.rows[0][2].text.as_str(), table.rows[5][2].text.as_str()),
            ("3", "2")
        );
    }

    #[test]
    fn fits_a_terminal() {
        for cells in [fixtures::sweep(), vec![fixtures::cell()]] {
            for width in [80, 100] {
                let text = table(&cells, false).to_text(width);
                assert!(text.lines().all(|line| line.width() <= width), "{text}");
            }
            // One line of heads: nothing continues beneath.
            let text = table(&cells, false).to_text(100);
            assert_eq!(text.matches("exact match").count(), 1, "{text}");
        }
    }
}
