//! `decode`: Scorer → Teams. Finds the best set of each target's pool.

pub mod beam;
pub mod exact;
pub mod swap;
pub mod topr;

mod approximate;
mod best;
mod feasible;
mod scoring;
mod screen;
pub(crate) mod search;
mod subsets;

use crate::data::pools::Pools;
use crate::data::teams::{Prediction, SearchStatistics, Teams};
use crate::engine::context::{RunError, RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{ParameterKind, ParameterSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::model::scorer::Scorer;
use crate::plan::graph::Hint;
use crate::stages::parameters::{integer, literal};
use approximate::Approximation;
use best::best_team;
pub use feasible::MOST_CANDIDATES;
use feasible::check_sizes;
use std::sync::Arc;

/// The largest number of sets a target that is enumerated without being asked for.
pub const LIMIT: ParameterSpec = integer(
    "limit",
    1,
    i64::MAX,
    "100000000",
    "Most sets a target that may have to be scored; beyond it the stage refuses to start.",
);

/// What sets are scored with.
pub const PRECISION: ParameterSpec = literal(
    "precision",
    ParameterKind::Choice(&["f32", "bf16"]),
    "f32",
    "`bf16` rounds ψ's weights and activations to bfloat16 to see which sets may win, and scores only these in single \
     precision: faster where the processor has an instruction for it, without a proof.",
);

/// The scorer that flows in.
pub fn input_scorer(input: Option<Value>) -> RunResult<Arc<Scorer>> {
    match input {
        Some(Value::Scorer(scorer)) => Ok(scorer),
        _ => Err(Diagnostic::error("internal", "a decoder was run without a Scorer").into()),
    }
}

/// How sets are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The Top-R base scores; the best set only where the scorer decomposes (paper App. H).
    TopR,
    /// Every set that isn't proved worse.
    Bounded,
    /// Every set.
    Full,
    /// Bounded, then every set, and both must agree.
    Verified,
    /// Some sets only; nothing is proved.
    Approximate(Approximation),
}

/// How the optimiser allows the best sets to be found; all ways give the same sets.
pub fn planned_method(context: &StageContext, scorer: &Scorer) -> Method {
    if context.hints.contains(&Hint::TopRDecoding) && scorer.model.decomposes() {
        Method::TopR
    } else if context.hints.contains(&Hint::BoundedSearch) {
        Method::Bounded
    } else {
        Method::Full
    }
}

/// Decodes (target, team size) pairs in order.
pub fn decode(
    context: &StageContext,
    scorer: &Arc<Scorer>,
    targets: &[(usize, usize)],
    decoder: &str,
    method: Method,
) -> RunResult<Value> {
    let pools = &scorer.pools;
    check_sizes(context, pools, targets, method)?;
    let rounded = context.arguments.text(PRECISION.name) == Some("bf16");
    if rounded {
        tell_unrounded(context, scorer, method);
    }
    if matches!(method, Method::Bounded | Method::Full) {
        tell_fallback(context, scorer, targets);
    }
    let mut search = SearchStatistics {
        certified: true,
        ..SearchStatistics::default()
    };
    let mut predictions = Vec::with_capacity(targets.len());
    for (index, (target, size)) in targets.iter().enumerate() {
        context.check_cancelled()?;
        let already = search.scored;
        let (prediction, found) = predict_team(context, scorer, (*target, *size), (method, rounded), |scored| {
            let detail = format!("R={size}, {} sets scored", already + scored);
            context.progress(index as u64, targets.len() as u64, "target", detail)
        })?;
        search = search.and(found);
        predictions.push(prediction);
    }
    context.progress(targets.len() as u64, targets.len() as u64, "target", "")?;
    Ok(Value::Teams(Arc::new(Teams {
        pools: pools.clone(),
        scorer: scorer.method.clone(),
        decoder: decoder.to_owned(),
        predictions,
        search,
        training: scorer.training.clone(),
    })))
}

/// Decodes one target.
fn predict_team(
    context: &StageContext,
    scorer: &Scorer,
    (target, size): (usize, usize),
    how: (Method, bool),
    progress: impl FnMut(u64) -> RunResult<()>,
) -> RunResult<(Prediction, SearchStatistics)> {
    let pools = &scorer.pools;
    let cap = cap(context, pools, size);
    let Some(candidates) = pools.ranked.get(target).and_then(|ranked| ranked.get(..cap)) else {
        return Err(no_pool(pools, target));
    };
    let (team, found) = best_team(scorer, target, candidates, size, how, progress)?;
    let truth = pools.split.dataset.network.team(target);
    let prediction = Prediction {
        target,
        size,
        cap,
        team,
        score: found.score,
        runner_up: found.runner_up,
        covered: (!truth.is_empty()).then(|| truth.iter().all(|r| candidates.contains(r))),
    };
    Ok((prediction, found.statistics))
}

/// Says once where rounding was asked for and nothing is rounded.
fn tell_unrounded(context: &StageContext, scorer: &Scorer, method: Method) {
    let reason = match method {
        Method::Verified => "`verify=true` proves what single precision gives",
        _ if scorer.model.decomposes() => "this score is a sum over regulators, and no set is searched for",
        _ if !scorer.model.rounds() => "these scores are not computed by a model on the CPU",
        _ => return,
    };
    context.note(format!("`precision=bf16` changes nothing here: {reason}"));
}

/// Says once why sets are scored on the CPU although the model lies elsewhere.
fn tell_fallback(context: &StageContext, scorer: &Scorer, targets: &[(usize, usize)]) {
    let reason = targets
        .iter()
        .find_map(|(_, size)| scorer.model.falls_back(cap(context, &scorer.pools, *size), *size));
    if let Some(reason) = reason {
        context.note(format!("sets are scored on the CPU, not on the GPU: {reason}"));
    }
}

/// Pools that came from a file need not have one for every gene.
fn no_pool(pools: &Pools, target: usize) -> RunError {
    let name = pools.split.dataset.genes.get(target).map_or("", String::as_str);
    let message = format!("`{}` ranks no candidates for target `{name}`", pools.method);
    let help = "`retrieve given` needs scores for every target that is decoded";
    Diagnostic::error("target-not-scored", message).help(help).into()
}

/// How many candidates are searched for teams of `size`.
fn cap(context: &StageContext, pools: &Pools, size: usize) -> usize {
    context
        .arguments
        .count_for_size("cap", size)
        .unwrap_or(pools.k)
        .min(pools.k)
}

/// The evaluated targets of a split with their team sizes, in ascending order of size, then target.
fn evaluated_targets(pools: &Pools) -> Vec<(usize, usize)> {
    let sizes = &pools.split.sizes;
    sizes
        .iter()
        .flat_map(|size| {
            pools
                .split
                .test_of_size(*size)
                .into_iter()
                .map(move |target| (target, *size))
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod reach_tests;
