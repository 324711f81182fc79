//! `decode`: Scorer → Teams. Finds the best set of each target's pool.

pub mod beam;
pub mod exact;
pub mod swap;
pub mod topr;

mod approximate;
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
use crate::model::scorer::{Scorer, SetResidual};
use crate::plan::graph::Hint;
use crate::plan::limits::scoring_time;
use crate::stages::parameters::{integer, literal};
use approximate::Approximation;
use search::{Found, Problem};
use std::sync::Arc;
use subsets::count_sets;

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

/// Candidates that sets are searched among at most: their positions are `u16`.
pub const MOST_CANDIDATES: usize = 1 << 16;

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
        let cap = cap(context, pools, *size);
        let Some(candidates) = pools.ranked.get(*target).and_then(|ranked| ranked.get(..cap)) else {
            return Err(no_pool(pools, *target));
        };
        let already = search.scored;
        let (team, found) = best_team(scorer, *target, candidates, *size, (method, rounded), |scored| {
            let detail = format!("R={size}, {} sets scored", already + scored);
            context.progress(index as u64, targets.len() as u64, "target", detail)
        })?;
        search = search.and(found.statistics);
        let truth = pools.split.dataset.network.team(*target);
        predictions.push(Prediction {
            target: *target,
            size: *size,
            cap,
            team,
            score: found.score,
            runner_up: found.runner_up,
            covered: (!truth.is_empty()).then(|| truth.iter().all(|r| candidates.contains(r))),
        });
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

/// Fails before anything is scored when a team doesn't fit its pool or there are too many sets.
fn check_sizes(context: &StageContext, pools: &Pools, targets: &[(usize, usize)], method: Method) -> RunResult<()> {
    let mut sizes: Vec<usize> = targets.iter().map(|(_, size)| *size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    for size in sizes {
        let cap = cap(context, pools, size);
        if size > cap {
            let message = format!("a team of R={size} regulators doesn't fit a pool of {cap} candidates");
            return Err(Diagnostic::error("team-larger-than-pool", message)
                .help(format!("`k` and `cap` must be at least {size}"))
                .into());
        }
        if method != Method::TopR {
            check_candidates(size, cap)?;
        }
        if matches!(method, Method::Bounded | Method::Full | Method::Verified) {
            check_count(context, size, cap)?;
        }
    }
    Ok(())
}

fn check_candidates(size: usize, cap: usize) -> RunResult<()> {
    if cap <= MOST_CANDIDATES {
        return Ok(());
    }
    let message =
        format!("teams of R={size} are searched among {cap} candidates, expected at most {MOST_CANDIDATES} of them");
    Err(Diagnostic::error("too-many-candidates", message)
        .help(format!(
            "`cap={{{size}: {MOST_CANDIDATES}}}` or less searches fewer; `decode topr` has no such limit"
        ))
        .into())
}

fn check_count(context: &StageContext, size: usize, cap: usize) -> RunResult<()> {
    let limit = context.arguments.count("limit") as u64;
    let count = count_sets(cap, size);
    if count.is_some_and(|count| count <= limit) {
        return Ok(());
    }
    let (count, time) = match count {
        None => ("more than 10¹⁹".to_owned(), "longer than any patience".to_owned()),
        Some(count) => (count.to_string(), scoring_time(count.into())),
    };
    let message = format!(
        "exact decoding of R={size} in pools of {cap} candidates means up to {count} sets a target ({time} without \
         pruning on two cores), expected at most `limit={limit}`"
    );
    Err(Diagnostic::error("too-many-sets", message)
        .help(format!(
            "a smaller `cap={{{size}: …}}` or `decode topr` needs less; a larger `limit` allows it"
        ))
        .into())
}

/// The best team of one target, ascending gene indices.
fn best_team(
    scorer: &Scorer,
    target: usize,
    candidates: &[usize],
    size: usize,
    (method, rounded): (Method, bool),
    mut progress: impl FnMut(u64) -> RunResult<()>,
) -> RunResult<(Vec<usize>, Found)> {
    let base = scorer.model.base(target, candidates)?;
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|a, b| base[*b].total_cmp(&base[*a]));
    let candidates: Vec<usize> = order.iter().map(|place| candidates[*place]).collect();
    let base: Vec<f64> = order.iter().map(|place| f64::from(base[*place])).collect();
    let team = |found: Found| {
        let mut team: Vec<usize> = found.set.iter().map(|place| candidates[*place]).collect();
        team.sort_unstable();
        (team, found)
    };
    let found = if method == Method::TopR {
        top_r(&base, size, scorer.model.decomposes())
    } else if let Method::Approximate(approximation) = method {
        let residual = scorer.model.residual(target, &candidates, size)?;
        approximation.search(target, &base, residual.as_deref(), size, &mut progress)?
    } else {
        let residual = scorer.model.residual(target, &candidates, size)?;
        if let Some(found) = best_on_device(residual.as_deref(), method, &base, size, &mut progress)? {
            return Ok(team(found));
        }
        let screen = match rounded {
            true => scorer.model.rounded_residual(target, &candidates)?,
            false => None,
        };
        let mut solve = |bounded, screen| {
            let problem = Problem {
                base: base.clone(),
                residual: residual.as_deref(),
                screen,
                size,
                bounded,
            };
            problem.solve(&mut progress)
        };
        let found = solve(method != Method::Full, screen.as_deref())?;
        if method == Method::Verified {
            check_agreement(&found, &solve(false, None)?)?;
        }
        found
    };
    Ok(team(found))
}

/// The best set where ψ lies on a device that scores all sets by itself. What is to be verified is searched on the CPU,
/// where bounded search and full enumeration use the same numbers.
fn best_on_device(
    residual: Option<&dyn SetResidual>,
    method: Method,
    base: &[f64],
    size: usize,
    progress: &mut impl FnMut(u64) -> RunResult<()>,
) -> RunResult<Option<Found>> {
    let Some(residual) = residual.filter(|_| method != Method::Verified) else {
        return Ok(None);
    };
    let found = residual.best_of_all(base, size, progress).transpose()?;
    Ok(found.map(|best| Found {
        set: best.set,
        score: best.score,
        runner_up: best.runner_up,
        statistics: SearchStatistics {
            scored: best.scored,
            excluded: 0,
            certified: true,
            gap: None,
        },
    }))
}

/// The Top-R; its runner-up swaps the last member for the next candidate.
fn top_r(base: &[f64], size: usize, decomposes: bool) -> Found {
    let sum = |places: &[f64]| places.iter().sum::<f64>();
    Found {
        set: (0..size).collect(),
        score: sum(&base[..size]),
        runner_up: base.get(size).map(|next| sum(&base[..size - 1]) + next),
        statistics: SearchStatistics {
            scored: 1,
            excluded: count_sets(base.len(), size).unwrap_or(u64::MAX) - 1,
            certified: decomposes,
            gap: None,
        },
    }
}

fn check_agreement(bounded: &Found, full: &Found) -> RunResult<()> {
    if bounded.set == full.set && bounded.score == full.score {
        return Ok(());
    }
    let message = format!(
        "bounded search and full enumeration disagree: {:?} with {} against {:?} with {}",
        bounded.set, bounded.score, full.set, full.score
    );
    Err(Diagnostic::error("internal", message)
        .help("this is a defect of grn; please report it")
        .into())
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
mod tests {
    use super::{LIMIT, MOST_CANDIDATES, Method, check_sizes};
    use crate::engine::context::{RunError, RunResult, StageContext};
    use crate::engine::observer::{CancelToken, Silent};
    use crate::lang::arguments::{Argument, Arguments};
    use crate::metrics::fixtures;
    use candle_core::Device;
    use std::collections::BTreeSet;

    /// Checks teams of one in pools of `k`.
    fn check(k: usize, method: Method) -> RunResult<()> {
        let mut arguments = Arguments::default();
        arguments.insert(LIMIT.name, Argument::Integer(i64::MAX));
        let context = StageContext {
            arguments: &arguments,
            hints: &BTreeSet::new(),
            device: &Device::Cpu,
            observer: &Silent,
            cancel: &CancelToken::default(),
        };
        let mut pools = fixtures::pools();
        pools.k = k;
        check_sizes(&context, &pools, &[(7, 1)], method)
    }

    #[test]
    fn more_candidates_than_positions_are_refused() {
        check(MOST_CANDIDATES, Method::Full).unwrap();
        check(MOST_CANDIDATES + 1, Method::TopR).unwrap();
        for method in [Method::Bounded, Method::Full, Method::Verified] {
            let Err(RunError::Failed(problem)) = check(MOST_CANDIDATES + 1, method) else {
                panic!("{method:?}");
            };
            assert_eq!(problem.code, "too-many-candidates");
            assert_eq!(
                problem.message,
                "teams of R=1 are searched among 65537 candidates, expected at most 65536 of them"
            );
            assert!(problem.help.unwrap().contains("`cap={1: 65536}`"));
        }
    }
}
