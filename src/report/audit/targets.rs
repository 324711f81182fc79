//! The targets that everything is judged on.

use crate::metrics::paired::FEWEST_DIFFERING;
use crate::metrics::popularity::Popularity;
use crate::report::audit::Part;
use crate::report::audit::subjects::Subject;
use std::collections::BTreeSet;

/// The test targets of one team size, over all replicates.
#[derive(Debug)]
pub struct TestTargets {
    /// Whose they are, where rows of the result have different ones.
    pub of: Option<String>,
    /// The team size R.
    pub size: usize,
    /// Replicates.
    pub replicates: usize,
    /// Trials: a target counts once for each replicate that tests it.
    pub n: usize,
    /// Distinct targets among them.
    pub targets: usize,
    /// Distinct true teams among them.
    pub teams: usize,
    /// Trials whose team is also the team of a training target.
    pub n_seen: usize,
    /// Trials whose regulators all regulate some training target, alone or together: only these can be found by their training
    /// teams.
    pub n_known: usize,
}

impl TestTargets {
    /// The share of trials whose team is also the team of a training target.
    pub fn seen(&self) -> f64 {
        self.n_seen as f64 / self.n.max(1) as f64
    }

    /// The share of trials whose regulators all regulate some training target.
    pub fn known(&self) -> f64 {
        self.n_known as f64 / self.n.max(1) as f64
    }

    /// Differences of two shares below this can't be told from chance: fewer than six targets differ.
    pub fn least_difference(&self) -> f64 {
        (FEWEST_DIFFERING as f64 / self.targets.max(1) as f64).min(1.0)
    }
}

/// The test targets of a part's rows, once for each different list of experiments.
pub fn test_targets(part: &Part) -> Vec<TestTargets> {
    let mut distinct: Vec<&Subject> = Vec::new();
    for subject in part.subjects.iter().filter(|subject| !subject.baseline) {
        if distinct
            .iter()
            .all(|known| known.experiments() != subject.experiments())
        {
            distinct.push(subject);
        }
    }
    let alone = distinct.len() == 1;
    let of_subject = |subject: &&Subject| {
        let name = (!alone).then(|| subject.name.clone());
        let sizes = subject.sizes().into_iter();
        sizes
            .map(|size| of_size(subject, name.clone(), size))
            .collect::<Vec<_>>()
    };
    distinct.iter().flat_map(of_subject).collect()
}

fn of_size(subject: &Subject, of: Option<String>, size: usize) -> TestTargets {
    let tally = subject.tally(Some(size));
    let (mut targets, mut teams, mut n_known) = (BTreeSet::new(), BTreeSet::new(), 0);
    for run in &subject.runs {
        let popularity = Popularity::of(&run.split);
        for (trial, _) in run.judged.iter().filter(|(trial, _)| trial.size == size) {
            let team = run.split.dataset.network.team(trial.target);
            n_known += usize::from(team.iter().all(|regulator| popularity.count(*regulator) > 0));
            targets.insert((run.data, trial.target));
            teams.insert((run.data, team));
        }
    }
    TestTargets {
        of,
        size,
        replicates: subject.runs.len(),
        n: tally.n,
        targets: targets.len(),
        teams: teams.len(),
        n_seen: tally.n_seen,
        n_known,
    }
}
