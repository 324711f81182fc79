//! Pairs of subjects on the same targets.

use crate::metrics::paired::Paired;
use crate::report::audit::SIGNIFICANT;
use crate::report::audit::subjects::{Run, Subject};
use std::collections::BTreeMap;

/// Two subjects on the targets that both were judged on.
#[derive(Debug)]
pub struct Comparison {
    /// The place of the first among the subjects.
    pub first: usize,
    /// The place of the second.
    pub second: usize,
    /// By team size R.
    pub per_size: BTreeMap<usize, Paired>,
    /// Over all team sizes.
    pub all: Paired,
}

/// How a comparison ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The first is ahead, beyond chance.
    Ahead,
    /// The second is ahead, beyond chance.
    Behind,
    /// The difference may be chance.
    Open,
    /// So few targets differ that nothing could be told.
    TooFew,
}

impl Verdict {
    /// By the test that keeps a target's replicates together.
    pub fn of(paired: &Paired) -> Self {
        match paired.difference() {
            Some(difference) if paired.by_target() < SIGNIFICANT && difference > 0.0 => Self::Ahead,
            Some(_) if paired.by_target() < SIGNIFICANT => Self::Behind,
            _ if paired.is_hopeless() => Self::TooFew,
            _ => Self::Open,
        }
    }

    /// As tables and JSON call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Behind => "behind",
            Self::Open => "open",
            Self::TooFew => "too few differ",
        }
    }
}

/// Every row of the result against the baselines of its targets, then every pair of rows that share some.
pub fn compare(subjects: &[Subject]) -> Vec<Comparison> {
    let numbered = || subjects.iter().enumerate();
    let against_baselines = numbered()
        .filter(|(_, first)| !first.baseline)
        .flat_map(|(first, method)| {
            let partners =
                numbered().filter(|(_, other)| other.baseline && other.experiments() == method.experiments());
            partners.map(move |(second, _)| (first, second))
        });
    let pairs = numbered()
        .filter(|(_, second)| !second.baseline)
        .flat_map(|(second, _)| {
            // The later row is the one in question: simple methods come first in a list.
            (0..second).map(move |first| (second, first))
        });
    let comparisons = against_baselines.chain(pairs).filter_map(|(first, second)| {
        let trials = shared_trials(subjects.get(first)?, subjects.get(second)?);
        (!trials.is_empty()).then(|| comparison(first, second, &trials))
    });
    comparisons.collect()
}

/// A trial of both: target, team size, and who is right.
struct Shared {
    target: usize,
    size: usize,
    first: bool,
    second: bool,
}

fn shared_trials(first: &Subject, second: &Subject) -> Vec<Shared> {
    let mut trials = Vec::new();
    for run in &first.runs {
        let other = second.runs.iter().find(|other| other.experiment == run.experiment);
        trials.extend(other.map(|other| of_runs(run, other)).into_iter().flatten());
    }
    trials
}

fn of_runs(first: &Run, second: &Run) -> Vec<Shared> {
    // Runs of one experiment answer the same targets in the same order.
    let pairs = first.judged.iter().zip(&second.judged);
    let shared = pairs.map(|((trial, one), (_, other))| Shared {
        target: first.data << 32 | trial.target,
        size: trial.size,
        first: *one,
        second: *other,
    });
    shared.collect()
}

fn comparison(first: usize, second: usize, trials: &[Shared]) -> Comparison {
    let mut sizes: Vec<usize> = trials.iter().map(|trial| trial.size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let of_size = |size: Option<usize>| {
        let chosen = trials.iter().filter(|trial| size.is_none_or(|size| trial.size == size));
        Paired::of(chosen.map(|trial| (trial.target, trial.first, trial.second)))
    };
    Comparison {
        first,
        second,
        per_size: sizes.into_iter().map(|size| (size, of_size(Some(size)))).collect(),
        all: of_size(None),
    }
}
