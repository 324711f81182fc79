//! `select residual_hos2`: the paper's residual set scorer.

use crate::data::pools::Pools;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::model::layers::add_noise;
use crate::model::parameters::Parameters;
use crate::model::set_model::{Config, SetModel};
use crate::model::set_transformer;
use crate::model::trained_scorer::{ResidualForm, TrainedScorer, index_tensor};
use crate::model::training::{Step, softplus, train};
use crate::plan::graph::Hint;
use crate::random::Random;
use crate::stages::Stage;
use crate::stages::learning::{check_heads, encoder_config, feature_tensor, schedule};
use crate::stages::parameters::{
    BATCH, DROPOUT, EMBEDDING, HEADS, HIDDEN, LEARNING_RATE, NOISE, SEED, WEIGHT_DECAY, float, integer,
};
use crate::stages::select::negatives::Curriculum;
use crate::stages::select::{
    EPOCHS, batches_by_size, candidates_with_team, check_pools_hold_teams, input_pools, pair_config, scorer,
};
use candle_core::Tensor;

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
            near misses. Layers are pre-normalised and the [CLS] output is normalised, which bounds ψ; `decode exact` \
            rests on that bound.",
        parameters: &[
            float("m", 0.0, 1000.0, "1.0", "Margin of the ranking loss (paper §4.3)."),
            EPOCHS,
            BATCH,
            LEARNING_RATE,
            WEIGHT_DECAY,
            EMBEDDING,
            HEADS,
            integer("layers", 1, 12, "2", "Encoder layers L of ψ (left open by the paper)."),
            integer(
                "feedforward",
                1,
                8192,
                "256",
                "Width of the feed-forward layers of ψ (left open by the paper).",
            ),
            HIDDEN,
            DROPOUT,
            NOISE,
            integer(
                "negatives",
                1,
                4096,
                "48",
                "Negative sets J a target and step (left open by the paper).",
            ),
            float(
                "near_miss_start",
                0.0,
                1.0,
                "0.3",
                "Share of near-miss negatives in the first epoch.",
            ),
            float(
                "near_miss_end",
                0.0,
                1.0,
                "1.0",
                "Share of near-miss negatives in the last epoch.",
            ),
            float(
                "confuser_rank",
                0.1,
                10_000.0,
                "15",
                "Mean pool rank of the confuser in a near miss.",
            ),
            SEED,
        ],
        examples: &["retrieve attn k=80 | select residual_hos2 m=1.0 | decode exact cap=80"],
        version: 1,
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
        pair: pair_config(arguments),
        residual: Some(set_transformer::Config {
            embedding: arguments.count("embedding"),
            heads: arguments.count("heads"),
            layers: arguments.count("layers"),
            feedforward: arguments.count("feedforward"),
            dropout: arguments.float("dropout"),
        }),
    };
    let parameters = Parameters::new(arguments.seed("seed"), "select residual_hos2");
    let model = SetModel::new(parameters.builder(context.device), &config)?;
    let training = {
        let ranking = Ranking::new(context, &pools, &model, &features);
        let schedule = schedule(arguments);
        let mut random = Random::new(arguments.seed("seed"), "select residual_hos2");
        let batches = |random: &mut Random| batches_by_size(&pools, schedule.batch, random);
        let name = "select residual_hos2";
        let variables = parameters.variables();
        train(
            context,
            name,
            variables,
            schedule,
            &mut random,
            batches,
            |batch, step, random| Ok(ranking.loss(batch, step, random)?),
        )?
    };
    let form = if context.hints.contains(&Hint::SharedProjections) {
        ResidualForm::Shared
    } else {
        ResidualForm::Literal
    };
    let model = Box::new(TrainedScorer::new(model, &features, parameters.count())?.with_form(form));
    Ok(scorer(pools, "residual_hos2", model, training))
}

/// The margin-ranking loss over sets (paper §4.3).
struct Ranking<'a> {
    context: &'a StageContext<'a>,
    pools: &'a Pools,
    model: &'a SetModel,
    features: &'a Tensor,
    curriculum: Curriculum,
    margin: f64,
    noise: f64,
}

impl<'a> Ranking<'a> {
    fn new(context: &'a StageContext, pools: &'a Pools, model: &'a SetModel, features: &'a Tensor) -> Self {
        let arguments = context.arguments;
        Self {
            context,
            pools,
            model,
            features,
            curriculum: Curriculum {
                count: arguments.count("negatives"),
                near_miss_start: arguments.float("near_miss_start"),
                near_miss_end: arguments.float("near_miss_end"),
                confuser_rank: arguments.float("confuser_rank"),
            },
            margin: arguments.float("m"),
            noise: arguments.float("noise"),
        }
    }

    /// All targets of a batch have teams of one size R. The first set of each target is the true one.
    fn loss(&self, batch: &[usize], step: Step, random: &mut Random) -> candle_core::Result<Tensor> {
        let device = self.context.device;
        let size = self.pools.split.dataset.network.team(batch[0]).len();
        let pool = self.pools.k;
        let sets_per_target = self.curriculum.count + 1;
        let count = batch.len() * sets_per_target;
        let (mut candidates, mut places, mut members) = (Vec::new(), Vec::new(), Vec::new());
        for (row, target) in batch.iter().enumerate() {
            let genes = candidates_with_team(self.pools, *target, pool);
            let negatives = self.curriculum.draw(size, pool, step.progress, random);
            for place in (0..size).chain(negatives) {
                places.push(row * pool + place);
                members.push(genes[place]);
            }
            candidates.extend(genes);
        }
        let targets = index_tensor(batch, batch.len(), device)?;
        let candidates = index_tensor(&candidates, candidates.len(), device)?.reshape((batch.len(), pool))?;
        let set_targets: Vec<usize> = batch
            .iter()
            .flat_map(|t| std::iter::repeat_n(*t, sets_per_target))
            .collect();
        let set_targets = index_tensor(&set_targets, count, device)?;
        let members = index_tensor(&members, count * size, device)?.reshape((count, size))?;

        let z = self
            .model
            .embed(&add_noise(self.features, self.noise, random)?, Some(random))?;
        let base = self
            .model
            .base(&z, &targets, &candidates, Some(random))?
            .flatten_all()?;
        let base = base.index_select(&index_tensor(&places, places.len(), device)?, 0)?;
        let base = base.reshape((count, size))?.sum(1)?;
        let residual = self.model.residual(&z, &set_targets, &members, Some(random))?;
        let scores = (base + residual)?.reshape((batch.len(), sets_per_target))?;
        let truth = scores.narrow(1, 0, 1)?;
        let negatives = scores.narrow(1, 1, self.curriculum.count)?;
        softplus(&(negatives.broadcast_sub(&truth)? + self.margin)?)?.mean_all()
    }
}
