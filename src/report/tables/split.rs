//! The summary of a split.

use crate::data::split::Split;
use crate::engine::outcome::GridCell;
use crate::report::groups::{axis_names, group};
use crate::report::table::{Cell, Column, Table};
use crate::report::tables::notes;
use std::collections::BTreeSet;

/// Train and test targets per team size R, and how many test targets have a team that training shows too; counts are
/// those of each group's first seed.
pub fn table(cells: &[GridCell], per_seed: bool) -> Table {
    let groups = group(cells, per_seed);
    let axes = axis_names(&groups);
    let mut columns: Vec<Column> = axes.iter().map(|axis| Column::words(axis).key()).collect();
    let names = [
        "R",
        "train",
        "distinct teams in train",
        "test",
        "test targets with a seen team",
    ];
    columns.extend(names.map(Column::numbers));
    let mut table = Table::new(format!("Split of {}", notes::data_name(cells)), columns);
    for group in &groups {
        let Some(split) = group.cells.first().and_then(|cell| cell.value.split()) else {
            continue;
        };
        for &size in &split.sizes {
            let mut row: Vec<Cell> = group.axis_cells(&axes);
            row.extend(counts(split, size).map(Cell::count));
            table.push(row);
        }
    }
    table.note(notes::protocol(cells));
    if groups.iter().any(|group| group.cells.len() > 1) {
        table.note("counts of the first seed");
    }
    table
}

fn counts(split: &Split, size: usize) -> [usize; 5] {
    let network = &split.dataset.network;
    let train = split.train_of_size(size);
    let test = split.test_of_size(size);
    let teams: BTreeSet<&[usize]> = train.iter().map(|&target| network.team(target)).collect();
    let seen = test
        .iter()
        .filter(|&&target| teams.contains(network.team(target)))
        .count();
    [size, train.len(), teams.len(), test.len(), seen]
}

#[cfg(test)]
mod tests {
    use super::counts;
    use crate::metrics::fixtures;

    #[test]
    fn counts_by_hand() {
        let split = fixtures::split();
        assert_eq!(counts(&split, 2), [2, 2, 2, 2, 1]);
        assert_eq!(counts(&split, 3), [3, 1, 1, 1, 1]);
    }
}
