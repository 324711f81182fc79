//! Scores of sets of regulators.

use super::File;
use super::genes::Genes;
use super::set_order::SetOrder;
use crate::data::numbers::Numbers;
use crate::data::teams::LARGEST_TEAM;
use crate::engine::context::RunResult;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// For each target and team size, a score for every set of some of its regulators.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct SetScores {
    /// By target and size.
    pub of: BTreeMap<(usize, usize), TargetSets>,
}

/// The scores of one target's sets of one size.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetSets {
    /// The regulators that sets are made of, each once.
    pub pool: Vec<usize>,
    /// The order of `scores`, by positions into `pool`.
    pub order: SetOrder,
    /// One score a set.
    pub scores: Vec<f32>,
}

/// Without the order, which follows from the pool and the size of the sets.
impl Serialize for TargetSets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { pool, order, scores } = self;
        (pool, order.size(), Numbers(Cow::Borrowed(scores))).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TargetSets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (pool, size, scores) = <(Vec<usize>, usize, Numbers)>::deserialize(deserializer)?;
        let sizes = 1..=pool.len().min(LARGEST_TEAM);
        let order = sizes.contains(&size).then(|| SetOrder::new(pool.len(), size)).flatten();
        let complete = order.filter(|order| order.count() == scores.0.len() as u64);
        Ok(Self {
            order: complete.ok_or_else(|| D::Error::custom("not every set has one score"))?,
            pool,
            scores: scores.0.into_owned(),
        })
    }
}

/// A set as it is read: members ascending, score, entry.
type Listed = (Vec<usize>, f32, usize);

/// Sets as they are read from a list of them.
pub(super) struct ListedSets<'a> {
    file: File<'a>,
    genes: &'a Genes<'a>,
    /// By target and size.
    of: BTreeMap<(usize, usize), Vec<Listed>>,
}

impl<'a> ListedSets<'a> {
    pub fn new(file: File<'a>, genes: &'a Genes<'a>) -> Self {
        Self {
            file,
            genes,
            of: BTreeMap::new(),
        }
    }

    /// Takes in a set with its score.
    pub fn add(&mut self, target: &str, members: &[&str], score: f64, entry: usize) -> RunResult<()> {
        let target = self.genes.find(target, self.file, entry)?;
        let find = |name: &&str| self.genes.find(name, self.file, entry);
        let mut set = members.iter().map(find).collect::<RunResult<Vec<usize>>>()?;
        set.sort_unstable();
        let twice = set.windows(2).find(|pair| matches!(pair, [a, b] if a == b));
        if let Some([gene, ..]) = twice {
            let message = format!("`{}` is in the set twice", self.genes.name(*gene));
            return Err(self
                .file
                .error("member-twice", message, entry)
                .help("a set has each member once")
                .into());
        }
        if set.contains(&target) {
            let message = format!("`{}` is a member of its own team", self.genes.name(target));
            return Err(self
                .file
                .error("own-regulator", message, entry)
                .help("a target is never its own candidate")
                .into());
        }
        let what = || format!("{} for target `{}`", self.shown(&set), self.genes.name(target));
        let score = self.file.score(score, what, entry)?;
        self.of
            .entry((target, set.len()))
            .or_default()
            .push((set, score, entry));
        Ok(())
    }

    fn shown(&self, set: &[usize]) -> String {
        shown(set.iter().map(|gene| self.genes.name(*gene)))
    }

    /// Fails where a set has two scores, or where one of the sets of a target's regulators has none.
    pub fn finish(mut self) -> RunResult<SetScores> {
        let listed = std::mem::take(&mut self.of);
        let sets = listed.into_iter().map(|((target, size), sets)| {
            let sets = self.complete(target, size, sets)?;
            Ok(((target, size), sets))
        });
        Ok(SetScores {
            of: sets.collect::<RunResult<_>>()?,
        })
    }

    fn complete(&self, target: usize, size: usize, mut sets: Vec<Listed>) -> RunResult<TargetSets> {
        sets.sort_by(|a, b| (&a.0, a.2).cmp(&(&b.0, b.2)));
        let name = self.genes.name(target);
        let twice = sets.windows(2).find(|pair| matches!(pair, [a, b] if a.0 == b.0));
        if let Some([(set, _, first), (_, _, second)]) = twice {
            let unit = self.file.unit;
            let message = format!(
                "{} of target `{name}` is scored twice, first in {unit} {first}",
                self.shown(set)
            );
            return Err(self
                .file
                .error("scored-twice", message, *second)
                .help("keep one score for each set")
                .into());
        }
        let mut pool: Vec<usize> = sets.iter().flat_map(|(set, _, _)| set).copied().collect();
        pool.sort_unstable();
        pool.dedup();
        let order = SetOrder::new(pool.len(), size);
        let Some(order) = order.clone().filter(|order| order.count() == sets.len() as u64) else {
            return Err(self.missing(name, &pool, order, &sets));
        };
        // All sets are there, each once and in order.
        let scores = sets.into_iter().map(|(_, score, _)| score).collect();
        Ok(TargetSets { pool, order, scores })
    }

    /// Names the first set that has no score.
    fn missing(
        &self,
        target: &str,
        pool: &[usize],
        order: Option<SetOrder>,
        sets: &[Listed],
    ) -> crate::engine::context::RunError {
        let members = pool.len();
        let message = match order {
            None => format!("target `{target}` has too many sets: its {members} regulators make more than 10¹⁹"),
            Some(order) => {
                let positions = |set: &[usize]| -> Vec<usize> {
                    set.iter().filter_map(|gene| pool.binary_search(gene).ok()).collect()
                };
                let is_at = |place: usize, set: &[usize]| order.rank(&positions(set)) == place as u64;
                let gap = sets.iter().enumerate().find(|(place, (set, _, _))| !is_at(*place, set));
                let place = gap.map_or(sets.len(), |(place, _)| place);
                let set: Vec<usize> = order
                    .set(place as u64)
                    .iter()
                    .filter_map(|p| pool.get(*p))
                    .copied()
                    .collect();
                format!(
                    "{} of target `{target}` is not scored: its {members} regulators make {} sets, found {}",
                    self.shown(&set),
                    order.count(),
                    sets.len()
                )
            }
        };
        let help = "score every set of the candidates that are searched: of fewer candidates with a smaller `cap`";
        self.file.wrong("set-not-scored", message, help)
    }
}

/// `{a, b}`.
pub(super) fn shown<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    format!("{{{}}}", names.join(", "))
}
