//! Records of what comes before decoding: genes, targets, candidates, epochs.

use crate::engine::outcome::GridCell;
use crate::report::table::{Cell, Column, Table};
use crate::report::tables::notes;
use crate::report::tables::records::{fill, gene, gene_list};

/// A data set: its genes, each with its known team and its mean expression.
pub fn genes(cells: &[GridCell]) -> Table {
    let columns = [
        Column::words("gene"),
        Column::numbers("regulators"),
        Column::words("team"),
        Column::numbers("mean"),
    ];
    fill(
        cells,
        &format!("Genes of {}", notes::data_name(cells)),
        &columns,
        |value| {
            let Some(dataset) = value.dataset() else {
                return Vec::new();
            };
            let row = |index: usize| {
                let team = dataset.network.team(index);
                let levels = dataset.expression.row(index);
                let mean = levels.iter().map(|&level| f64::from(level)).sum::<f64>() / levels.len() as f64;
                vec![
                    gene(&dataset.genes, index),
                    Cell::count(team.len()),
                    gene_list(&dataset.genes, team),
                    Cell::number(Some(mean), 3),
                ]
            };
            (0..dataset.gene_count().min(dataset.network.gene_count()))
                .map(row)
                .collect()
        },
    )
}

/// A split: its targets, train before test.
pub fn targets(cells: &[GridCell]) -> Table {
    let columns = [
        Column::words("target"),
        Column::words("part"),
        Column::numbers("size"),
        Column::words("team"),
    ];
    fill(
        cells,
        &format!("Targets of {}", notes::data_name(cells)),
        &columns,
        |value| {
            let Some(split) = value.split() else { return Vec::new() };
            let train = split.train.iter().map(|&target| (target, "train"));
            let test = split.test.iter().map(|&target| (target, "test"));
            let row = |(target, part): (usize, &str)| {
                let team = split.dataset.network.team(target);
                let genes = &split.dataset.genes;
                vec![
                    gene(genes, target),
                    Cell::words(part),
                    Cell::count(team.len()),
                    gene_list(genes, team),
                ]
            };
            train.chain(test).map(row).collect()
        },
    )
}

/// Pools: the ranked candidates of every gene.
pub fn candidates(cells: &[GridCell]) -> Table {
    let columns = [
        Column::words("target"),
        Column::numbers("rank"),
        Column::words("candidate"),
        Column::numbers("score"),
        Column::words("regulates"),
    ];
    fill(
        cells,
        &format!("Candidates on {}", notes::data_name(cells)),
        &columns,
        |value| {
            let Some(pools) = value.pools() else { return Vec::new() };
            let dataset = &pools.split.dataset;
            let mut rows = Vec::new();
            for (target, (ranked, scores)) in pools.ranked.iter().zip(&pools.scores).enumerate() {
                let team = dataset.network.team(target);
                for (rank, (&candidate, &score)) in ranked.iter().zip(scores).enumerate() {
                    let regulates = match team {
                        [] => Cell::missing(),
                        team => Cell::flag(team.contains(&candidate)),
                    };
                    rows.push(vec![
                        gene(&dataset.genes, target),
                        Cell::count(rank + 1),
                        gene(&dataset.genes, candidate),
                        Cell::number(Some(f64::from(score)), 4),
                        regulates,
                    ]);
                }
            }
            rows
        },
    )
}

/// The loss of each epoch of every trained stage.
pub fn epochs(cells: &[GridCell]) -> Table {
    let columns = [
        Column::words("model"),
        Column::numbers("epoch"),
        Column::numbers("loss"),
    ];
    fill(
        cells,
        &format!("Training on {}", notes::data_name(cells)),
        &columns,
        |value| {
            let mut rows = Vec::new();
            for curve in value.training() {
                for (epoch, &loss) in curve.loss.iter().enumerate() {
                    rows.push(vec![
                        Cell::words(&curve.name),
                        Cell::count(epoch + 1),
                        Cell::number(Some(loss), 4),
                    ]);
                }
            }
            rows
        },
    )
}
