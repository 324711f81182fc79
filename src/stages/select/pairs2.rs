//! `select pairs2`: the paper's decomposable Stage 2.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::parameters::{BATCH, DROPOUT, EMBEDDING, HIDDEN, LEARNING_RATE, NOISE, SEED, WEIGHT_DECAY};
use crate::stages::select::pairs::{POSITIVE_WEIGHT, PairTraining, train_pairs};
use crate::stages::select::{EPOCHS, input_pools, scorer};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "select",
        method: Some("pairs2"),
        takes: &[Type::Pools],
        gives: Gives::Value(Type::Scorer),
        summary: "Scores a set by the sum of learned edge scores",
        description: "Score(S, t) = Σ_{r∈S} φ_pair(r, t), φ_pair a perceptron over [z_r; z_t; z_r⊙z_t; ⟨z_r,z_t⟩] with \
            an encoder of its own (PairS2, paper §4.3). Trained with weighted binary cross-entropy in the pool. The \
            score decomposes, so the best set is the Top-R (App. H): a hub that scores high everywhere can crowd out \
            true regulators.",
        parameters: &[
            EPOCHS,
            BATCH,
            LEARNING_RATE,
            WEIGHT_DECAY,
            EMBEDDING,
            HIDDEN,
            DROPOUT,
            NOISE,
            POSITIVE_WEIGHT,
            SEED,
        ],
        examples: &["retrieve attn k=80 | select pairs2 | decode topr"],
        version: 2,
        reads: &[],
        decomposes: true,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let pools = input_pools(input)?;
    let training = PairTraining::new(context.arguments, "select pairs2", 1);
    let (model, training) = train_pairs(context, &pools, &training)?.scorer()?;
    Ok(scorer(pools, "pairs2", model, training))
}
