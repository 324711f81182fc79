//! Who is judged: the rows of a result, and baselines on the same targets.

use crate::data::pools::Pools;
use crate::data::split::Split;
use crate::data::teams::Teams;
use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::metrics::copying::copied;
use crate::metrics::judged::{
    Judged, Tally, Trial, covered, covered_by_popularity, exact, exact_by_popularity, trials_of_pools, trials_of_teams,
};
use crate::report::groups::{Group, group, merge_by};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What makes an answer right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// The predicted team is the true one.
    Exact,
    /// The candidates that count hold the whole true team: Coverage@M_R of decoded teams, Recall@K of pools.
    Coverage,
}

impl Question {
    /// As tables and JSON call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Coverage => "coverage",
        }
    }
}

/// A row of the result, or a baseline.
#[derive(Debug)]
pub struct Subject {
    /// Its axis values or methods; a baseline's name.
    pub name: String,
    /// Whether it is a baseline that stands beside every result.
    pub baseline: bool,
    /// One a replicate.
    pub runs: Vec<Run>,
}

/// A subject's answers in one replicate.
#[derive(Debug)]
pub struct Run {
    /// Runs of different subjects with equal numbers have the same split, seed and targets.
    pub experiment: usize,
    /// The number of its data set.
    pub data: usize,
    /// The split.
    pub split: Arc<Split>,
    /// Its answers, by target.
    pub judged: Vec<Judged>,
}

impl Subject {
    /// The numbers of its experiments, in order.
    pub fn experiments(&self) -> Vec<usize> {
        self.runs.iter().map(|run| run.experiment).collect()
    }

    /// The team sizes of its targets, ascending.
    pub fn sizes(&self) -> BTreeSet<usize> {
        let judged = self.runs.iter().flat_map(|run| &run.judged);
        judged.map(|(trial, _)| trial.size).collect()
    }

    /// Its answers for one team size, all replicates together; `None` for all sizes.
    pub fn tally(&self, size: Option<usize>) -> Tally {
        let judged = self.runs.iter().flat_map(|run| &run.judged);
        Tally::of(judged.filter(|(trial, _)| size.is_none_or(|size| trial.size == size)))
    }

    /// The share of right answers for one team size, by replicate.
    pub fn shares(&self, size: usize) -> Vec<Option<f64>> {
        let share = |run: &Run| Tally::of(run.judged.iter().filter(|(trial, _)| trial.size == size)).share();
        self.runs.iter().map(share).collect()
    }
}

/// What runs are told apart by.
#[derive(Default)]
pub struct Experiments {
    known: Vec<Experiment>,
}

struct Experiment {
    split: Arc<Split>,
    data: usize,
    seed: Option<u64>,
    trials: Vec<Trial>,
}

impl Experiments {
    /// The number of an experiment, and that of its data set.
    fn number(&mut self, split: &Arc<Split>, seed: Option<u64>, trials: &[Trial]) -> (usize, usize) {
        let is_same =
            |known: &Experiment| known.seed == seed && known.trials == trials && is_same_split(&known.split, split);
        if let Some(number) = self.known.iter().position(is_same) {
            return (number, self.known.get(number).map_or(0, |known| known.data));
        }
        let same_data = self.known.iter().find(|known| is_same_data(&known.split, split));
        let next = self.known.iter().map(|known| known.data + 1).max().unwrap_or(0);
        let data = same_data.map_or(next, |known| known.data);
        self.known.push(Experiment {
            split: Arc::clone(split),
            data,
            seed,
            trials: trials.to_vec(),
        });
        (self.known.len() - 1, data)
    }
}

fn is_same_data(one: &Split, other: &Split) -> bool {
    let (one, other) = (&one.dataset, &other.dataset);
    one.name == other.name && (Arc::ptr_eq(&one.network, &other.network) || one.network == other.network)
}

fn is_same_split(one: &Arc<Split>, other: &Arc<Split>) -> bool {
    Arc::ptr_eq(one, other) || (one.train == other.train && one.test == other.test && is_same_data(one, other))
}

/// The rows of a result; for coverage, rows that share their pools are one.
pub fn methods(cells: &[GridCell], question: Question, experiments: &mut Experiments) -> Vec<Subject> {
    let groups = group(cells, false);
    let groups = match question {
        Question::Exact => groups,
        Question::Coverage => merge_by(groups, pools_and_caps),
    };
    let subjects = groups.iter().map(|group| Subject {
        name: name(group, question),
        baseline: false,
        runs: group
            .cells
            .iter()
            .filter_map(|cell| run(cell, question, experiments))
            .collect(),
    });
    subjects
        .filter(|subject| subject.runs.iter().any(|run| !run.judged.is_empty()))
        .collect()
}

/// What tells coverages apart: the pools, and how much of them counts.
fn pools_and_caps(group: &Group<'_>) -> Vec<(Option<*const Pools>, Vec<Trial>)> {
    let key = |cell: &&GridCell| (cell.value.pools().map(Arc::as_ptr), trials(&cell.value));
    group.cells.iter().map(key).collect()
}

fn name(group: &Group<'_>, question: Question) -> String {
    let pools = group.cells.first().and_then(|cell| cell.value.pools());
    match (question, pools) {
        (Question::Coverage, Some(pools)) => group.label_or(&pools.method),
        _ => group.label(),
    }
}

fn trials(value: &Value) -> Vec<Trial> {
    match (value.teams(), value.pools()) {
        (Some(teams), _) => trials_of_teams(teams),
        (None, Some(pools)) => trials_of_pools(pools),
        (None, None) => Vec::new(),
    }
}

fn run(cell: &GridCell, question: Question, experiments: &mut Experiments) -> Option<Run> {
    let pools = cell.value.pools()?;
    let split = &pools.split;
    let mut trials = trials(&cell.value);
    let judged = match question {
        Question::Exact => {
            // How much of a pool was searched doesn't change what is asked.
            trials.iter_mut().for_each(|trial| trial.cap = 0);
            exact(split, &trials, &predicted(cell.value.teams()?))
        }
        Question::Coverage => covered(pools, &trials),
    };
    let (experiment, data) = experiments.number(split, cell.seed, &trials);
    Some(Run {
        experiment,
        data,
        split: Arc::clone(split),
        judged,
    })
}

/// The predicted team of each target whose size was given.
fn predicted(teams: &Teams) -> BTreeMap<usize, &[usize]> {
    let network = &teams.pools.split.dataset.network;
    let of_known_size = teams
        .predictions
        .iter()
        .filter(|p| p.size == network.team(p.target).len());
    of_known_size.map(|p| (p.target, p.team.as_slice())).collect()
}

/// The baselines of a question, once for each different list of experiments.
pub fn baselines(methods: &[Subject], question: Question, experiments: &Experiments) -> Vec<Subject> {
    let mut lists: Vec<(Vec<usize>, &Subject)> = Vec::new();
    for method in methods {
        let list = method.experiments();
        if lists.iter().all(|(known, _)| *known != list) {
            lists.push((list, method));
        }
    }
    let alone = lists.len() == 1;
    let subject = |baseline: &Baseline, list: &[usize], method: &Subject| Subject {
        name: match alone {
            true => baseline.name.to_owned(),
            false => format!("{} · {}", baseline.name, method.name),
        },
        baseline: true,
        runs: list
            .iter()
            .filter_map(|&number| baseline.run(experiments, number))
            .collect(),
    };
    let of_lists = lists
        .iter()
        .flat_map(|(list, method)| Baseline::of(question).iter().map(move |b| subject(b, list, method)));
    of_lists.filter(|subject| !subject.runs.is_empty()).collect()
}

/// Something that any method should beat.
struct Baseline {
    name: &'static str,
    judge: fn(&Split, &[Trial]) -> Option<Vec<Judged>>,
}

impl Baseline {
    fn of(question: Question) -> &'static [Self] {
        match question {
            Question::Exact => &[
                Self {
                    name: POPULARITY,
                    judge: |split, trials| Some(exact_by_popularity(split, trials)),
                },
                Self {
                    name: COPYING,
                    judge: copying,
                },
            ],
            Question::Coverage => &[Self {
                name: POPULARITY,
                judge: |split, trials| Some(covered_by_popularity(split, trials)),
            }],
        }
    }

    fn run(&self, experiments: &Experiments, number: usize) -> Option<Run> {
        let experiment = experiments.known.get(number)?;
        Some(Run {
            experiment: number,
            data: experiment.data,
            split: Arc::clone(&experiment.split),
            judged: (self.judge)(&experiment.split, &experiment.trials)?,
        })
    }
}

/// The baseline of [`crate::metrics::popularity`].
pub const POPULARITY: &str = "popularity";

/// The baseline of [`crate::metrics::copying`].
pub const COPYING: &str = "copying";

/// None without features, or where copying was told to stop.
fn copying(split: &Split, trials: &[Trial]) -> Option<Vec<Judged>> {
    let teams = copied(split).ok().filter(|teams| !teams.is_empty())?;
    Some(exact(split, trials, &teams))
}
