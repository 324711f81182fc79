//! A score for every set of every target: what `select` takes.

use crate::column::{offsets, Column, Values};
use crate::{set_rank, Error, Frame, Sets};

/// For each target, a score of each of its sets: usable as `select NAME`. Made by
/// [`Pools::score_sets`](crate::Pools::score_sets).
#[derive(Clone, Debug, PartialEq)]
pub struct SetScores {
    /// One entry a target.
    pub targets: Vec<TargetScores>,
}

/// The scores of one target's sets.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetScores {
    /// The gene.
    pub name: String,
    /// How many members a set has.
    pub size: usize,
    /// The candidates, in the pool's order.
    pub pool: Vec<String>,
    /// One score a set, in the order of [`Sets`].
    pub scores: Vec<f32>,
}

impl SetScores {
    /// The scores of one target.
    ///
    /// # Errors
    /// There are none.
    pub fn target(&self, name: &str) -> Result<&TargetScores, Error> {
        let found = self.targets.iter().find(|target| target.name == name);
        found.ok_or_else(|| Error::new(format!("no sets of target `{name}` are scored")))
    }

    /// How many sets are scored over all targets.
    pub fn count(&self) -> usize {
        self.targets.iter().map(|target| target.scores.len()).sum()
    }
}

impl TargetScores {
    /// The score of a set of candidates, given by name in any order; `None` where it isn't a set of this pool.
    pub fn score(&self, set: &[&str]) -> Option<f32> {
        let place = |name: &&str| self.pool.iter().position(|candidate| candidate == name);
        let mut positions = set.iter().map(place).collect::<Option<Vec<usize>>>()?;
        positions.sort_unstable();
        match positions.len() == self.size {
            true => self.scores.get(set_rank(self.pool.len(), &positions)?).copied(),
            false => None,
        }
    }

    /// The set with the highest score, the first among equals, and that score.
    pub fn best(&self) -> Option<(Vec<&str>, f32)> {
        let mut best: Option<(usize, f32)> = None;
        for (rank, score) in self.scores.iter().enumerate() {
            if best.is_none_or(|(_, known)| *score > known) {
                best = Some((rank, *score));
            }
        }
        let (rank, score) = best?;
        let sets = Sets::from_rank(self.pool.len(), self.size, rank);
        let names = sets.current()?.iter().filter_map(|position| self.pool.get(*position));
        Some((names.map(String::as_str).collect(), score))
    }
}

impl From<SetScores> for Frame {
    fn from(scores: SetScores) -> Self {
        let targets = scores.targets;
        let single = |name: &str, values: Values| Column {
            name: name.to_owned(),
            values,
            offsets: None,
        };
        let names = targets.iter().map(|target| target.name.clone()).collect();
        let sizes = targets.iter().map(|target| target.size as u32).collect();
        let pools = Column {
            name: "pool".to_owned(),
            offsets: Some(offsets(targets.iter().map(|target| target.pool.len()))),
            values: Values::Text(targets.iter().flat_map(|target| target.pool.iter().cloned()).collect()),
        };
        let lengths = offsets(targets.iter().map(|target| target.scores.len()));
        let mut all = Vec::with_capacity(lengths.last().copied().unwrap_or(0));
        targets.into_iter().for_each(|target| all.extend(target.scores));
        let scores = Column {
            name: "scores".to_owned(),
            values: Values::F32(all),
            offsets: Some(lengths),
        };
        let columns = [
            single("target", Values::Text(names)),
            single("size", Values::U32(sizes)),
            pools,
            scores,
        ];
        Frame {
            kind: "set-scores".to_owned(),
            attributes: Vec::new(),
            columns: columns.into(),
        }
    }
}
