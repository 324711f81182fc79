//! Predicted teams for people to read: the most confident ones.

use crate::engine::outcome::GridCell;
use crate::report::table::{Cell, Table};
use crate::report::tables::{notes, records};

/// Rows that are shown; `save` writes all.
const SHOWN_ROWS: usize = 20;

/// The first predictions of all cells, in their own order, without the columns that need a known team.
pub fn table(cells: &[GridCell]) -> Table {
    let mut table = records::teams(cells);
    let total = table.rows.len();
    let hidden = ["true_team", "exact", "covered", "seen"];
    for name in hidden {
        if let Some(index) = table.columns.iter().position(|column| column.name == name) {
            table.columns.remove(index);
            for row in &mut table.rows {
                row.remove(index);
            }
        }
    }
    table.rows.truncate(SHOWN_ROWS);
    table.note(notes::protocol(cells));
    table.notes.extend(notes::search(cells));
    if total > SHOWN_ROWS {
        table.note(format!(
            "{SHOWN_ROWS} of {total} rows; `save path=\"teams.tsv\"` writes all"
        ));
    }
    table
}

/// Every prediction of all cells beside the true team: target, predicted, true, hit, whether training has seen the
/// team, score and margin over the runner-up. What needs a known team is missing where none is known; a column in which
/// nothing is known is left out. For teams and reports; without rows for other values.
pub fn teams(cells: &[GridCell]) -> Table {
    let mut table = records::teams(cells);
    let heads = [
        ("size", "R"),
        ("team", "predicted"),
        ("true_team", "true"),
        ("exact", "hit"),
        ("covered", "covered"),
        ("seen", "team"),
        ("runner_up", "runner-up"),
    ];
    let column = |table: &Table, name: &str| table.columns.iter().position(|column| column.name == name);
    if let Some(seen) = column(&table, "seen") {
        for cell in table.rows.iter_mut().filter_map(|row| row.get_mut(seen)) {
            if let Some(known) = cell.value.as_bool() {
                *cell = Cell::words(if known { "seen" } else { "novel" });
            }
        }
    }
    let named: Vec<(usize, &str)> = heads
        .iter()
        .filter_map(|(name, head)| Some((column(&table, name)?, *head)))
        .collect();
    for (index, head) in named {
        table.columns[index].name = head.to_owned();
    }
    for index in (0..table.columns.len()).rev() {
        let known = |row: &Vec<Cell>| row.get(index).is_some_and(|cell| !cell.value.is_null());
        if !table.rows.is_empty() && !table.rows.iter().any(known) {
            table.columns.remove(index);
            table.rows.iter_mut().for_each(|row| {
                row.remove(index);
            });
        }
    }
    table.note(notes::protocol(cells));
    table.notes.extend(notes::search(cells));
    table
}

#[cfg(test)]
mod tests {
    use super::{table, teams};
    use crate::engine::outcome::GridCell;
    use crate::engine::value::Value;
    use crate::metrics::fixtures;
    use std::sync::Arc;

    #[test]
    fn hides_what_is_not_known() {
        let cell = GridCell {
            axes: Vec::new(),
            value: Value::Teams(Arc::new(fixtures::teams())),
            seconds: Vec::new(),
            seed: None,
        };
        let table = table(&[cell]);
        let heads: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(heads, ["target", "size", "team", "score", "runner_up"]);
        assert!(table.rows.iter().all(|row| row.len() == 5));
    }

    #[test]
    fn teams_stand_beside_the_true_ones() {
        let cell = crate::report::fixtures::lone_cell(Value::Teams(Arc::new(fixtures::teams())));
        let table = teams(&[cell]);
        let heads: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        let expected = [
            "target",
            "R",
            "predicted",
            "true",
            "hit",
            "covered",
            "score",
            "runner-up",
            "team",
        ];
        assert_eq!(heads, expected);
        let texts: Vec<Vec<&str>> = table
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.text.as_str()).collect())
            .collect();
        assert_eq!(texts[0][..6], ["g7", "2", "g0, g1", "g0, g1", "yes", "yes"]);
        assert_eq!((texts[0][8], texts[1][8]), ("seen", "novel"));
    }

    #[test]
    fn columns_without_anything_known_are_left_out() {
        let mut unknown = fixtures::teams();
        for prediction in &mut unknown.predictions {
            // A gene without known regulators.
            (prediction.target, prediction.covered) = (0, None);
        }
        let table = teams(&[crate::report::fixtures::lone_cell(Value::Teams(Arc::new(unknown)))]);
        assert_eq!(table.rows.len(), 3);
        for name in ["true", "hit", "covered", "team"] {
            assert!(table.columns.iter().all(|column| column.name != name), "{name}");
        }
    }
}
