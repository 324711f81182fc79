//! `retrieve dot`: the paper's pairwise dot-product retriever.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::model::dual_encoder::{Config, DualEncoder};
use crate::model::parameters::Parameters;
use crate::model::trained_scorer::index_tensor;
use crate::stages::Stage;
use crate::stages::learning::feature_tensor;
use crate::stages::parameters::{BATCH, DROPOUT, EMBEDDING, HIDDEN, K, LEARNING_RATE, NOISE, SEED, WEIGHT_DECAY};
use crate::stages::retrieve::candidates::CANDIDATES;
use crate::stages::retrieve::prior::PRIOR;
use crate::stages::retrieve::training::Task;
use crate::stages::retrieve::{EPOCHS, POSITIVE_WEIGHT, input_split};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "retrieve",
        method: Some("dot"),
        takes: &[Type::Split],
        gives: Gives::Value(Type::Pools),
        summary: "Candidate pools by a learned dot product of target and regulator embeddings",
        description: "A shared encoder with one head for the target role and one for the source role; a pair's score \
            is their dot product (paper App. C). Trained like `retrieve attn`. The paper's pairwise baseline.",
        parameters: &[
            K,
            CANDIDATES,
            EPOCHS,
            BATCH,
            LEARNING_RATE,
            WEIGHT_DECAY,
            EMBEDDING,
            HIDDEN,
            DROPOUT,
            NOISE,
            POSITIVE_WEIGHT,
            PRIOR,
            SEED,
        ],
        examples: &["retrieve dot k=80 | plot coverage"],
        version: 3,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let arguments = context.arguments;
    let task = Task::new(arguments, input_split(input)?)?;
    let features = feature_tensor(&task.split.dataset, context.device)?;
    let config = Config {
        features: features.dim(1)?,
        hidden: arguments.count("hidden"),
        embedding: arguments.count("embedding"),
        dropout: arguments.float("dropout"),
    };
    let parameters = Parameters::new(arguments.seed("seed"), "retrieve dot");
    let model = DualEncoder::new(parameters.builder(context.device), &config)?;
    let training = task.train(
        context,
        "retrieve dot",
        parameters.variables(),
        |x, targets, labels, random| {
            let h = model.embed(x, Some(random))?;
            labels.loss(&model.logits(&h, &task.of_candidates(&h)?, targets)?)
        },
    )?;
    let h = model.embed(&features, None)?.detach();
    let h_r = task.of_candidates(&h)?;
    task.rank(context, "dot", training, |targets| {
        let targets = index_tensor(targets, targets.len(), context.device)?;
        Ok(model.logits(&h, &h_r, &targets)?.to_vec2()?)
    })
}
