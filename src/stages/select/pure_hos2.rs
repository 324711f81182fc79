//! `select pure_hos2`: the paper's set scorer without a decomposable base.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::model::parameters::Parameters;
use crate::model::set_model::{Config, ENCODER, SetModel};
use crate::model::trained_scorer::TrainedScorer;
use crate::model::training::Schedule;
use crate::stages::Stage;
use crate::stages::learning::{check_heads, encoder_config, feature_tensor};
use crate::stages::parameters::{
    BATCH, DROPOUT, EMBEDDING, HEADS, HIDDEN, LEARNING_RATE, NOISE, SEED, WEIGHT_DECAY, integer,
};
use crate::stages::select::pairs::{POSITIVE_WEIGHT, start_from_pairs};
use crate::stages::select::ranking::{Ranked, ranking_schedule, residual_form, train_ranking, transformer_config};
use crate::stages::select::ranking_parameters::{
    CONFUSER_RANK, FEEDFORWARD, FREEZE, LAYERS, MARGIN, NEAR_MISS_END, NEAR_MISS_START, NEGATIVES, RANKING_EPOCHS,
    RANKING_LR, RIVALS,
};
use crate::stages::select::{EPOCHS, check_pools_hold_teams, input_pools, scorer};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "select",
        method: Some("pure_hos2"),
        takes: &[Type::Pools],
        gives: Gives::Value(Type::Scorer),
        summary: "Scores a set by a set transformer alone",
        description: "Score(S, t) = ψ(S, t): `select residual_hos2` without the pair score beneath it (PureHOS2, paper \
            §4.3 and App. E); its head starts at random numbers. With few known teams it generalises poorly, which is \
            what it is here to show. `warmup` and `lr` are the paper's attempts to stabilise it; with \
            `warm_start=pairs2` a pair scorer is trained first, with the same settings and seed, and its encoder alone \
            is copied (§5.4).",
        parameters: &[
            MARGIN,
            EPOCHS,
            BATCH,
            LEARNING_RATE,
            integer(
                "warmup",
                0,
                1_000_000,
                "0",
                "Steps over which the learning rate rises to `lr` (500 in the paper's App. E).",
            ),
            ParameterSpec {
                name: "warm_start",
                kind: ParameterKind::Choice(&["none", "pairs2"]),
                per_size: false,
                default: DefaultValue::Literal("none"),
                doc: "Start from random numbers, or with the encoder of a trained `pairs2`.",
            },
            RANKING_EPOCHS,
            RANKING_LR,
            FREEZE,
            WEIGHT_DECAY,
            EMBEDDING,
            HEADS,
            LAYERS,
            FEEDFORWARD,
            HIDDEN,
            DROPOUT,
            NOISE,
            NEGATIVES,
            NEAR_MISS_START,
            NEAR_MISS_END,
            CONFUSER_RANK,
            RIVALS,
            POSITIVE_WEIGHT,
            SEED,
        ],
        examples: &[
            "retrieve attn k=80 | select pure_hos2 | decode exact",
            "retrieve attn k=80 | select pure_hos2 warm_start=pairs2 freeze=5 | decode exact",
        ],
        version: 2,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let arguments = context.arguments;
    let pools = input_pools(input)?;
    check_pools_hold_teams(context, &pools)?;
    check_heads(arguments)?;
    let features = feature_tensor(&pools.split.dataset, context.device)?;
    let config = Config {
        encoder: encoder_config(arguments, features.dim(1)?),
        pair: None,
        residual: Some(transformer_config(arguments, false)),
    };
    let name = "select pure_hos2";
    let parameters = Parameters::new(arguments.seed("seed"), name);
    let model = SetModel::new(parameters.builder(context.device), &config)?;
    if arguments.text("warm_start") == Some("pairs2") {
        start_from_pairs(context, &pools, &parameters, &[ENCODER])?;
    }
    let ranked = Ranked {
        name,
        pools: &pools,
        model: &model,
        parameters: &parameters,
        features: &features,
        schedule: Schedule {
            warmup: arguments.count("warmup"),
            ..ranking_schedule(arguments)
        },
        frozen_epochs: arguments.count("freeze"),
    };
    let training = train_ranking(context, &ranked)?;
    let model = TrainedScorer::new(model, &features, &parameters)?.with_form(residual_form(context));
    Ok(scorer(pools, "pure_hos2", Box::new(model), training))
}
