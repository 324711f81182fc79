//! Training of set scorers: the margin-ranking loss over sets of the pool (paper §4.3).

use crate::data::pools::{Pools, TrainingCurve};
use crate::engine::context::{RunResult, StageContext};
use crate::lang::arguments::Arguments;
use crate::model::ops::{add_noise, gather};
use crate::model::parameters::Parameters;
use crate::model::set_model::SetModel;
use crate::model::set_transformer;
use crate::model::trained_scorer::ResidualForm;
use crate::model::training::{Schedule, Step, softplus, train, weighted_bce};
use crate::plan::graph::Hint;
use crate::random::Random;
use crate::stages::learning::schedule;
use crate::stages::select::batches_by_size;
use crate::stages::select::drawing::Drawing;
use crate::stages::select::pairs::POSITIVE_WEIGHT;
use crate::stages::select::ranking_parameters::{ANCHOR, RANKING_EPOCHS, RANKING_LR};
use candle_core::Tensor;

/// The shape of ψ; its head starts at zero where a pair score is beneath it.
pub fn transformer_config(arguments: &Arguments, starts_at_zero: bool) -> set_transformer::Config {
    set_transformer::Config {
        embedding: arguments.count("embedding"),
        heads: arguments.count("heads"),
        layers: arguments.count("layers"),
        feedforward: arguments.count("feedforward"),
        dropout: arguments.float("dropout"),
        starts_at_zero,
    }
}

/// How the optimiser allows ψ to be computed.
pub fn residual_form(context: &StageContext) -> ResidualForm {
    if context.hints.contains(&Hint::SharedProjections) {
        ResidualForm::Shared
    } else {
        ResidualForm::Literal
    }
}

/// How long and how fast the ranking is trained.
pub fn ranking_schedule(arguments: &Arguments) -> Schedule {
    let all = schedule(arguments);
    Schedule {
        epochs: arguments.optional_count(RANKING_EPOCHS.name).unwrap_or(all.epochs),
        learning_rate: arguments.optional_float(RANKING_LR.name).unwrap_or(all.learning_rate),
        ..all
    }
}

/// What is trained.
pub struct Ranked<'a> {
    /// The stage's name, which keeps its random numbers apart.
    pub name: &'a str,
    /// Where sets come from.
    pub pools: &'a Pools,
    /// What scores them.
    pub model: &'a SetModel,
    /// The model's parameters.
    pub parameters: &'a Parameters,
    /// (genes × features).
    pub features: &'a Tensor,
    /// How long and how fast.
    pub schedule: Schedule,
    /// For so many epochs the encoder stays as it is.
    pub frozen_epochs: usize,
}

/// Trains with mean_j softplus(m − (Score(S*, t) − Score(S_j, t))).
pub fn train_ranking(context: &StageContext, ranked: &Ranked) -> RunResult<TrainingCurve> {
    let mut loss = Loss::new(context, ranked);
    let mut random = Random::new(context.arguments.seed("seed"), ranked.name);
    let batches = |random: &mut Random| batches_by_size(ranked.pools, ranked.schedule.batch, random);
    train(
        context,
        ranked.name,
        ranked.parameters.variables(),
        ranked.schedule,
        &mut random,
        batches,
        |batch, step, random| Ok(loss.of(batch, step, random)?),
    )
}

struct Loss<'a> {
    ranked: &'a Ranked<'a>,
    drawing: Drawing<'a>,
    margin: f64,
    noise: f64,
    /// The pair scorer's own loss, where it has a part.
    anchor: Option<Anchor>,
}

/// The pair scorer's own loss beside the ranking.
struct Anchor {
    weight: f64,
    positive_weight: f64,
}

impl Anchor {
    /// None where it weighs nothing, and for models without a pair score.
    fn of(arguments: &Arguments, model: &SetModel) -> Option<Self> {
        let weight = if model.has_base() {
            arguments.float(ANCHOR.name)
        } else {
            0.0
        };
        (weight > 0.0).then(|| Self {
            weight,
            positive_weight: arguments.float(POSITIVE_WEIGHT.name),
        })
    }

    /// Of the drawn pairs' scores (pairs), by whether each is true.
    fn loss(&self, scores: &Tensor, are_true: &[f32]) -> candle_core::Result<Tensor> {
        let labels = Tensor::from_slice(are_true, are_true.len(), scores.device())?;
        weighted_bce(scores, &labels, &labels.ones_like()?, self.positive_weight)? * self.weight
    }
}

impl<'a> Loss<'a> {
    fn new(context: &StageContext, ranked: &'a Ranked) -> Self {
        let arguments = context.arguments;
        Self {
            ranked,
            drawing: Drawing::new(arguments, ranked.pools),
            margin: arguments.float("m"),
            noise: arguments.float("noise"),
            anchor: Anchor::of(arguments, ranked.model),
        }
    }

    /// All targets of a batch have teams of one size R. The first set of each target is the true one.
    fn of(&mut self, batch: &[usize], step: Step, random: &mut Random) -> candle_core::Result<Tensor> {
        let (pools, model) = (self.ranked.pools, self.ranked.model);
        let size = pools.split.dataset.network.team(batch[0]).len();
        self.drawing.start_epoch(step.epoch, model, self.ranked.features)?;
        let drawn = self.drawing.draw(batch, size, step.progress, random);
        let z = self.embed(drawn.rows.genes(), step, random)?;
        let residual = model.residual(&z, &drawn.sets, Some(random))?;
        if !model.has_base() {
            return self.ranking(&residual, batch.len());
        }
        let pairs = model.base(&z, &drawn.pairs, Some(random))?;
        let base = gather(&pairs.unsqueeze(1)?, &drawn.pair_of_member)?;
        let ranking = self.ranking(&(base.reshape(((), size))?.sum(1)? + residual)?, batch.len())?;
        match &self.anchor {
            None => Ok(ranking),
            Some(anchor) => ranking + anchor.loss(&pairs, &drawn.pair_is_true)?,
        }
    }

    /// mean_j softplus(m − (Score(S*) − Score(S_j))) of the scores of all sets, (targets · (J + 1)).
    fn ranking(&self, scores: &Tensor, targets: usize) -> candle_core::Result<Tensor> {
        let scores = scores.reshape((targets, self.drawing.negatives() + 1))?;
        let truth = scores.narrow(1, 0, 1)?;
        let negatives = scores.narrow(1, 1, self.drawing.negatives())?;
        softplus(&(negatives.broadcast_sub(&truth)? + self.margin)?)?.mean_all()
    }

    /// Embeddings of these genes; without a gradient while the encoder is frozen.
    fn embed(&self, genes: &[usize], step: Step, random: &mut Random) -> candle_core::Result<Tensor> {
        let x = add_noise(&gather(self.ranked.features, genes)?, self.noise, random)?;
        let z = self.ranked.model.embed(&x, Some(random))?;
        Ok(match step.epoch < self.ranked.frozen_epochs {
            true => z.detach(),
            false => z,
        })
    }
}
