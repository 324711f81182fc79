//! The exact-match table: one row a combination of axes and team size R.

use crate::engine::outcome::GridCell;
use crate::metrics::report::ExactMatch;
use crate::metrics::summary::summarise;
use crate::report::groups::{Group, axis_names, group};
use crate::report::table::{Cell, Column, Table};
use crate::report::tables::notes;
use std::collections::{BTreeMap, BTreeSet};

/// The replicates of one row: the counts of each seed.
struct Row {
    size: usize,
    model: Vec<ExactMatch>,
    popularity: Vec<ExactMatch>,
}

/// Coverage, unconditional and conditional exact match, seen and novel teams, and the popularity baseline (paper §3).
///
/// Over several seeds: mean ± sample standard deviation, and n, the interval and seen and novel teams from the pooled
/// counts. A column counts the seeds where rows differ in them. With `per_seed`, every replicate has a row of its own.
pub fn table(cells: &[GridCell], per_seed: bool) -> Table {
    let groups = group(cells, per_seed);
    let axes = axis_names(&groups);
    let replicated = groups.iter().any(|group| group.cells.len() > 1);
    let uneven = groups.iter().any(|group| group.cells.len() != groups[0].cells.len());
    let mut table = Table::new(
        format!("Exact match on {}", notes::data_name(cells)),
        columns(&axes, uneven),
    );
    let mut caps = BTreeMap::new();
    for group in &groups {
        for row in rows(group) {
            caps.entry(row.size)
                .or_insert_with(BTreeSet::new)
                .insert(total(&row.model).cap);
            table.push(cells_of(group, &axes, &row, replicated, uneven));
        }
    }
    table.note(notes::protocol(cells));
    table.notes.extend(notes::search(cells));
    table.note(format!(
        "coverage: the M_R best candidates hold the whole team, {}; if covered: exact among those",
        caps_in_words(&caps)
    ));
    table.note("seen, novel: some, no training target has the same team");
    table.note(notes::BASELINE);
    table.note(if replicated {
        "mean ± standard deviation over seeds; n, seen, novel and Wilson's 95 % interval from the counts of all seeds, \
         where a target counts once for each seed that tests it"
    } else {
        "95 % interval: Wilson's, of exact"
    });
    table
}

/// `M_R = 80`, or `M_R = 80, 80, 55 for R = 2, 3, 4` where it differs; rows of one size may differ as well: `40/80`.
fn caps_in_words(caps: &BTreeMap<usize, BTreeSet<usize>>) -> String {
    let of_size = |caps: &BTreeSet<usize>| caps.iter().map(usize::to_string).collect::<Vec<_>>().join("/");
    let words: Vec<String> = caps.values().map(of_size).collect();
    match notes::distinct(words.iter().cloned()).as_slice() {
        [same] => format!("M_R = {same}"),
        _ => {
            let sizes: Vec<String> = caps.keys().map(usize::to_string).collect();
            format!("M_R = {} for R = {}", words.join(", "), sizes.join(", "))
        }
    }
}

/// Narrow enough that one axis and everything else stand in one line of a terminal.
fn columns(axes: &[String], uneven: bool) -> Vec<Column> {
    let mut columns: Vec<Column> = axes.iter().map(|axis| Column::words(axis).key()).collect();
    columns.push(Column::numbers("R").key());
    if uneven {
        columns.push(Column::numbers("seeds"));
    }
    let names = [
        "n",
        "coverage",
        "exact",
        "95 % interval",
        "if covered",
        "seen",
        "novel",
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
    let model = total(&row.model);
    let mean = |replicates: &[ExactMatch], ratio: Ratio| match replicated {
        true => Cell::deviating(summarise(replicates.iter().map(ratio))),
        false => share(replicates, ratio),
    };
    let exact = match replicated {
        true => mean(&row.model, ExactMatch::unconditional),
        false => Cell::ratio(model.exact, model.n),
    };
    let mut cells: Vec<Cell> = group.axis_cells(axes);
    cells.push(Cell::count(row.size));
    cells.extend(uneven.then(|| Cell::count(row.model.len())));
    cells.extend([
        Cell::count(model.n),
        mean(&row.model, ExactMatch::coverage),
        exact,
        interval(&model),
        share(&row.model, ExactMatch::conditional),
        fraction(model.exact_seen, model.n_seen),
        fraction(model.exact_novel(), model.n_novel()),
        share(&row.popularity, ExactMatch::coverage),
        share(&row.popularity, ExactMatch::unconditional),
    ]);
    cells
}

type Ratio = fn(&ExactMatch) -> Option<f64>;

fn total(replicates: &[ExactMatch]) -> ExactMatch {
    replicates
        .iter()
        .copied()
        .fold(ExactMatch::default(), ExactMatch::pooled)
}

/// `0.281`, over several seeds the mean.
fn share(replicates: &[ExactMatch], ratio: Ratio) -> Cell {
    Cell::number(summarise(replicates.iter().map(ratio)).map(|summary| summary.mean), 3)
}

/// `3/7`; missing where nothing was counted.
fn fraction(part: usize, whole: usize) -> Cell {
    match whole {
        0 => Cell::missing(),
        _ => Cell::shown(format!("{part}/{whole}"), part as f64 / whole as f64),
    }
}

/// `0.18–0.41`: two digits, as many as the counts allow.
fn interval(counts: &ExactMatch) -> Cell {
    match counts.interval() {
        Some((lower, upper)) => Cell::words(format!("{lower:.2}–{upper:.2}")),
        None => Cell::missing(),
    }
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
                "0.500",
                "0.500 (1/2)",
                "0.09–0.91",
                "1.000",
                "1/1",
                "0/1",
                "0.500",
                "0.500",
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
            row[3].contains('±') && row[4].contains('±') && row[5].contains('–'),
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
            // One line a row, nothing continues beneath.
            let table = table(&cells, false);
            let text = table.to_text(100);
            let rows = text.lines().skip_while(|line| !line.starts_with('─')).skip(1);
            let rows = rows.take_while(|line| !line.starts_with('·'));
            assert_eq!(rows.count(), table.rows.len(), "{text}");
        }
    }

    #[test]
    fn caps_are_told_once_where_they_agree() {
        let caps = |caps: &[(usize, &[usize])]| {
            let of_sizes = caps.iter().map(|(size, caps)| (*size, caps.iter().copied().collect()));
            super::caps_in_words(&of_sizes.collect())
        };
        assert_eq!(caps(&[(2, &[80]), (3, &[80])]), "M_R = 80");
        assert_eq!(
            caps(&[(2, &[80]), (3, &[80]), (4, &[40, 55])]),
            "M_R = 80, 80, 40/55 for R = 2, 3, 4"
        );
    }
}
