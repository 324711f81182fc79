//! Scores that another program computed, as the decoders see them.

use crate::data::dataset::Dataset;
use crate::data::given::{PairScores, SetScores, TargetSets};
use crate::data::teams::LARGEST_TEAM;
use crate::engine::context::{RunError, RunResult};
use crate::lang::diagnostics::Diagnostic;
use crate::model::kept_scorer::KeptScorer;
use crate::model::scorer::{SetResidual, SetScorer};
use std::borrow::Cow;
use std::sync::Arc;

/// A score for each regulator: a set's is the sum over its members.
pub struct GivenPairs {
    name: String,
    dataset: Arc<Dataset>,
    scores: PairScores,
}

impl GivenPairs {
    /// `name` and the data set's gene names are for messages.
    pub fn new(name: String, dataset: Arc<Dataset>, scores: PairScores) -> Self {
        Self { name, dataset, scores }
    }
}

fn gene(dataset: &Dataset, gene: usize) -> &str {
    dataset.genes.get(gene).map_or("", String::as_str)
}

impl SetScorer for GivenPairs {
    fn base(&self, target: usize, candidates: &[usize]) -> RunResult<Vec<f32>> {
        let score = |candidate: &usize| {
            self.scores.score(target, *candidate).ok_or_else(|| {
                let (target, candidate) = (gene(&self.dataset, target), gene(&self.dataset, *candidate));
                let message = format!("`{}` has no score of `{candidate}` for target `{target}`", self.name);
                let help = "score every candidate of every target that is decoded";
                Diagnostic::error("candidate-not-scored", message).help(help).into()
            })
        };
        candidates.iter().map(score).collect()
    }

    fn residual<'a>(
        &'a self,
        _target: usize,
        _candidates: &[usize],
        _size: usize,
    ) -> RunResult<Option<Box<dyn SetResidual + 'a>>> {
        Ok(None)
    }

    fn decomposes(&self) -> bool {
        true
    }

    fn keep(&self) -> candle_core::Result<Option<KeptScorer<'_>>> {
        let (name, scores) = (self.name.as_str().into(), Cow::Borrowed(&self.scores));
        Ok(Some(KeptScorer::GivenPairs { name, scores }))
    }

    fn bytes(&self) -> usize {
        let rows = self.scores.of.iter();
        rows.map(|scored| size_of_val(scored.as_slice()) + size_of_val(scored))
            .sum()
    }
}

/// A score for every set: ψ alone, the base scores are 0.
pub struct GivenSets {
    name: String,
    dataset: Arc<Dataset>,
    scores: SetScores,
}

impl GivenSets {
    /// `name` and the data set's gene names are for messages.
    pub fn new(name: String, dataset: Arc<Dataset>, scores: SetScores) -> Self {
        Self { name, dataset, scores }
    }

    fn not_scored(&self, message: String, help: String) -> RunError {
        let message = format!("`{}` {message}", self.name);
        Diagnostic::error("set-not-scored", message).help(help).into()
    }
}

impl SetScorer for GivenSets {
    fn residual<'a>(
        &'a self,
        target: usize,
        candidates: &[usize],
        size: usize,
    ) -> RunResult<Option<Box<dyn SetResidual + 'a>>> {
        let name = gene(&self.dataset, target);
        let Some(sets) = self.scores.of.get(&(target, size)) else {
            let message = format!("has no scores for sets of {size} of target `{name}`");
            return Err(self.not_scored(message, "score the sets of every target that is decoded".to_owned()));
        };
        let place = |candidate: &usize| {
            let found = sets.pool.iter().position(|member| member == candidate);
            found.ok_or_else(|| {
                let message = format!(
                    "scores the sets of {} candidates of target `{name}`, but {} are searched: `{}` is in no scored set",
                    sets.pool.len(),
                    candidates.len(),
                    gene(&self.dataset, *candidate)
                );
                self.not_scored(message, format!("score more sets, or search fewer: `cap={{{size}: {}}}`", sets.pool.len()))
            })
        };
        let places = candidates.iter().map(place).collect::<RunResult<Vec<usize>>>()?;
        let upper_bound = sets.scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        Ok(Some(Box::new(Lookup {
            sets,
            places,
            upper_bound,
        })))
    }

    fn decomposes(&self) -> bool {
        false
    }

    fn keep(&self) -> candle_core::Result<Option<KeptScorer<'_>>> {
        let (name, scores) = (self.name.as_str().into(), Cow::Borrowed(&self.scores));
        Ok(Some(KeptScorer::GivenSets { name, scores }))
    }

    fn bytes(&self) -> usize {
        let sets = self.scores.of.values();
        sets.map(|sets| size_of_val(sets.scores.as_slice()) + size_of_val(sets.pool.as_slice()))
            .sum()
    }
}

/// The scores of one target's sets, by places of the candidates that are searched.
struct Lookup<'a> {
    sets: &'a TargetSets,
    /// Where each candidate stands in the pool of the scores.
    places: Vec<usize>,
    upper_bound: f32,
}

impl Lookup<'_> {
    fn look_up(&self, set: &[u16]) -> Option<f32> {
        let mut members = [0; LARGEST_TEAM];
        let members = members.get_mut(..set.len())?;
        for (member, position) in members.iter_mut().zip(set) {
            *member = *self.places.get(usize::from(*position))?;
        }
        members.sort_unstable();
        let rank = usize::try_from(self.sets.order.rank(members)).ok()?;
        self.sets.scores.get(rank).copied()
    }
}

impl SetResidual for Lookup<'_> {
    fn score(&self, sets: &[u16], size: usize, scores: &mut [f32]) {
        for (set, score) in sets.chunks_exact(size).zip(scores) {
            // Every set of the pool has a score; one that had none must not win.
            *score = self.look_up(set).unwrap_or(f32::NAN);
        }
    }

    fn upper_bound(&self) -> f32 {
        self.upper_bound
    }
}
