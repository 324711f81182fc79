//! Scores of single regulators: what `retrieve` takes, and `select` as well.

use crate::column::{offsets, Column, Values};
use crate::Frame;

/// For each target, scored regulators: usable as `retrieve NAME k=80`, which keeps the best, and as `select NAME`, where the
/// score of a set is the sum over its members.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    targets: Vec<(String, Vec<(String, f32)>)>,
}

impl Ranking {
    /// A ranking without targets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a target with its regulators and their scores, in any order; higher is better. A target that was added before
    /// gets more.
    pub fn add<R: Into<String>>(&mut self, target: impl Into<String>, scores: impl IntoIterator<Item = (R, f32)>) {
        let target = target.into();
        let scores = scores.into_iter().map(|(regulator, score)| (regulator.into(), score));
        // Targets usually come one after another, so the last one is looked at before the rest.
        let known = match self.targets.last() {
            Some((last, _)) if *last == target => Some(self.targets.len() - 1),
            _ => self.targets.iter().position(|(known, _)| *known == target),
        };
        match known.and_then(|place| self.targets.get_mut(place)) {
            Some((_, list)) => list.extend(scores),
            None => self.targets.push((target, scores.collect())),
        }
    }

    /// The targets with their scored regulators, in the order in which they were added.
    pub fn targets(&self) -> impl Iterator<Item = (&str, &[(String, f32)])> {
        self.targets
            .iter()
            .map(|(target, scores)| (target.as_str(), scores.as_slice()))
    }
}

impl From<Ranking> for Frame {
    fn from(ranking: Ranking) -> Self {
        let lengths = offsets(ranking.targets.iter().map(|(_, scores)| scores.len()));
        let mut targets = Vec::with_capacity(ranking.targets.len());
        let (mut regulators, mut scores) = (Vec::new(), Vec::new());
        for (target, scored) in ranking.targets {
            targets.push(target);
            for (regulator, score) in scored {
                regulators.push(regulator);
                scores.push(score);
            }
        }
        let lists = |name: &str, values: Values| Column {
            name: name.to_owned(),
            values,
            offsets: Some(lengths.clone()),
        };
        let columns = vec![
            Column {
                name: "target".to_owned(),
                values: Values::Text(targets),
                offsets: None,
            },
            lists("regulators", Values::Text(regulators)),
            lists("scores", Values::F32(scores)),
        ];
        Self {
            kind: "ranking".to_owned(),
            attributes: Vec::new(),
            columns,
        }
    }
}
