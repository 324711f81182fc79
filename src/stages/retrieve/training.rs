//! What the trained retrievers share: their labels, their loop and how their logits rank candidates.

use crate::data::pools::TrainingCurve;
use crate::data::split::Split;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::arguments::Arguments;
use crate::model::ops::{Labels, add_noise, gather};
use crate::model::trained_scorer::index_tensor;
use crate::model::training::{shuffled_batches, train};
use crate::random::Random;
use crate::stages::learning::{feature_tensor, schedule};
use crate::stages::retrieve::candidates::Candidates;
use crate::stages::retrieve::prior::Prior;
use crate::stages::retrieve::rank_all;
use candle_core::{Tensor, Var};
use std::sync::Arc;

/// What a trained retriever learns from, and ranks. Only candidates are scored: with few regulators that is most of the work.
pub struct Task {
    /// The targets.
    pub split: Arc<Split>,
    candidates: Candidates,
    /// What the logits are added to.
    prior: Option<Prior>,
    positive_weight: f64,
}

impl Task {
    /// As the arguments of a retriever say.
    ///
    /// # Errors
    /// A pool that can't be filled; a data set without features; the user's wish to stop.
    pub fn new(arguments: &Arguments, split: Arc<Split>) -> RunResult<Self> {
        Ok(Self {
            candidates: Candidates::of(arguments, &split.dataset)?,
            prior: Prior::of(arguments, &split)?,
            positive_weight: arguments.float("positive_weight"),
            split,
        })
    }

    /// The rows of the candidates in a table of all genes: (genes × width) → (candidates × width).
    pub fn of_candidates(&self, table: &Tensor) -> candle_core::Result<Tensor> {
        match self.candidates.genes() {
            genes if genes.len() == self.split.dataset.gene_count() => Ok(table.clone()),
            genes => gather(table, genes),
        }
    }

    /// Trains with weighted binary cross-entropy over all candidates (paper eq. 10), the target itself masked.
    /// `loss(x, targets, labels, random)` gives a scalar; x is (genes × features), labels are (targets × candidates).
    pub fn train(
        &self,
        context: &StageContext,
        name: &str,
        variables: Vec<Var>,
        loss: impl Fn(&Tensor, &Tensor, Labels, &mut Random) -> candle_core::Result<Tensor>,
    ) -> RunResult<TrainingCurve> {
        let arguments = context.arguments;
        let (schedule, noise) = (schedule(arguments), arguments.float("noise"));
        let features = feature_tensor(&self.split.dataset, context.device)?;
        let mut random = Random::new(arguments.seed("seed"), name);
        let batches = |random: &mut Random| shuffled_batches(&self.split.train, schedule.batch, random);
        train(
            context,
            name,
            variables,
            schedule,
            &mut random,
            batches,
            |batch, _, random| {
                let x = add_noise(&features, noise, random)?;
                let targets = index_tensor(batch, batch.len(), context.device)?;
                Ok(loss(&x, &targets, self.labels(batch), random)?)
            },
        )
    }

    /// Pools by the learned logits, (targets × candidates), and what is known before.
    pub fn rank(
        &self,
        context: &StageContext,
        method: &str,
        training: TrainingCurve,
        mut logits: impl FnMut(&[usize]) -> RunResult<Vec<Vec<f32>>>,
    ) -> RunResult<Value> {
        let candidates = &self.candidates;
        rank_all(context, self.split.clone(), candidates, method, training, |targets| {
            let known = self
                .prior
                .as_ref()
                .map(|prior| prior.log_odds(targets, candidates.genes()));
            let known = known.unwrap_or_else(|| vec![0.0; targets.len() * candidates.genes().len()]);
            let rows = logits(targets)?
                .into_iter()
                .zip(known.chunks(candidates.genes().len().max(1)));
            Ok(rows.map(|(row, known)| self.of_all_genes(&row, known)).collect())
        })
    }

    /// A score for each gene from one for each candidate.
    fn of_all_genes(&self, row: &[f32], known: &[f32]) -> Vec<f32> {
        let mut scores = vec![f32::NEG_INFINITY; self.split.dataset.gene_count()];
        for ((gene, score), known) in self.candidates.genes().iter().zip(row).zip(known) {
            scores[*gene] = score + known;
        }
        scores
    }

    /// 1 where the candidate regulates the target; the target itself doesn't count.
    fn labels(&self, targets: &[usize]) -> Labels {
        let genes = self.candidates.genes();
        let mut values = vec![0f32; targets.len() * genes.len()];
        let mut mask = vec![1f32; targets.len() * genes.len()];
        for (row, target) in targets.iter().enumerate() {
            // Candidates ascend.
            let entry = |gene: &usize| genes.binary_search(gene).ok().map(|place| row * genes.len() + place);
            let team = self.split.dataset.network.team(*target);
            team.iter().filter_map(entry).for_each(|entry| values[entry] = 1.0);
            entry(target).into_iter().for_each(|entry| mask[entry] = 0.0);
        }
        Labels {
            genes: genes.len(),
            values,
            mask,
            positive_weight: self.positive_weight,
            prior: self.prior.as_ref().map(|prior| prior.log_odds(targets, genes)),
        }
    }
}
