//! Training of decomposable scorers: φ_pair of every candidate against the known team (paper §4.3).

use crate::data::pools::{Pools, TrainingCurve};
use crate::engine::context::{RunResult, StageContext};
use crate::lang::catalog::ParameterSpec;
use crate::model::ops::{add_noise, gather};
use crate::model::pair_scorer::Pairs;
use crate::model::parameters::Parameters;
use crate::model::set_model::{Config, SetModel};
use crate::model::trained_scorer::TrainedScorer;
use crate::model::training::{train, weighted_bce};
use crate::random::Random;
use crate::stages::learning::{encoder_config, feature_tensor, schedule};
use crate::stages::parameters::float;
use crate::stages::select::rows::Rows;
use crate::stages::select::{batches_by_size, candidates_with_team, check_pools_hold_teams, pair_config};
use candle_core::Tensor;

/// The weight of true regulators in the loss of pair scorers.
pub const POSITIVE_WEIGHT: ParameterSpec = float(
    "positive_weight",
    0.01,
    10_000.0,
    "5",
    "Weight of true regulators in the loss (left open by the paper).",
);

/// A trained pair scorer with its parameters by name.
pub struct TrainedPairs {
    pub model: SetModel,
    pub parameters: Parameters,
    pub features: Tensor,
    pub training: TrainingCurve,
}

impl TrainedPairs {
    /// As the decoders see it.
    pub fn scorer(self) -> RunResult<(Box<TrainedScorer>, TrainingCurve)> {
        let scorer = TrainedScorer::new(self.model, &self.features, &self.parameters)?;
        Ok((Box::new(scorer), self.training))
    }
}

/// Trains encoder and φ_pair, each with `depth` hidden layers, by weighted binary cross-entropy in the pool. `name`
/// keeps the random numbers of different stages apart.
pub fn train_pairs(
    context: &StageContext,
    name: &str,
    pools: &Pools,
    depth: usize,
    positive_weight: f64,
) -> RunResult<TrainedPairs> {
    let arguments = context.arguments;
    check_pools_hold_teams(context, pools)?;
    let features = feature_tensor(&pools.split.dataset, context.device)?;
    let mut encoder = encoder_config(arguments, features.dim(1)?);
    encoder.depth = depth;
    let config = Config {
        encoder,
        pair: Some(pair_config(arguments, depth)),
        residual: None,
    };
    let parameters = Parameters::new(arguments.seed("seed"), name);
    let model = SetModel::new(parameters.builder(context.device), &config)?;
    let schedule = schedule(arguments);
    let noise = arguments.float("noise");
    let mut random = Random::new(arguments.seed("seed"), name);
    let batches = |random: &mut Random| batches_by_size(pools, schedule.batch, random);
    let variables = parameters.variables();
    let training = train(
        context,
        name,
        variables,
        schedule,
        &mut random,
        batches,
        |batch, _, random| {
            let (mut rows, mut pairs) = (Rows::default(), Pairs::default());
            for target in batch {
                let target_row = rows.of(*target);
                for gene in candidates_with_team(pools, *target, pools.k) {
                    pairs.regulators.push(rows.of(gene));
                    pairs.targets.push(target_row);
                }
            }
            let x = add_noise(&gather(&features, rows.genes())?, noise, random)?;
            let z = model.embed(&x, Some(random))?;
            let size = pools.split.dataset.network.team(batch[0]).len();
            let logits = model.base(&z, &pairs, Some(random))?;
            let row: Vec<f32> = (0..pools.k).map(|place| if place < size { 1.0 } else { 0.0 }).collect();
            let labels = Tensor::from_vec(row.repeat(batch.len()), logits.shape(), context.device)?;
            Ok(weighted_bce(&logits, &labels, &labels.ones_like()?, positive_weight)?)
        },
    )?;
    Ok(TrainedPairs {
        model,
        parameters,
        features,
        training,
    })
}
