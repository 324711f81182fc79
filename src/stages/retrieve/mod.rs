//! `retrieve`: Split → Pools. Stage 1 ranks candidate regulators for every gene.

pub mod attn;
pub mod correlation;
pub mod dot;
pub mod given;
pub mod knn;
pub mod popularity;

use crate::data::dataset::Dataset;
use crate::data::pools::{Pools, TrainingCurve};
use crate::data::split::Split;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::ParameterSpec;
use crate::lang::diagnostics::Diagnostic;
use crate::model::ops::{Labels, add_noise};
use crate::model::trained_scorer::index_tensor;
use crate::model::training::{shuffled_batches, train};
use crate::random::Random;
use crate::stages::learning::{feature_tensor, schedule};
use crate::stages::parameters::{float, integer};
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

/// Fails when a pool of `k` candidates can't be filled.
pub fn check_pool_size(k: usize, dataset: &Dataset) -> RunResult<()> {
    let candidates = dataset.gene_count().saturating_sub(1);
    if k <= candidates {
        return Ok(());
    }
    let message = format!(
        "`k={k}` asks for more candidates than there are: `{}` has {} genes, so a target has {candidates} candidates",
        dataset.name,
        dataset.gene_count()
    );
    Err(Diagnostic::error("pool-too-large", message)
        .help(format!("`k={candidates}` keeps them all"))
        .into())
}

/// The `k` best genes for `target` in descending order of score, ties by gene index, without the target itself.
pub fn top_k(scores: &[f32], target: usize, k: usize) -> (Vec<usize>, Vec<f32>) {
    let mut order: Vec<usize> = (0..scores.len()).filter(|g| *g != target).collect();
    let better = |a: &usize, b: &usize| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b));
    if k < order.len() {
        order.select_nth_unstable_by(k, better);
        order.truncate(k);
    }
    order.sort_unstable_by(better);
    let kept = order.iter().map(|g| scores[*g]).collect();
    (order, kept)
}

/// Pools from a score row for each gene.
pub fn rank_all(
    context: &StageContext,
    split: Arc<Split>,
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
            let (order, kept) = top_k(&row, *target, k);
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

/// Trains a retriever with weighted binary cross-entropy over all genes (paper eq. 10), the target itself masked.
/// `loss(x, targets, labels, random)` gives a scalar.
pub fn train_retriever(
    context: &StageContext,
    name: &str,
    split: &Split,
    variables: Vec<Var>,
    loss: impl Fn(&Tensor, &Tensor, Labels, &mut Random) -> candle_core::Result<Tensor>,
) -> RunResult<TrainingCurve> {
    let arguments = context.arguments;
    let schedule = schedule(arguments);
    let (noise, positive_weight) = (arguments.float("noise"), arguments.float("positive_weight"));
    let features = feature_tensor(&split.dataset, context.device)?;
    let mut random = Random::new(arguments.seed("seed"), name);
    let batches = |random: &mut Random| shuffled_batches(&split.train, schedule.batch, random);
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
            Ok(loss(&x, &targets, labels(split, batch, positive_weight), random)?)
        },
    )
}

/// 1 where the gene regulates the target; the target itself doesn't count.
fn labels(split: &Split, targets: &[usize], positive_weight: f64) -> Labels {
    let genes = split.dataset.gene_count();
    let mut values = vec![0f32; targets.len() * genes];
    let mut mask = vec![1f32; targets.len() * genes];
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
    }
}

#[cfg(test)]
mod tests {
    use super::top_k;

    #[test]
    fn ranks_by_score_then_index_without_the_target() {
        let (order, scores) = top_k(&[0.5, 2.0, 0.5, 9.0, 1.0], 3, 3);
        assert_eq!(order, vec![1, 4, 0]);
        assert_eq!(scores, vec![2.0, 1.0, 0.5]);
    }
}
