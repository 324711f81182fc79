//! Tables for programs: everything that a value holds, one record a row, replicates apart. `save` writes them.

mod edges;
mod inputs;
mod teams;

pub use teams::teams;

use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::lang::arguments::Argument;
use crate::report::groups::{axis_names, group, shown};
use crate::report::table::{Cell, Column, Table};

/// The records of `cells`, by the type of their values: a row for each gene, target, candidate, epoch, team, or team
/// size. Axes come first.
pub fn records(cells: &[GridCell]) -> Table {
    match cells.first().map(|cell| &cell.value) {
        Some(Value::Dataset(_)) => inputs::genes(cells),
        Some(Value::Split(_)) => inputs::targets(cells),
        Some(Value::Pools(_)) => inputs::candidates(cells),
        Some(Value::Scorer(_)) => inputs::epochs(cells),
        Some(Value::Teams(_)) => teams(cells),
        Some(Value::Report(_)) => teams::exact_match(cells),
        Some(Value::EdgeReport(_)) => edges::curves(cells),
        None => Table::default(),
    }
}

/// A table of each cell's rows, led by the axes; the seed is one of them.
fn fill(cells: &[GridCell], title: &str, columns: &[Column], rows: impl Fn(&Value) -> Vec<Vec<Cell>>) -> Table {
    let groups = group(cells, true);
    let axes = axis_names(&groups);
    let heads = axes.iter().map(Column::words).chain(columns.iter().cloned());
    let mut table = Table::new(title, heads.collect());
    for group in &groups {
        let lead: Vec<Cell> = axes
            .iter()
            .map(|axis| group.axis(axis).map_or_else(Cell::missing, axis_cell))
            .collect();
        for row in group.cells.iter().flat_map(|cell| rows(&cell.value)) {
            table.push(lead.iter().cloned().chain(row).collect());
        }
    }
    table
}

fn axis_cell(value: &Argument) -> Cell {
    match value {
        Argument::Integer(number) => Cell::shown(number.to_string(), *number),
        Argument::Float(number) => Cell::shown(value.to_string(), *number),
        Argument::Boolean(flag) => Cell::shown(value.to_string(), *flag),
        other => Cell::words(shown(other)),
    }
}

fn gene(genes: &[String], index: usize) -> Cell {
    genes.get(index).map_or_else(Cell::missing, Cell::words)
}

fn gene_list(genes: &[String], team: &[usize]) -> Cell {
    let names: Vec<&str> = team
        .iter()
        .filter_map(|&index| genes.get(index))
        .map(String::as_str)
        .collect();
    Cell::shown(names.join(", "), names)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{records, teams};
    use crate::engine::value::Value;
    use crate::metrics::fixtures as by_hand;
    use crate::report::fixtures::{self, lone_cell};
    use std::sync::Arc;

    #[test]
    fn teams_by_hand() {
        let table = teams(&[lone_cell(Value::Teams(Arc::new(by_hand::teams())))]);
        let csv = String::from_utf8(table.to_delimited(b',').unwrap()).unwrap();
        let expected = "\
target,size,team,true_team,exact,covered,score,runner_up,seen
g7,2,g0;g1,g0;g1,true,true,1.5,1.25,true
g8,2,g0;g1,g1;g3,false,false,1.5,1.25,false
g9,3,g0;g1;g4,g0;g1;g2,false,false,1.5,1.25,true
";
        assert_eq!(csv, expected);
    }

    #[test]
    fn every_type_has_records() {
        let split = Arc::new(by_hand::split());
        for (value, rows) in [
            (Value::Dataset(Arc::clone(&split.dataset)), 10),
            (Value::Split(split), 6),
            (Value::Pools(Arc::new(by_hand::pools())), 40),
        ] {
            assert_eq!(records(&[lone_cell(value)]).rows.len(), rows);
        }
    }

    #[test]
    fn replicates_stay_apart() {
        let table = records(&fixtures::sweep());
        // 2 scorers × 3 seeds × 3 sizes, each beside the baseline.
        assert_eq!(table.rows.len(), 36);
        assert_eq!(table.columns[1].name, "seed");
        assert_eq!(table.rows[0][1].value, serde_json::json!(42));
    }
}
