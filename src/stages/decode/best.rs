//! The best team of one target, by the way that was chosen.

use crate::data::teams::SearchStatistics;
use crate::engine::context::RunResult;
use crate::lang::diagnostics::Diagnostic;
use crate::model::scorer::{Scorer, SetResidual, score_not_finite};
use crate::stages::decode::Method;
use crate::stages::decode::search::{Found, Problem};
use crate::stages::decode::subsets::count_sets;

/// The best team of one target, ascending gene indices.
pub(super) fn best_team(
    scorer: &Scorer,
    target: usize,
    candidates: &[usize],
    size: usize,
    (method, rounded): (Method, bool),
    mut progress: impl FnMut(u64) -> RunResult<()>,
) -> RunResult<(Vec<usize>, Found)> {
    let base = scorer.model.base(target, candidates)?;
    if !base.iter().all(|score| score.is_finite()) {
        return Err(score_not_finite());
    }
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|a, b| base[*b].total_cmp(&base[*a]));
    let candidates: Vec<usize> = order.iter().map(|place| candidates[*place]).collect();
    let base: Vec<f64> = order.iter().map(|place| f64::from(base[*place])).collect();
    let team = |found: Found| {
        let mut team: Vec<usize> = found.set.iter().map(|place| candidates[*place]).collect();
        team.sort_unstable();
        (team, found)
    };
    let residual = match method {
        Method::TopR => return Ok(team(top_r(&base, size, scorer.model.decomposes()))),
        _ => scorer.model.residual(target, &candidates, size)?,
    };
    if let Method::Approximate(approximation) = method {
        let found = approximation.search(target, &base, residual.as_deref(), size, &mut progress)?;
        return Ok(team(found));
    }
    if let Some(found) = best_on_device(residual.as_deref(), method, &base, size, &mut progress)? {
        return Ok(team(found));
    }
    // What is verified is the proof, and there is none for rounded numbers.
    let screen = match rounded && method != Method::Verified {
        true => scorer.model.rounded_residual(target, &candidates)?,
        false => None,
    };
    let problem = Problem {
        base,
        residual: residual.as_deref(),
        screen: screen.as_deref(),
        size,
        bounded: method != Method::Full,
    };
    Ok(team(search(problem, method, &mut progress)?))
}

/// Searches all sets, and once more without a bound where that is to be verified.
fn search(problem: Problem, method: Method, progress: &mut impl FnMut(u64) -> RunResult<()>) -> RunResult<Found> {
    let found = problem.solve(&mut *progress)?;
    if method == Method::Verified {
        let full = Problem {
            bounded: false,
            ..problem
        };
        check_agreement(&found, &full.solve(progress)?)?;
    }
    Ok(found)
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
    if (&bounded.set, bounded.score, bounded.runner_up) == (&full.set, full.score, full.runner_up) {
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
