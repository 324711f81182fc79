//! How models trained.

use crate::engine::outcome::GridCell;
use crate::report::groups::{axis_names, group};
use crate::report::table::{Cell, Column, Table};
use crate::report::tables::notes;

/// Epochs and loss of every trained model, one row each; replicates have rows of their own.
pub fn table(cells: &[GridCell], _per_seed: bool) -> Table {
    let groups = group(cells, true);
    let axes = axis_names(&groups);
    let mut columns: Vec<Column> = axes.iter().map(|axis| Column::words(axis).key()).collect();
    columns.push(Column::words("model"));
    columns.extend(["epochs", "first loss", "last loss"].map(Column::numbers));
    let mut table = Table::new(format!("Training on {}", notes::data_name(cells)), columns);
    for group in &groups {
        let curves = group.cells.iter().flat_map(|cell| cell.value.training());
        for curve in curves {
            let mut row: Vec<Cell> = group.axis_cells(&axes);
            row.push(Cell::words(&curve.name));
            row.push(Cell::count(curve.loss.len()));
            row.push(Cell::number(curve.loss.first().copied(), 4));
            row.push(Cell::number(curve.loss.last().copied(), 4));
            table.push(row);
        }
    }
    table.note(notes::protocol(cells));
    if table.rows.is_empty() {
        table.note("no stage of the pipeline is trained");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::table;
    use crate::report::fixtures;

    #[test]
    fn has_a_row_for_each_model_and_seed() {
        let table = table(&fixtures::sweep(), false);
        assert_eq!(table.rows.len(), 12);
        let row: Vec<&str> = table.rows[1].iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(row, ["pairs2", "42", "select pairs2", "15", "1.4000", "0.3733"]);
    }
}
