//! `retrieve attn`: the paper's context-aware attention pooler.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::model::attention_pooler::{AttentionPooler, Config, ScorerForm};
use crate::model::parameters::Parameters;
use crate::model::trained_scorer::index_tensor;
use crate::plan::graph::Hint;
use crate::stages::Stage;
use crate::stages::learning::{check_heads, encoder_config, feature_tensor};
use crate::stages::parameters::{
    BATCH, DROPOUT, EMBEDDING, HEADS, HIDDEN, K, LEARNING_RATE, NOISE, SEED, WEIGHT_DECAY,
};
use crate::stages::retrieve::candidates::CANDIDATES;
use crate::stages::retrieve::prior::PRIOR;
use crate::stages::retrieve::training::Task;
use crate::stages::retrieve::{EPOCHS, POSITIVE_WEIGHT, input_split};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "retrieve",
        method: Some("attn"),
        takes: &[Type::Split],
        gives: Gives::Value(Type::Pools),
        summary: "Candidate pools by target-conditioned attention over all genes",
        description: "Each gene is encoded and normalised; a target attends to all genes for a context vector, and a \
            perceptron scores every gene as its regulator from [z_r; z_t; c_t; z_r⊙z_t; z_r⊙c_t; z_t⊙c_t; ⟨z_r,z_t⟩; \
            ⟨z_r,c_t⟩] (paper §4.2 and App. C, eq. 1–10). Trained with weighted binary cross-entropy on the training \
            targets. The K best genes are the pool; a target is never its own candidate.\n\n\
            Compare it with `retrieve popularity`, which looks at no expression at all.",
        parameters: &[
            K,
            CANDIDATES,
            EPOCHS,
            BATCH,
            LEARNING_RATE,
            WEIGHT_DECAY,
            EMBEDDING,
            HEADS,
            HIDDEN,
            DROPOUT,
            NOISE,
            POSITIVE_WEIGHT,
            PRIOR,
            SEED,
        ],
        examples: &["retrieve attn k=80", "retrieve [dot, attn] k=80 | plot coverage"],
        version: 3,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let arguments = context.arguments;
    let task = Task::new(arguments, input_split(input)?)?;
    check_heads(arguments)?;
    let features = feature_tensor(&task.split.dataset, context.device)?;
    let config = Config {
        encoder: encoder_config(arguments, features.dim(1)?),
        heads: arguments.count("heads"),
        scorer_hidden: arguments.count("hidden"),
        dropout: arguments.float("dropout"),
    };
    let parameters = Parameters::new(arguments.seed("seed"), "retrieve attn");
    let model = AttentionPooler::new(parameters.builder(context.device), &config)?;
    let form = if context.hints.contains(&Hint::FactoredScorer) {
        ScorerForm::Factored
    } else {
        ScorerForm::Literal
    };
    let training = task.train(
        context,
        "retrieve attn",
        parameters.variables(),
        |x, targets, labels, random| {
            let z = model.embed(x, Some(random))?;
            model.loss(&z, &task.of_candidates(&z)?, targets, form, labels, Some(random))
        },
    )?;
    let z = model.embed(&features, None)?.detach();
    let z_r = task.of_candidates(&z)?;
    task.rank(context, "attn", training, |targets| {
        let targets = index_tensor(targets, targets.len(), context.device)?;
        Ok(model.logits(&z, &z_r, &targets, form)?.to_vec2()?)
    })
}
