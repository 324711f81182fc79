//! Records of decoded teams and of how they compare with the true ones.

use crate::data::teams::{Prediction, Teams};
use crate::engine::outcome::GridCell;
use crate::metrics::exact_match::is_evaluated;
use crate::metrics::report::ExactMatch;
use crate::report::table::{Cell, Column, Table};
use crate::report::tables::notes;
use crate::report::tables::records::{fill, gene, gene_list};
use std::collections::BTreeSet;

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

/// The counts and shares of each team size, for the model and for popularity.
pub fn exact_match(cells: &[GridCell]) -> Table {
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
