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

mod training;

use crate::data::pools::{Pools, TrainingCurve};
use crate::data::split::Split;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::ParameterSpec;
use crate::lang::diagnostics::Diagnostic;
use crate::stages::parameters::{float, integer};
use crate::stages::retrieve::candidates::Candidates;
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
