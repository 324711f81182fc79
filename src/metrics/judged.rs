//! Target by target: which answers are right, so that methods can be compared on the same targets.

use crate::data::pools::Pools;
use crate::data::split::Split;
use crate::data::teams::Teams;
use crate::metrics::coverage::depth;
use crate::metrics::exact_match::is_evaluated;
use crate::metrics::interval::wilson;
use crate::metrics::popularity::Popularity;
use std::collections::{BTreeMap, BTreeSet};

/// One evaluated target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The target gene.
    pub target: usize,
    /// The number R of its regulators.
    pub size: usize,
    /// How many candidates count: M_R of decoded teams, K of pools.
    pub cap: usize,
    /// Whether some training target has the same team.
    pub seen: bool,
}

/// A trial, and whether the answer to it is right.
pub type Judged = (Trial, bool);

/// The targets that decoded teams are evaluated on, ascending.
pub fn trials_of_teams(teams: &Teams) -> Vec<Trial> {
    let evaluated = teams.predictions.iter().filter(|p| is_evaluated(teams, p));
    trials(&teams.pools.split, evaluated.map(|p| (p.target, p.cap)))
}

/// All test targets, ascending.
pub fn trials_of_pools(pools: &Pools) -> Vec<Trial> {
    trials(&pools.split, pools.split.test.iter().map(|&target| (target, pools.k)))
}

fn trials(split: &Split, targets: impl Iterator<Item = (usize, usize)>) -> Vec<Trial> {
    let network = &split.dataset.network;
    let known: BTreeSet<&[usize]> = split.train.iter().map(|&target| network.team(target)).collect();
    let mut trials: Vec<Trial> = targets
        .map(|(target, cap)| Trial {
            target,
            size: network.team(target).len(),
            cap,
            seen: known.contains(network.team(target)),
        })
        .collect();
    trials.sort_by_key(|trial| trial.target);
    trials
}

/// Whether each of these teams is the true one; a target without a team is answered wrongly.
pub fn exact(split: &Split, trials: &[Trial], teams: &BTreeMap<usize, &[usize]>) -> Vec<Judged> {
    let truth = |trial: &Trial| split.dataset.network.team(trial.target);
    let right = |trial: &Trial| teams.get(&trial.target).is_some_and(|team| *team == truth(trial));
    trials.iter().map(|trial| (*trial, right(trial))).collect()
}

/// Whether the best candidates, up to the cap, hold the whole true team.
pub fn covered(pools: &Pools, trials: &[Trial]) -> Vec<Judged> {
    let ranked = |target: usize| pools.ranked.get(target).map_or(&[][..], Vec::as_slice);
    judge_ranking(&pools.split, trials, |trial| {
        ranked(trial.target).iter().copied().take(trial.cap).collect()
    })
}

/// The same for genes ranked by how many training targets they regulate.
pub fn covered_by_popularity(split: &Split, trials: &[Trial]) -> Vec<Judged> {
    let popularity = Popularity::of(split);
    judge_ranking(split, trials, |trial| popularity.top(trial.target, trial.cap))
}

/// Whether the R most popular genes are the true team.
pub fn exact_by_popularity(split: &Split, trials: &[Trial]) -> Vec<Judged> {
    let popularity = Popularity::of(split);
    judge_ranking(split, trials, |trial| popularity.top(trial.target, trial.size))
}

fn judge_ranking(split: &Split, trials: &[Trial], candidates: impl Fn(&Trial) -> Vec<usize>) -> Vec<Judged> {
    let right = |trial: &Trial| depth(split.dataset.network.team(trial.target), &candidates(trial)).is_some();
    trials.iter().map(|trial| (*trial, right(trial))).collect()
}

/// How many of some trials are right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Tally {
    /// Trials.
    pub n: usize,
    /// Right ones.
    pub right: usize,
    /// Trials whose team is also the team of a training target.
    pub n_seen: usize,
    /// Of those, how many are right.
    pub right_seen: usize,
}

impl Tally {
    /// Counts.
    pub fn of<'a>(judged: impl IntoIterator<Item = &'a Judged>) -> Self {
        let mut tally = Self::default();
        for (trial, right) in judged {
            tally.n += 1;
            tally.right += usize::from(*right);
            tally.n_seen += usize::from(trial.seen);
            tally.right_seen += usize::from(trial.seen && *right);
        }
        tally
    }

    /// Trials whose team no training target has.
    pub fn n_novel(&self) -> usize {
        self.n - self.n_seen
    }

    /// Of those, how many are right.
    pub fn right_novel(&self) -> usize {
        self.right - self.right_seen
    }

    /// The share of right ones; `None` without trials.
    pub fn share(&self) -> Option<f64> {
        (self.n > 0).then(|| self.right as f64 / self.n as f64)
    }

    /// Wilson's 95 % interval of the share.
    pub fn interval(&self) -> Option<(f64, f64)> {
        wilson(self.right, self.n)
    }
}

#[cfg(test)]
mod tests {
    use super::{Tally, covered, covered_by_popularity, exact, exact_by_popularity, trials_of_pools, trials_of_teams};
    use crate::metrics::exact_match::evaluate;
    use crate::metrics::fixtures;
    use std::sync::Arc;

    #[test]
    fn judges_as_the_report_does() {
        let teams = Arc::new(fixtures::teams());
        let split = &teams.pools.split;
        let trials = trials_of_teams(&teams);
        let predicted = teams
            .predictions
            .iter()
            .map(|p| (p.target, p.team.as_slice()))
            .collect();
        let report = evaluate(&teams);
        let exact = exact(split, &trials, &predicted);
        let covered = covered(&teams.pools, &trials);
        let popular = exact_by_popularity(split, &trials);
        let popular_covered = covered_by_popularity(split, &trials);
        for (&size, counts) in &report.per_size {
            let tally = |judged: &[super::Judged]| Tally::of(judged.iter().filter(|(trial, _)| trial.size == size));
            let found = tally(&exact);
            assert_eq!((found.n, found.right), (counts.n, counts.exact));
            assert_eq!((found.n_seen, found.right_seen), (counts.n_seen, counts.exact_seen));
            assert_eq!(
                (found.n_novel(), found.right_novel()),
                (counts.n_novel(), counts.exact_novel())
            );
            assert_eq!(
                (found.share(), found.interval()),
                (counts.unconditional(), counts.interval())
            );
            assert_eq!(tally(&covered).right, counts.covered);
            assert_eq!(tally(&popular).right, report.popularity[&size].exact);
            assert_eq!(tally(&popular_covered).right, report.popularity[&size].covered);
        }
    }

    #[test]
    fn pools_are_judged_on_every_test_target() {
        let pools = fixtures::pools();
        let covered = covered(&pools, &trials_of_pools(&pools));
        let right: Vec<(usize, bool)> = covered.iter().map(|(trial, right)| (trial.target, *right)).collect();
        assert_eq!(right, [(7, true), (8, true), (9, false)]);
    }
}
