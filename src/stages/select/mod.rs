//! `select`: Pools → Scorer. Stage 2 learns to score sets of a target's candidates.

pub mod copy_nearest;
pub mod deep_pairs2;
pub mod given;
pub mod modal;
pub mod pairs2;
pub mod pure_hos2;
pub mod residual_hos2;
pub mod stage1;
pub mod steady_state;

mod drawing;
mod known_teams;
mod negatives;
mod pairs;
mod ranking;
mod ranking_parameters;
mod rows;

use crate::data::dataset::Dataset;
use crate::data::pools::{Pools, TrainingCurve};
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::arguments::Arguments;
use crate::lang::catalog::ParameterSpec;
use crate::lang::diagnostics::Diagnostic;
use crate::model::pair_scorer;
use crate::model::scorer::{Scorer, SetScorer};
use crate::random::Random;
use crate::stages::parameters::integer;
use std::sync::Arc;

/// How long a scorer trains.
const EPOCHS: ParameterSpec = integer(
    "epochs",
    1,
    10_000,
    "15",
    "Passes over the training targets (paper App. D).",
);

/// The pools that flow in.
fn input_pools(input: Option<Value>) -> RunResult<Arc<Pools>> {
    match input {
        Some(Value::Pools(pools)) => Ok(pools),
        _ => Err(Diagnostic::error("internal", "`select` was run without Pools").into()),
    }
}

fn scorer(pools: Arc<Pools>, method: &str, model: Box<dyn SetScorer>, training: TrainingCurve) -> Value {
    Value::Scorer(Arc::new(Scorer {
        pools,
        method: method.to_owned(),
        model,
        training,
    }))
}

/// The shape of φ_pair, with `depth` hidden layers.
fn pair_config(arguments: &Arguments, depth: usize) -> pair_scorer::Config {
    pair_scorer::Config {
        embedding: arguments.count("embedding"),
        hidden: arguments.count("hidden"),
        depth,
        dropout: arguments.float("dropout"),
    }
}

/// The names of the first five.
pub fn some_genes(dataset: &Dataset, genes: &[usize]) -> String {
    let names = genes.iter().take(5).filter_map(|gene| dataset.genes.get(*gene));
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let more = if genes.len() > 5 { ", …" } else { "" };
    format!("{}{more}", names.join(", "))
}

/// Batches of training targets of one team size, the sizes in random order.
fn batches_by_size(pools: &Pools, batch: usize, random: &mut Random) -> Vec<Vec<usize>> {
    let mut sizes = pools.split.sizes.clone();
    random.shuffle(&mut sizes);
    sizes
        .iter()
        .flat_map(|size| crate::model::training::shuffled_batches(&pools.split.train_of_size(*size), batch, random))
        .collect()
}

/// The true team of a training target followed by its pool without the team, `length` candidates in all where the pool
/// has as many.
fn candidates_with_team(pools: &Pools, target: usize, length: usize) -> Vec<usize> {
    let team = pools.split.dataset.network.team(target);
    let others = pools.ranked[target].iter().copied().filter(|r| !team.contains(r));
    team.iter().copied().chain(others).take(length).collect()
}

/// Fails when the pools are too small to offer a wrong set beside every training team.
fn check_pools_hold_teams(context: &StageContext, pools: &Pools) -> RunResult<()> {
    context.check_cancelled()?;
    let short = |target: &&usize| pools.ranked.get(**target).is_none_or(|ranked| ranked.len() < pools.k);
    let without: Vec<usize> = pools.split.train.iter().filter(short).copied().collect();
    if !without.is_empty() {
        let message = format!(
            "`{}` ranks no candidates for {} of the {} training targets, such as {}",
            pools.method,
            without.len(),
            pools.split.train.len(),
            some_genes(&pools.split.dataset, &without)
        );
        return Err(Diagnostic::error("target-not-scored", message)
            .help("score them as well: this `select` learns from them; `select stage1` and `select given` don't")
            .into());
    }
    match pools.split.sizes.iter().find(|size| **size >= pools.k) {
        None => Ok(()),
        Some(size) => {
            let message = format!(
                "a pool of k={} candidates leaves no choice for teams of {size} regulators",
                pools.k
            );
            Err(Diagnostic::error("team-larger-than-pool", message)
                .help(format!(
                    "`k` must be larger than the largest team size, for instance k={}",
                    4 * size
                ))
                .into())
        }
    }
}
