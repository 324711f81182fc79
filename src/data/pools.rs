//! Ranked candidate pools: what Stage 1 gives.

use crate::data::split::Split;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// For every gene of the data set, its `k` best candidate regulators in descending order of score.
#[derive(Clone, Debug)]
pub struct Pools {
    /// The split whose training targets the retriever learned from.
    pub split: Arc<Split>,
    /// The retriever, for instance `attn`, followed by `+oracle` where true regulators were injected.
    pub method: String,
    /// The pool size K.
    pub k: usize,
    /// `ranked[t]`: gene indices, best first; never `t` itself.
    pub ranked: Vec<Vec<usize>>,
    /// `scores[t]`: the scores of `ranked[t]`, aligned.
    pub scores: Vec<Vec<f32>>,
    /// How the retriever trained, one row an epoch; empty for untrained ones.
    pub training: TrainingCurve,
}

/// How a model trained.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct TrainingCurve {
    /// Which model, for instance `retrieve attn`.
    pub name: String,
    /// Mean training loss of each epoch.
    pub loss: Vec<f64>,
}
