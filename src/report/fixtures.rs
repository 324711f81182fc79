//! Results of about real size for the tests of tables, figures and pages, made without a model.

use crate::data::dataset::Dataset;
use crate::data::network::Network;
use crate::data::pools::{Pools, TrainingCurve};
use crate::data::split::Split;
use crate::data::teams::{Prediction, SearchStatistics, Teams};
use crate::engine::outcome::{GridCell, Outcome, ViewOutcome};
use crate::engine::value::Value;
use crate::lang::arguments::{Argument, Arguments};
use crate::lang::checked::ArgumentPlaces;
use crate::metrics::coverage::depth;
use crate::metrics::exact_match::evaluate;
use crate::random::Random;
use crate::stages;
use grn_grammar::span::Span;
use ndarray::Array2;
use std::sync::Arc;

const GENES: usize = 300;
const REGULATORS: usize = 40;

/// A cell of a grid without axes.
pub fn lone_cell(value: Value) -> GridCell {
    GridCell {
        axes: Vec::new(),
        value,
        seconds: Vec::new(),
        seed: None,
    }
}

/// 300 genes, 40 of them regulators; operons share teams of 2–4.
pub fn dataset() -> Dataset {
    let mut random = Random::new(7, "fixture network");
    let mut teams = vec![Vec::new(); REGULATORS];
    while teams.len() < GENES {
        let size = 2 + random.below(3);
        let team = random.sample_distinct(REGULATORS, size);
        let operon = 1 + random.below(6);
        teams.extend(vec![team; operon.min(GENES - teams.len())]);
    }
    Dataset {
        name: "builtin".to_owned(),
        genes: (0..GENES).map(|g| format!("gene{g}")).collect(),
        expression: Arc::new(Array2::zeros((GENES, 90))),
        cell_types: (0..90).map(|cell| cell / 10).collect(),
        network: Arc::new(Network::new(teams)),
        tf_list: None,
        steady_state: None,
        features: None,
    }
}

/// A 80/20 split per team size.
pub fn split(seed: u64) -> Split {
    let dataset = dataset();
    let mut random = Random::new(seed, "fixture split");
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for size in 2..=4 {
        let mut targets = dataset.network.targets_of_size(size);
        random.shuffle(&mut targets);
        let tested = targets.len().div_ceil(5);
        test.extend_from_slice(&targets[..tested]);
        train.extend_from_slice(&targets[tested..]);
    }
    train.sort_unstable();
    test.sort_unstable();
    Split {
        dataset: Arc::new(dataset),
        method: "stratified",
        seed,
        sizes: vec![2, 3, 4],
        train,
        test,
        validation: false,
    }
}

/// Pools of 30 that rank true regulators high, more so with more `skill`.
pub fn pools(seed: u64, method: &str, skill: f64) -> Pools {
    let split = split(seed);
    let mut random = Random::new(seed, method);
    let mut ranked = Vec::new();
    let mut scores = Vec::new();
    for target in 0..GENES {
        let team = split.dataset.network.team(target);
        let mut scored: Vec<(f64, usize)> = (0..REGULATORS)
            .filter(|&gene| gene != target)
            .map(|gene| (random.normal() + if team.contains(&gene) { skill } else { 0.0 }, gene))
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        scored.truncate(30);
        ranked.push(scored.iter().map(|&(_, gene)| gene).collect());
        scores.push(scored.iter().map(|&(score, _)| score as f32).collect());
    }
    Pools {
        split: Arc::new(split),
        method: method.to_owned(),
        k: 30,
        ranked,
        scores,
        training: TrainingCurve {
            name: format!("retrieve {method}"),
            loss: (1..=20).map(|epoch| 0.1 + 0.6 / f64::from(epoch)).collect(),
        },
    }
}

/// Teams that are right for about `accuracy` of the covered targets.
pub fn teams(pools: Pools, scorer: &str, accuracy: f64) -> Teams {
    let split = Arc::clone(&pools.split);
    let mut random = Random::new(split.seed, scorer);
    let mut predictions = Vec::new();
    for (size, cap) in [(2, 30), (3, 30), (4, 20)] {
        for target in split.test_of_size(size) {
            let truth = split.dataset.network.team(target);
            let covered = depth(truth, &pools.ranked[target]).is_some_and(|depth| depth <= cap);
            let mut team = pools.ranked[target][..size].to_vec();
            if covered && random.uniform() < accuracy {
                team = truth.to_vec();
            }
            team.sort_unstable();
            predictions.push(Prediction {
                target,
                size,
                cap,
                team,
                score: random.normal(),
                runner_up: None,
                covered: Some(covered),
            });
        }
    }
    Teams {
        pools: Arc::new(pools),
        scorer: scorer.to_owned(),
        decoder: "exact".to_owned(),
        predictions,
        search: SearchStatistics {
            scored: 82_160,
            excluded: 341_055,
            certified: true,
            gap: None,
        },
        training: TrainingCurve {
            name: format!("select {scorer}"),
            loss: (1..=15).map(|epoch| 0.3 + 1.1 / f64::from(epoch)).collect(),
        },
    }
}

fn report_cell(seed: u64, scorer: &str, accuracy: f64, axes: Vec<(String, Argument)>) -> GridCell {
    let teams = Arc::new(teams(pools(seed, "attn", 2.5), scorer, accuracy));
    GridCell {
        axes,
        value: Value::Report(Arc::new(evaluate(&teams))),
        seconds: vec![("retrieve attn".to_owned(), 1.25), (format!("select {scorer}"), 2.5)],
        seed: Some(seed),
    }
}

/// One cell with a report, without axes.
pub fn cell() -> GridCell {
    report_cell(42, "residual_hos2", 0.5, Vec::new())
}

/// Two scorers × three seeds.
pub fn sweep() -> Vec<GridCell> {
    let mut cells = Vec::new();
    for (scorer, accuracy) in [("pairs2", 0.35), ("residual_hos2", 0.55)] {
        for seed in 42..=44 {
            let axes = vec![
                ("select".to_owned(), Argument::Text(scorer.to_owned())),
                ("seed".to_owned(), Argument::Integer(seed)),
            ];
            cells.push(report_cell(seed.unsigned_abs(), scorer, accuracy, axes));
        }
    }
    cells
}

/// Two retrievers × three seeds, stopped at their pools.
pub fn pool_sweep() -> Vec<GridCell> {
    let mut cells = Vec::new();
    for (method, skill) in [("dot", 1.2), ("attn", 2.5)] {
        for seed in 42..=44 {
            cells.push(GridCell {
                axes: vec![
                    ("retrieve".to_owned(), Argument::Text(method.to_owned())),
                    ("seed".to_owned(), Argument::Integer(seed)),
                ],
                value: Value::Pools(Arc::new(pools(seed.unsigned_abs(), method, skill))),
                seconds: Vec::new(),
                seed: Some(seed.unsigned_abs()),
            });
        }
    }
    cells
}

/// An outcome without views.
pub fn outcome(pipeline: &str, cells: Vec<GridCell>) -> Outcome {
    Outcome {
        pipeline: pipeline.to_owned(),
        cells,
        views: Vec::new(),
    }
}

/// A view of `cells` without arguments; `None` where the catalog lacks it.
pub fn view(verb: &str, method: Option<&str>, cells: Vec<GridCell>) -> Option<ViewOutcome> {
    let spec = stages::catalog().find(verb, method)?;
    Some(ViewOutcome {
        spec,
        arguments: Arguments::default(),
        cells,
        span: Span::new(3, 9),
        places: ArgumentPlaces::new(),
    })
}
