//! Training of set scorers: the margin-ranking loss over sets of the pool (paper §4.3).

use crate::data::pools::{Pools, TrainingCurve};
use crate::engine::context::{RunResult, StageContext};
use crate::lang::arguments::Arguments;
use crate::lang::catalog::ParameterSpec;
use crate::model::ops::{add_noise, gather};
use crate::model::pair_scorer::Pairs;
use crate::model::parameters::Parameters;
use crate::model::set_model::SetModel;
use crate::model::set_transformer::{self, Sets};
use crate::model::trained_scorer::ResidualForm;
use crate::model::training::{Schedule, Step, softplus, train};
use crate::plan::graph::Hint;
use crate::random::Random;
use crate::stages::parameters::{float, integer};
use crate::stages::select::negatives::Curriculum;
use crate::stages::select::rows::Rows;
use crate::stages::select::{batches_by_size, candidates_with_team};
use candle_core::Tensor;
use std::collections::{BTreeMap, BTreeSet};

/// The margin.
pub const MARGIN: ParameterSpec = float("m", 0.0, 1000.0, "1.0", "Margin of the ranking loss (paper §4.3).");

/// Encoder layers of the Set Transformer.
pub const LAYERS: ParameterSpec = integer("layers", 1, 12, "2", "Encoder layers L of ψ (left open by the paper).");

/// Feed-forward width of the Set Transformer.
pub const FEEDFORWARD: ParameterSpec = integer(
    "feedforward",
    1,
    8192,
    "256",
    "Width of the feed-forward layers of ψ (left open by the paper).",
);

/// Negatives a target.
pub const NEGATIVES: ParameterSpec = integer(
    "negatives",
    1,
    4096,
    "48",
    "Negative sets J a target and step (left open by the paper).",
);

/// Near misses at first.
pub const NEAR_MISS_START: ParameterSpec = float(
    "near_miss_start",
    0.0,
    1.0,
    "0.3",
    "Share of near-miss negatives in the first epoch.",
);

/// Near misses at last.
pub const NEAR_MISS_END: ParameterSpec = float(
    "near_miss_end",
    0.0,
    1.0,
    "1.0",
    "Share of near-miss negatives in the last epoch.",
);

/// How near a near miss is.
pub const CONFUSER_RANK: ParameterSpec = float(
    "confuser_rank",
    0.1,
    10_000.0,
    "15",
    "Mean pool rank of the confuser in a near miss.",
);

/// Teams of other targets among the negatives.
pub const RIVALS: ParameterSpec = float(
    "rivals",
    0.0,
    1.0,
    "0.0",
    "Share of negatives that are whole teams of other training targets, where the pool holds such teams.",
);

/// How long the encoder waits.
pub const FREEZE: ParameterSpec = integer(
    "freeze",
    0,
    10_000,
    "0",
    "Epochs for which the encoder stays as it starts; then it is trained like everything else.",
);

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
    let loss = Loss::new(context, ranked);
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
    curriculum: Curriculum,
    /// The distinct teams of the training targets, by size.
    teams: BTreeMap<usize, BTreeSet<Vec<usize>>>,
    margin: f64,
    noise: f64,
}

impl<'a> Loss<'a> {
    fn new(context: &StageContext, ranked: &'a Ranked) -> Self {
        let arguments = context.arguments;
        Self {
            ranked,
            curriculum: Curriculum {
                count: arguments.count("negatives"),
                near_miss_start: arguments.float("near_miss_start"),
                near_miss_end: arguments.float("near_miss_end"),
                confuser_rank: arguments.float("confuser_rank"),
                rivals: arguments.float("rivals"),
            },
            teams: known_teams(ranked.pools),
            margin: arguments.float("m"),
            noise: arguments.float("noise"),
        }
    }

    /// All targets of a batch have teams of one size R. The first set of each target is the true one.
    fn of(&self, batch: &[usize], step: Step, random: &mut Random) -> candle_core::Result<Tensor> {
        let (pools, model) = (self.ranked.pools, self.ranked.model);
        let size = pools.split.dataset.network.team(batch[0]).len();
        let drawn = self.draw(batch, size, step, random);
        let z = self.embed(drawn.rows.genes(), step, random)?;
        let residual = model.residual(&z, &drawn.sets, Some(random))?;
        let scores = match model.has_base() {
            false => residual,
            true => {
                let base = model.base(&z, &drawn.pairs, Some(random))?.unsqueeze(1)?;
                let base = gather(&base, &drawn.pair_of_member)?.reshape(((), size))?.sum(1)?;
                (base + residual)?
            }
        };
        let scores = scores.reshape((batch.len(), self.curriculum.count + 1))?;
        let truth = scores.narrow(1, 0, 1)?;
        let negatives = scores.narrow(1, 1, self.curriculum.count)?;
        softplus(&(negatives.broadcast_sub(&truth)? + self.margin)?)?.mean_all()
    }

    /// The sets of a batch, and what they consist of, each once.
    fn draw(&self, batch: &[usize], size: usize, step: Step, random: &mut Random) -> Drawn {
        let (pools, pool) = (self.ranked.pools, self.ranked.pools.k);
        let mut rows = Rows::default();
        let targets: Vec<usize> = batch.iter().map(|target| rows.of(*target)).collect();
        let (mut members, mut pairs, mut pair_of_member) = (Vec::new(), Pairs::default(), Vec::new());
        for (target, target_row) in batch.iter().zip(&targets) {
            let genes = candidates_with_team(pools, *target, pool);
            let mut pair_of_place = vec![None; genes.len()];
            let rivals = self.rivals(&genes, size);
            let negatives = self.curriculum.draw(size, pool, &rivals, step.progress, random);
            for place in (0..size).chain(negatives) {
                let row = rows.of(genes[place]);
                members.push(row);
                let pair = *pair_of_place[place].get_or_insert_with(|| {
                    pairs.regulators.push(row);
                    pairs.targets.push(*target_row);
                    pairs.targets.len() - 1
                });
                pair_of_member.push(pair);
            }
        }
        Drawn {
            rows,
            sets: Sets { targets, members, size },
            pairs,
            pair_of_member,
        }
    }

    /// The teams of other targets that these candidates hold, as positions; the first `size` are the target's own.
    fn rivals(&self, candidates: &[usize], size: usize) -> Vec<Vec<usize>> {
        let Some(teams) = self.teams.get(&size).filter(|_| self.curriculum.rivals > 0.0) else {
            return Vec::new();
        };
        let places: BTreeMap<usize, usize> = candidates.iter().copied().zip(0..).collect();
        let within = |team: &Vec<usize>| {
            let places: Vec<usize> = team
                .iter()
                .map(|gene| places.get(gene).copied())
                .collect::<Option<_>>()?;
            places.iter().any(|place| *place >= size).then_some(places)
        };
        teams.iter().filter_map(within).collect()
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

fn known_teams(pools: &Pools) -> BTreeMap<usize, BTreeSet<Vec<usize>>> {
    let mut teams: BTreeMap<usize, BTreeSet<Vec<usize>>> = BTreeMap::new();
    for target in &pools.split.train {
        let team = pools.split.dataset.network.team(*target);
        teams.entry(team.len()).or_default().insert(team.to_vec());
    }
    teams
}

/// What a batch is scored on, as rows of the embeddings of its genes.
struct Drawn {
    rows: Rows,
    sets: Sets,
    /// Each regulator of each target's sets once.
    pairs: Pairs,
    /// The pair of each member of each set.
    pair_of_member: Vec<usize>,
}
