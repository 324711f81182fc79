//! Training of decomposable scorers: φ_pair of every candidate against the known team (paper §4.3).

use crate::data::pools::{Pools, TrainingCurve};
use crate::engine::context::{RunResult, StageContext};
use crate::lang::arguments::Arguments;
use crate::lang::catalog::ParameterSpec;
use crate::model::ops::{add_noise, gather};
use crate::model::pair_scorer::Pairs;
use crate::model::parameters::Parameters;
use crate::model::set_model::{Config, SetModel};
use crate::model::trained_scorer::TrainedScorer;
use crate::model::training::{Schedule, train, weighted_bce};
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

/// How a pair scorer is trained.
pub struct PairTraining<'a> {
    /// Keeps the random numbers of different stages apart.
    pub name: &'a str,
    /// Hidden layers of encoder and φ_pair.
    pub depth: usize,
    /// Weight of true regulators in the loss.
    pub positive_weight: f64,
    /// How long and how fast.
    pub schedule: Schedule,
}

impl<'a> PairTraining<'a> {
    /// By the arguments of a stage.
    pub fn new(arguments: &Arguments, name: &'a str, depth: usize) -> Self {
        Self {
            name,
            depth,
            positive_weight: arguments.float(POSITIVE_WEIGHT.name),
            schedule: schedule(arguments),
        }
    }
}

/// Trains `pairs2` with the arguments of a stage, and takes over the parameters below these names.
pub fn start_from_pairs(
    context: &StageContext,
    pools: &Pools,
    parameters: &Parameters,
    names: &[&str],
) -> RunResult<()> {
    let training = PairTraining::new(context.arguments, "select pairs2", 1);
    let pairs = train_pairs(context, pools, &training)?;
    for name in names {
        parameters.copy(&pairs.parameters, name)?;
    }
    Ok(())
}

/// Trains encoder and φ_pair by weighted binary cross-entropy in the pool.
pub fn train_pairs(context: &StageContext, pools: &Pools, training: &PairTraining) -> RunResult<TrainedPairs> {
    let arguments = context.arguments;
    check_pools_hold_teams(context, pools)?;
    let features = feature_tensor(&pools.split.dataset, context.device)?;
    let mut encoder = encoder_config(arguments, features.dim(1)?);
    encoder.depth = training.depth;
    let config = Config {
        encoder,
        pair: Some(pair_config(arguments, training.depth)),
        residual: None,
    };
    let parameters = Parameters::new(arguments.seed("seed"), training.name);
    let model = SetModel::new(parameters.builder(context.device), &config)?;
    let noise = arguments.float("noise");
    let mut random = Random::new(arguments.seed("seed"), training.name);
    let curve = train(
        context,
        training.name,
        parameters.variables(),
        training.schedule,
        &mut random,
        |random| batches_by_size(pools, training.schedule.batch, random),
        |batch, _, random| {
            let drawn = DrawnPairs::of(pools, batch);
            let x = add_noise(&gather(&features, drawn.rows.genes())?, noise, random)?;
            let z = model.embed(&x, Some(random))?;
            let logits = model.base(&z, &drawn.pairs, Some(random))?;
            let labels = Tensor::from_vec(drawn.labels, logits.shape(), context.device)?;
            Ok(weighted_bce(
                &logits,
                &labels,
                &labels.ones_like()?,
                training.positive_weight,
            )?)
        },
    )?;
    Ok(TrainedPairs {
        model,
        parameters,
        features,
        training: curve,
    })
}

/// The pairs of a batch, as rows of the embeddings of its genes: every candidate of every target.
struct DrawnPairs {
    rows: Rows,
    pairs: Pairs,
    /// 1 for true regulators.
    labels: Vec<f32>,
}

impl DrawnPairs {
    /// All targets of a batch have teams of one size.
    fn of(pools: &Pools, batch: &[usize]) -> Self {
        let (mut rows, mut pairs) = (Rows::default(), Pairs::default());
        for target in batch {
            let target_row = rows.of(*target);
            for gene in candidates_with_team(pools, *target, pools.k) {
                pairs.regulators.push(rows.of(gene));
                pairs.targets.push(target_row);
            }
        }
        let size = pools.split.dataset.network.team(batch[0]).len();
        let row: Vec<f32> = (0..pools.k).map(|place| if place < size { 1.0 } else { 0.0 }).collect();
        Self {
            rows,
            pairs,
            labels: row.repeat(batch.len()),
        }
    }
}
