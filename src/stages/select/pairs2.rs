//! `select pairs2`: the paper's decomposable Stage 2.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::model::layers::add_noise;
use crate::model::parameters::Parameters;
use crate::model::set_model::{Config, SetModel};
use crate::model::trained_scorer::{TrainedScorer, index_tensor};
use crate::model::training::{train, weighted_bce};
use crate::random::Random;
use crate::stages::Stage;
use crate::stages::learning::{encoder_config, feature_tensor, schedule};
use crate::stages::parameters::{BATCH, DROPOUT, EMBEDDING, HIDDEN, LEARNING_RATE, NOISE, SEED, WEIGHT_DECAY, float};
use crate::stages::select::{
    EPOCHS, batches_by_size, candidates_with_team, check_pools_hold_teams, input_pools, pair_config, scorer,
};
use candle_core::Tensor;

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
            float(
                "positive_weight",
                0.01,
                10_000.0,
                "5",
                "Weight of true regulators in the loss (left open by the paper).",
            ),
            SEED,
        ],
        examples: &["retrieve attn k=80 | select pairs2 | decode topr"],
        version: 1,
        reads: &[],
        decomposes: true,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let arguments = context.arguments;
    let pools = input_pools(input)?;
    check_pools_hold_teams(context, &pools)?;
    let features = feature_tensor(&pools.split.dataset, context.device)?;
    let config = Config {
        encoder: encoder_config(arguments, features.dim(1)?),
        pair: pair_config(arguments),
        residual: None,
    };
    let parameters = Parameters::new(arguments.seed("seed"), "select pairs2");
    let model = SetModel::new(parameters.builder(context.device), &config)?;
    let schedule = schedule(arguments);
    let (noise, weight) = (arguments.float("noise"), arguments.float("positive_weight"));
    let mut random = Random::new(arguments.seed("seed"), "select pairs2");
    let batches = |random: &mut Random| batches_by_size(&pools, schedule.batch, random);
    let variables = parameters.variables();
    let training = train(
        context,
        "select pairs2",
        variables,
        schedule,
        &mut random,
        batches,
        |batch, _, random| {
            let z = model.embed(&add_noise(&features, noise, random)?, Some(random))?;
            let size = pools.split.dataset.network.team(batch[0]).len();
            let genes: Vec<usize> = batch
                .iter()
                .flat_map(|t| candidates_with_team(&pools, *t, pools.k))
                .collect();
            let candidates = index_tensor(&genes, genes.len(), context.device)?.reshape((batch.len(), pools.k))?;
            let targets = index_tensor(batch, batch.len(), context.device)?;
            let logits = model.base(&z, &targets, &candidates, Some(random))?;
            let row: Vec<f32> = (0..pools.k).map(|place| if place < size { 1.0 } else { 0.0 }).collect();
            let labels = Tensor::from_vec(row.repeat(batch.len()), logits.shape(), context.device)?;
            Ok(weighted_bce(&logits, &labels, &labels.ones_like()?, weight)?)
        },
    )?;
    let model = Box::new(TrainedScorer::new(model, &features, parameters.count())?);
    Ok(scorer(pools, "pairs2", model, training))
}
