//! Predicted teams for people to read: the most confident ones.

use crate::engine::outcome::GridCell;
use crate::report::table::Table;
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

#[cfg(test)]
mod tests {
    use super::table;
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
}
