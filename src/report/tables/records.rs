//! Tables for programs: everything that a value holds, one record a row, replicates apart. `save` writes them.

use crate::data::teams::{Prediction, Teams};
use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::lang::arguments::Argument;
use crate::metrics::exact_match::is_evaluated;
use crate::metrics::report::ExactMatch;
use crate::report::groups::{axis_names, group, shown};
use crate::report::table::{Cell, Column, Table};
use crate::report::tables::notes;
use std::collections::BTreeSet;

/// The records of `cells`, by the type of their values: a row for each gene, target, candidate, epoch, team, or team
/// size. Axes come first.
pub fn records(cells: &[GridCell]) -> Table {
    match cells.first().map(|cell| &cell.value) {
        Some(Value::Dataset(_)) => genes(cells),
        Some(Value::Split(_)) => targets(cells),
        Some(Value::Pools(_)) => candidates(cells),
        Some(Value::Scorer(_)) => epochs(cells),
        Some(Value::Teams(_)) => teams(cells),
        Some(Value::Report(_)) => exact_match(cells),
        None => Table::default(),
    }
}

/// Every prediction: target, size, predicted and true team by gene names, exact, covered, score, runner-up, seen.
/// What needs a known team is missing where none is known.
pub fn teams(cells: &[GridCell]) -> Table {
    let columns = [
        Column::words("target"),
        Column::numbers("size"),
        Column::words("team"),
        Column::words("true_team"),
        Column::words("exact"),
        Column::words("covered"),
        Column::numbers("score"),
        Column::numbers("runner_up"),
        Column::words("seen"),
    ];
    let title = format!("Teams on {}", notes::data_name(cells));
    fill(cells, &title, &columns, |value| match value.teams() {
        Some(teams) => predictions(teams),
        None => Vec::new(),
    })
}

fn predictions(teams: &Teams) -> Vec<Vec<Cell>> {
    let split = &teams.pools.split;
    let network = &split.dataset.network;
    let seen: BTreeSet<&[usize]> = split.train.iter().map(|&target| network.team(target)).collect();
    let row = |prediction: &Prediction| {
        let genes = &split.dataset.genes;
        let truth = network.team(prediction.target);
        let known = is_evaluated(teams, prediction);
        let judged = |flag: bool| if known { Cell::flag(flag) } else { Cell::missing() };
        vec![
            gene(genes, prediction.target),
            Cell::count(prediction.size),
            gene_list(genes, &prediction.team),
            if truth.is_empty() {
                Cell::missing()
            } else {
                gene_list(genes, truth)
            },
            judged(prediction.team == truth),
            prediction.covered.map_or_else(Cell::missing, Cell::flag),
            Cell::number(Some(prediction.score), 4),
            Cell::number(prediction.runner_up, 4),
            judged(seen.contains(truth)),
        ]
    };
    teams.predictions.iter().map(row).collect()
}

fn exact_match(cells: &[GridCell]) -> Table {
    let words = ["method"].map(Column::words);
    let numbers = [
        "R",
        "M_R",
        "n",
        "covered",
        "exact",
        "coverage",
        "unconditional",
        "lower",
        "upper",
        "conditional",
        "n_seen",
        "exact_seen",
        "n_novel",
        "exact_novel",
    ];
    let columns: Vec<Column> = words.into_iter().chain(numbers.map(Column::numbers)).collect();
    let title = format!("Exact match on {}", notes::data_name(cells));
    fill(cells, &title, &columns, |value| {
        let Some(report) = value.report() else {
            return Vec::new();
        };
        let model = report
            .per_size
            .iter()
            .map(|(&size, counts)| counts_row(&report.teams.scorer, size, counts));
        let popularity = report
            .popularity
            .iter()
            .map(|(&size, counts)| counts_row("popularity", size, counts));
        model.chain(popularity).collect()
    })
}

fn counts_row(method: &str, size: usize, counts: &ExactMatch) -> Vec<Cell> {
    let (lower, upper) = counts.interval().unzip();
    vec![
        Cell::words(method),
        Cell::count(size),
        Cell::count(counts.cap),
        Cell::count(counts.n),
        Cell::count(counts.covered),
        Cell::count(counts.exact),
        Cell::number(counts.coverage(), 3),
        Cell::number(counts.unconditional(), 3),
        Cell::number(lower, 3),
        Cell::number(upper, 3),
        Cell::number(counts.conditional(), 3),
        Cell::count(counts.n_seen),
        Cell::count(counts.exact_seen),
        Cell::count(counts.n_novel()),
        Cell::count(counts.exact_novel()),
    ]
}

fn genes(cells: &[GridCell]) -> Table {
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

fn targets(cells: &[GridCell]) -> Table {
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

fn candidates(cells: &[GridCell]) -> Table {
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

fn epochs(cells: &[GridCell]) -> Table {
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
    use crate::engine::outcome::GridCell;
    use crate::engine::value::Value;
    use crate::metrics::fixtures as by_hand;
    use crate::report::fixtures;
    use std::sync::Arc;

    fn cell(value: Value) -> GridCell {
        GridCell {
            axes: Vec::new(),
            value,
            seconds: Vec::new(),
            seed: None,
        }
    }

    #[test]
    fn teams_by_hand() {
        let table = teams(&[cell(Value::Teams(Arc::new(by_hand::teams())))]);
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
            assert_eq!(records(&[cell(value)]).rows.len(), rows);
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
