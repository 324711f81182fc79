//! The summary of a data set.

use crate::data::dataset::Dataset;
use crate::engine::outcome::GridCell;
use crate::report::groups::{Group, axis_names, group};
use crate::report::table::{Cell, Column, Table};
use crate::report::tables::notes;
use std::collections::BTreeSet;

/// Genes, cells, cell types, regulators and edges; one row a grid cell.
pub fn table(cells: &[GridCell], per_seed: bool) -> Table {
    let groups = group(cells, per_seed);
    let axes = axis_names(&groups);
    let mut columns: Vec<Column> = axes.iter().map(|axis| Column::words(axis).key()).collect();
    let names = [
        "genes",
        "cells",
        "cell types",
        "regulators",
        "targets",
        "edges",
        "distinct teams",
    ];
    columns.extend(names.map(Column::numbers));
    let mut table = Table::new(format!("Data set {}", notes::data_name(cells)), columns);
    for group in &groups {
        push_group(&mut table, group, &axes);
    }
    for cell in cells.iter().take(1) {
        if let Some(dataset) = cell.value.dataset() {
            table.note(format!(
                "targets by number of regulators R: {}",
                sizes_in_words(dataset)
            ));
        }
    }
    table
}

fn push_group(table: &mut Table, group: &Group<'_>, axes: &[String]) {
    let Some(dataset) = group.cells.first().and_then(|cell| cell.value.dataset()) else {
        return;
    };
    let network = &dataset.network;
    let teams = (0..network.gene_count())
        .map(|gene| network.team(gene))
        .filter(|team| !team.is_empty());
    let targets = teams.clone().count();
    let mut row: Vec<Cell> = group.axis_cells(axes);
    let counts = [
        dataset.gene_count(),
        dataset.cell_count(),
        dataset.cell_types.iter().collect::<BTreeSet<_>>().len(),
        network.regulators().len(),
        targets,
        network.edge_count(),
        teams.collect::<BTreeSet<_>>().len(),
    ];
    row.extend(counts.map(Cell::count));
    table.push(row);
}

/// How many targets have each number of regulators, as (R, targets), ascending in R.
pub fn team_sizes(dataset: &Dataset) -> Vec<(usize, usize)> {
    let network = &dataset.network;
    let largest = (0..network.gene_count())
        .map(|gene| network.team(gene).len())
        .max()
        .unwrap_or(0);
    let sizes = (1..=largest).map(|size| (size, network.targets_of_size(size).len()));
    sizes.filter(|&(_, count)| count > 0).collect()
}

fn sizes_in_words(dataset: &Dataset) -> String {
    let sizes = team_sizes(dataset);
    if sizes.is_empty() {
        return "none is known".to_owned();
    }
    let sizes: Vec<String> = sizes
        .iter()
        .map(|(size, count)| format!("R\u{a0}=\u{a0}{size}: {count}"))
        .collect();
    sizes.join(", ")
}

#[cfg(test)]
mod tests {
    use super::table;
    use crate::engine::outcome::GridCell;
    use crate::engine::value::Value;
    use crate::metrics::fixtures;

    #[test]
    fn counts_by_hand() {
        let cell = GridCell {
            axes: Vec::new(),
            value: Value::Dataset(fixtures::split().dataset),
            seconds: Vec::new(),
            seed: None,
        };
        let table = table(&[cell], false);
        let row: Vec<&str> = table.rows[0].iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(row, ["10", "4", "2", "4", "6", "14", "4"]);
        let note = table.notes[0].replace('\u{a0}', " ");
        assert_eq!(note, "targets by number of regulators R: R = 2: 4, R = 3: 2");
    }
}
