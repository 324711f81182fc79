//! Scores of single regulators.

use super::File;
use super::genes::Genes;
use crate::engine::context::RunResult;
use serde::{Deserialize, Serialize};

/// For each gene as a target, its scored regulators.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct PairScores {
    /// `of[t]`: (regulator, score), ascending by regulator, never `t` itself; empty where the target isn't scored.
    pub of: Vec<Vec<(usize, f32)>>,
}

impl PairScores {
    /// The score of a regulator of a target; `None` where it has none.
    pub fn score(&self, target: usize, regulator: usize) -> Option<f32> {
        let scored = self.of.get(target)?;
        let place = scored.binary_search_by_key(&regulator, |(gene, _)| *gene).ok()?;
        scored.get(place).map(|(_, score)| *score)
    }
}

/// Pairs as they are read.
pub(super) struct Pairs<'a> {
    file: File<'a>,
    genes: &'a Genes<'a>,
    /// (regulator, score, entry)
    of: Vec<Vec<(usize, f32, usize)>>,
}

impl<'a> Pairs<'a> {
    pub fn new(file: File<'a>, genes: &'a Genes<'a>) -> Self {
        Self {
            file,
            genes,
            of: vec![Vec::new(); genes.count()],
        }
    }

    /// Takes in a score. A gene is never its own regulator: that score isn't looked at.
    pub fn add(&mut self, target: usize, regulator: &str, score: f64, entry: usize) -> RunResult<()> {
        let regulator = self.genes.find(regulator, self.file, entry)?;
        if regulator == target {
            return Ok(());
        }
        let what = || {
            let (target, regulator) = (self.genes.name(target), self.genes.name(regulator));
            format!("`{regulator}` for target `{target}`")
        };
        let score = self.file.score(score, what, entry)?;
        if let Some(scored) = self.of.get_mut(target) {
            scored.push((regulator, score, entry));
        }
        Ok(())
    }

    /// Fails where a pair has two scores.
    pub fn finish(self) -> RunResult<PairScores> {
        let mut of = Vec::with_capacity(self.of.len());
        for (target, mut scored) in self.of.into_iter().enumerate() {
            scored.sort_by_key(|(regulator, _, entry)| (*regulator, *entry));
            let twice = scored.windows(2).find(|pair| matches!(pair, [a, b] if a.0 == b.0));
            if let Some([(regulator, _, first), (_, _, second)]) = twice {
                let (target, regulator) = (self.genes.name(target), self.genes.name(*regulator));
                let message = match first == second {
                    true => format!("regulator `{regulator}` of target `{target}` is scored twice"),
                    false => format!(
                        "regulator `{regulator}` of target `{target}` is scored twice, first in {} {first}",
                        self.file.unit
                    ),
                };
                let error = self.file.error("scored-twice", message, *second);
                return Err(error.help("keep one score for each regulator of a target").into());
            }
            of.push(
                scored
                    .into_iter()
                    .map(|(regulator, score, _)| (regulator, score))
                    .collect(),
            );
        }
        Ok(PairScores { of })
    }
}
