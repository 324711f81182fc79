//! `select deep_pairs2`: the paper's control for capacity.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::parameters::{BATCH, DROPOUT, EMBEDDING, HIDDEN, LEARNING_RATE, NOISE, SEED, WEIGHT_DECAY, integer};
use crate::stages::select::pairs::{POSITIVE_WEIGHT, PairTraining, train_pairs};
use crate::stages::select::{EPOCHS, input_pools, scorer};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "select",
        method: Some("deep_pairs2"),
        takes: &[Type::Pools],
        gives: Gives::Value(Type::Scorer),
        summary: "`pairs2` with deeper encoder and edge scorer, and still a sum of edge scores",
        description: "Score(S, t) = Σ_{r∈S} φ_deep(r, t): `select pairs2` with `layers` hidden layers in encoder and \
            edge scorer (Deep PairS2, paper App. F). With as many parameters as a set model it tells whether capacity \
            or the residual makes the difference.",
        parameters: &[
            integer(
                "layers",
                1,
                12,
                "3",
                "Hidden layers of the encoder and of the edge scorer (left open by the paper).",
            ),
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
        examples: &["retrieve attn k=80 | select [pairs2, deep_pairs2] | decode topr"],
        version: 2,
        reads: &[],
        decomposes: true,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let pools = input_pools(input)?;
    let layers = context.arguments.count("layers");
    let training = PairTraining::new(context.arguments, "select deep_pairs2", layers);
    let (model, training) = train_pairs(context, &pools, &training)?.scorer()?;
    Ok(scorer(pools, "deep_pairs2", model, training))
}
