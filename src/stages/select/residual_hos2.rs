//! `select residual_hos2`: the paper's residual set scorer.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::model::parameters::Parameters;
use crate::model::set_model::{Config, ENCODER, PAIR, SetModel};
use crate::model::trained_scorer::TrainedScorer;
use crate::stages::Stage;
use crate::stages::learning::{check_heads, encoder_config, feature_tensor};
use crate::stages::parameters::{BATCH, DROPOUT, EMBEDDING, HEADS, HIDDEN, LEARNING_RATE, NOISE, SEED, WEIGHT_DECAY};
use crate::stages::select::pairs::{POSITIVE_WEIGHT, start_from_pairs};
use crate::stages::select::ranking::{Ranked, ranking_schedule, residual_form, train_ranking, transformer_config};
use crate::stages::select::ranking_parameters::{
    ANCHOR, CONFUSER_RANK, CONFUSERS, FEEDFORWARD, FREEZE, LAYERS, MARGIN, NEAR_MISS_END, NEAR_MISS_START, NEGATIVES,
    RANKING_EPOCHS, RANKING_LR, RIVALS,
};
use crate::stages::select::{EPOCHS, check_pools_hold_teams, input_pools, pair_config, scorer};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "select",
        method: Some("residual_hos2"),
        takes: &[Type::Pools],
        gives: Gives::Value(Type::Scorer),
        summary: "Scores a set by learned edge scores plus a set-transformer residual",
        description: "Score(S, t) = Σ_{r∈S} φ_pair(r, t) + ψ(S, t): the pair score of `select pairs2` plus a Set \
            Transformer over a target-conditioned [CLS] token and the set's members (Residual HOS2, paper §4.3). The \
            head of ψ starts at zero, so training starts from the decomposable score. Trained with the margin-ranking \
            loss mean_j softplus(m − (Score(S*, t) − Score(S_j, t))) against negatives that go from random sets to \
            near misses and, with `rivals`, whole teams of other targets. With `warm_start=pairs2` a pair scorer is \
            trained first, with the same settings and seed, and its encoder and pair score are where this one starts; \
            `confusers=pairs` then takes near misses from its own mistakes, and `anchor` keeps its loss beside the ranking. \
            Layers are pre-normalised and the [CLS] output is normalised, which bounds ψ; `decode exact` \
            rests on that bound.",
        parameters: &[
            MARGIN,
            EPOCHS,
            BATCH,
            LEARNING_RATE,
            ParameterSpec {
                name: "warm_start",
                kind: ParameterKind::Choice(&["none", "pairs2"]),
                per_size: false,
                default: DefaultValue::Literal("none"),
                doc: "Start from random numbers, or with encoder and pair score of a trained `pairs2`.",
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
            CONFUSERS,
            CONFUSER_RANK,
            RIVALS,
            ANCHOR,
            POSITIVE_WEIGHT,
            SEED,
        ],
        examples: &[
            "retrieve attn k=80 | select residual_hos2 m=1.0 | decode exact cap=80",
            "retrieve attn k=80 | select residual_hos2 warm_start=pairs2 ranking_lr=1e-4 confusers=pairs anchor=1.0 | decode exact",
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
        pair: Some(pair_config(arguments, 1)),
        residual: Some(transformer_config(arguments, true)),
    };
    let name = "select residual_hos2";
    let parameters = Parameters::new(arguments.seed("seed"), name);
    let model = SetModel::new(parameters.builder(context.device), &config)?;
    if arguments.text("warm_start") == Some("pairs2") {
        start_from_pairs(context, &pools, &parameters, &[ENCODER, PAIR])?;
    }
    let ranked = Ranked {
        name,
        pools: &pools,
        model: &model,
        parameters: &parameters,
        features: &features,
        schedule: ranking_schedule(arguments),
        frozen_epochs: arguments.count("freeze"),
    };
    let training = train_ranking(context, &ranked)?;
    let model = TrainedScorer::new(model, &features, &parameters)?.with_form(residual_form(context));
    Ok(scorer(pools, "residual_hos2", Box::new(model), training))
}
