//! What the trained stages of both verbs, `retrieve` and `select`, take from their arguments and their data.

use crate::data::dataset::Dataset;
use crate::engine::context::RunResult;
use crate::lang::arguments::Arguments;
use crate::lang::diagnostics::Diagnostic;
use crate::model::gene_encoder;
use crate::model::training::Schedule;
use candle_core::{Device, Tensor};

/// The features of all genes, (genes × features).
pub fn feature_tensor(dataset: &Dataset, device: &Device) -> RunResult<Tensor> {
    let Some(features) = &dataset.features else {
        return Err(Diagnostic::error("internal", "the data set has no features").into());
    };
    let values: Vec<f32> = features.iter().copied().collect();
    Ok(Tensor::from_vec(values, features.dim(), device)?)
}

/// Fails when the heads don't divide the embedding.
pub fn check_heads(arguments: &Arguments) -> RunResult<()> {
    let (heads, embedding) = (arguments.count("heads"), arguments.count("embedding"));
    if heads > 0 && embedding.is_multiple_of(heads) {
        return Ok(());
    }
    let message = format!("expected `heads` to divide `embedding`, found heads={heads} and embedding={embedding}");
    Err(Diagnostic::error("heads-do-not-divide", message)
        .help("for instance `embedding=128 heads=4`")
        .into())
}

/// How long and how fast the stage trains.
pub fn schedule(arguments: &Arguments) -> Schedule {
    Schedule {
        epochs: arguments.count("epochs"),
        batch: arguments.count("batch"),
        learning_rate: arguments.float("lr"),
        weight_decay: arguments.float("weight_decay"),
        warmup: 0,
    }
}

/// The gene encoder of the stage, for so many `features` a gene.
pub fn encoder_config(arguments: &Arguments, features: usize) -> gene_encoder::Config {
    gene_encoder::Config {
        features,
        hidden: arguments.count("hidden"),
        depth: 1,
        embedding: arguments.count("embedding"),
        dropout: arguments.float("dropout"),
    }
}
