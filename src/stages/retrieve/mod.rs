//! `retrieve`: Split → Pools. Stage 1 ranks candidate regulators for every gene.

pub mod attn;
pub mod candidates;
pub mod correlation;
pub mod dot;
pub mod given;
pub mod grnboost;
pub mod knn;
pub mod popularity;
pub mod prior;

use crate::data::pools::{Pools, TrainingCurve};
use crate::data::split::Split;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::arguments::Arguments;
use crate::lang::catalog::ParameterSpec;
use crate::lang::diagnostics::Diagnostic;
use crate::model::ops::{Labels, add_noise};
use crate::model::trained_scorer::index_tensor;
use crate::model::training::{shuffled_batches, train};
use crate::random::Random;
use crate::stages::learning::{feature_tensor, schedule};
use crate::stages::parameters::{float, integer};
use crate::stages::retrieve::candidates::Candidates;
use crate::stages::retrieve::prior::Prior;
use candle_core::{Tensor, Var};
use std::sync::Arc;

/// How long a retriever trains.
const EPOCHS: ParameterSpec = integer(
    "epochs",
    1,
    10_000,
    "20",
    "Passes over the training targets (paper App. D).",
);

/// The weight of true regulators in a retriever's loss.
const POSITIVE_WEIGHT: ParameterSpec = float(
    "positive_weight",
    0.01,
    10_000.0,
    "20",
    "Weight w of true regulators in the loss (eq. 10; left open by the paper).",
);

/// Targets that are ranked together.
const RANK_BATCH: usize = 64;

/// The split that flows in.
pub fn input_split(input: Option<Value>) -> RunResult<Arc<Split>> {
    match input {
        Some(Value::Split(split)) => Ok(split),
        _ => Err(Diagnostic::error("internal", "`retrieve` was run without a Split").into()),
    }
}

/// Pools of `candidates` from a score row for each gene, which holds a score for every gene.
pub fn rank_all(
    context: &StageContext,
    split: Arc<Split>,
    candidates: &Candidates,
    method: &str,
    training: TrainingCurve,
    mut rows: impl FnMut(&[usize]) -> RunResult<Vec<Vec<f32>>>,
) -> RunResult<Value> {
    let k = context.arguments.count("k");
    let genes: Vec<usize> = (0..split.dataset.gene_count()).collect();
    let (mut ranked, mut scores) = (Vec::with_capacity(genes.len()), Vec::with_capacity(genes.len()));
    for batch in genes.chunks(RANK_BATCH) {
        context.check_cancelled()?;
        for (target, row) in batch.iter().zip(rows(batch)?) {
            let (order, kept) = candidates.top_k(&row, *target, k);
            ranked.push(order);
            scores.push(kept);
        }
    }
    Ok(Value::Pools(Arc::new(Pools {
        split,
        method: method.to_owned(),
        k,
        ranked,
        scores,
        training,
    })))
}

/// What a trained retriever learns from, and ranks.
pub struct Task {
    /// The targets.
    pub split: Arc<Split>,
    /// The genes that are ranked.
    pub candidates: Candidates,
    /// What the logits are added to.
    pub prior: Option<Prior>,
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
            split,
        })
    }

    /// Pools by the learned logits of (targets × genes) and what is known before.
    pub fn rank(
        &self,
        context: &StageContext,
        method: &str,
        training: TrainingCurve,
        mut logits: impl FnMut(&[usize]) -> RunResult<Vec<Vec<f32>>>,
    ) -> RunResult<Value> {
        let split = self.split.clone();
        rank_all(context, split, &self.candidates, method, training, |targets| {
            let mut rows = logits(targets)?;
            if let Some(prior) = &self.prior {
                let known = prior.log_odds(targets);
                let scores = rows.iter_mut().flatten();
                scores.zip(known).for_each(|(score, known)| *score += known);
            }
            Ok(rows)
        })
    }
}

/// Trains a retriever with weighted binary cross-entropy over all candidates (paper eq. 10), the target itself masked.
/// `loss(x, targets, labels, random)` gives a scalar.
pub fn train_retriever(
    context: &StageContext,
    name: &str,
    task: &Task,
    variables: Vec<Var>,
    loss: impl Fn(&Tensor, &Tensor, Labels, &mut Random) -> candle_core::Result<Tensor>,
) -> RunResult<TrainingCurve> {
    let arguments = context.arguments;
    let schedule = schedule(arguments);
    let (noise, positive_weight) = (arguments.float("noise"), arguments.float("positive_weight"));
    let features = feature_tensor(&task.split.dataset, context.device)?;
    let mut random = Random::new(arguments.seed("seed"), name);
    let batches = |random: &mut Random| shuffled_batches(&task.split.train, schedule.batch, random);
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
            Ok(loss(&x, &targets, labels(task, batch, positive_weight), random)?)
        },
    )
}

/// 1 where the gene regulates the target; the target itself and genes that aren't ranked don't count.
fn labels(task: &Task, targets: &[usize], positive_weight: f64) -> Labels {
    let (split, candidates) = (&task.split, &task.candidates);
    let genes = split.dataset.gene_count();
    let mut values = vec![0f32; targets.len() * genes];
    let of_gene = (0..genes).map(|gene| f32::from(u8::from(candidates.contains(gene))));
    let mut mask = of_gene.collect::<Vec<f32>>().repeat(targets.len());
    for (row, target) in targets.iter().enumerate() {
        for regulator in split.dataset.network.team(*target) {
            values[row * genes + regulator] = 1.0;
        }
        mask[row * genes + target] = 0.0;
    }
    Labels {
        genes,
        values,
        mask,
        positive_weight,
        prior: task.prior.as_ref().map(|prior| prior.log_odds(targets)),
    }
}
