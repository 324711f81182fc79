//! The sets that a batch is scored on while a set scorer learns: each target's own team and its negatives.

use crate::data::pools::Pools;
use crate::lang::arguments::Arguments;
use crate::model::pair_scorer::Pairs;
use crate::model::set_model::SetModel;
use crate::model::set_transformer::Sets;
use crate::random::Random;
use crate::stages::select::candidates_with_team;
use crate::stages::select::negatives::Curriculum;
use crate::stages::select::ranking_parameters::{
    CONFUSER_RANK, CONFUSERS, NEAR_MISS_END, NEAR_MISS_START, NEGATIVES, RIVALS,
};
use crate::stages::select::rows::Rows;
use candle_core::Tensor;
use std::collections::{BTreeMap, BTreeSet};

/// How sets are drawn, and from what.
pub struct Drawing<'a> {
    pools: &'a Pools,
    curriculum: Curriculum,
    /// The distinct teams of the training targets, by size.
    teams: BTreeMap<usize, BTreeSet<Vec<usize>>>,
    /// Whether the model's pair scores rank the confusers; else Stage 1 does.
    by_pair_score: bool,
    /// The candidates of each training target: its team, then the others by rank.
    candidates: BTreeMap<usize, Vec<usize>>,
    /// The epoch that `candidates` are ranked for.
    epoch: Option<usize>,
}

impl<'a> Drawing<'a> {
    /// As a stage's arguments say. `confusers` is a parameter of models with a pair score only.
    pub fn new(arguments: &Arguments, pools: &'a Pools) -> Self {
        Self {
            pools,
            curriculum: Curriculum {
                count: arguments.count(NEGATIVES.name),
                near_miss_start: arguments.float(NEAR_MISS_START.name),
                near_miss_end: arguments.float(NEAR_MISS_END.name),
                confuser_rank: arguments.float(CONFUSER_RANK.name),
                rivals: arguments.float(RIVALS.name),
            },
            teams: known_teams(pools),
            by_pair_score: arguments.text(CONFUSERS.name) == Some("pairs"),
            candidates: ranked_by_pool(pools),
            epoch: None,
        }
    }

    /// Negative sets of each target.
    pub fn negatives(&self) -> usize {
        self.curriculum.count
    }

    /// Ranks the candidates anew by the model's pair scores, where these rank them and the epoch is a new one.
    pub fn start_epoch(&mut self, epoch: usize, model: &SetModel, features: &Tensor) -> candle_core::Result<()> {
        if !self.by_pair_score || self.epoch == Some(epoch) {
            return Ok(());
        }
        self.epoch = Some(epoch);
        let z = model.embed(features, None)?.detach();
        for (target, candidates) in &mut self.candidates {
            let size = self.pools.split.dataset.network.team(*target).len();
            let others = candidates.split_off(size);
            let pairs = Pairs {
                targets: vec![*target; others.len()],
                regulators: others,
            };
            let scores = model.base(&z, &pairs, None)?.to_vec1::<f32>()?;
            let mut ranked: Vec<(usize, f32)> = pairs.regulators.into_iter().zip(scores).collect();
            ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            candidates.extend(ranked.into_iter().map(|(gene, _)| gene));
        }
        Ok(())
    }

    /// The sets of a batch, and what they consist of, each once.
    /// `progress` goes from 0 to 1 over training. All targets of a batch have teams of `size` regulators.
    pub fn draw(&self, batch: &[usize], size: usize, progress: f64, random: &mut Random) -> Drawn {
        let mut rows = Rows::default();
        let targets: Vec<usize> = batch.iter().map(|target| rows.of(*target)).collect();
        let (mut members, mut pairs, mut pair_of_member) = (Vec::new(), Pairs::default(), Vec::new());
        let mut pair_is_true = Vec::new();
        for (target, target_row) in batch.iter().zip(&targets) {
            let genes = &self.candidates[target];
            let mut pair_of_place = vec![None; genes.len()];
            let rivals = self.rivals(genes, size);
            let negatives = self.curriculum.draw(size, genes.len(), &rivals, progress, random);
            for place in (0..size).chain(negatives) {
                let row = rows.of(genes[place]);
                members.push(row);
                let pair = *pair_of_place[place].get_or_insert_with(|| {
                    pairs.regulators.push(row);
                    pairs.targets.push(*target_row);
                    pair_is_true.push(f32::from(u8::from(place < size)));
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
            pair_is_true,
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
}

/// The team of each training target followed by its pool without the team, as many as the pool has.
fn ranked_by_pool(pools: &Pools) -> BTreeMap<usize, Vec<usize>> {
    let of = |target: &usize| (*target, candidates_with_team(pools, *target, pools.k));
    pools.split.train.iter().map(of).collect()
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
pub struct Drawn {
    /// The genes.
    pub rows: Rows,
    /// The sets, those of a target one after the other, its own team first.
    pub sets: Sets,
    /// Each regulator of each target's sets once.
    pub pairs: Pairs,
    /// The pair of each member of each set.
    pub pair_of_member: Vec<usize>,
    /// 1 for pairs of a target with one of its own regulators.
    pub pair_is_true: Vec<f32>,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::metrics::fixtures::pools;
    use crate::model::parameters::Parameters;
    use crate::model::set_model::Config;
    use crate::model::{gene_encoder, pair_scorer};
    use candle_core::Device;

    fn drawing(pools: &Pools, by_pair_score: bool) -> Drawing<'_> {
        Drawing {
            pools,
            curriculum: Curriculum {
                count: 5,
                near_miss_start: 1.0,
                near_miss_end: 1.0,
                confuser_rank: 1.0,
                rivals: 0.0,
            },
            teams: known_teams(pools),
            by_pair_score,
            candidates: ranked_by_pool(pools),
            epoch: None,
        }
    }

    /// An untrained pair scorer of four features.
    fn model(seed: u64) -> SetModel {
        let config = Config {
            encoder: gene_encoder::Config {
                features: 4,
                hidden: 8,
                depth: 1,
                embedding: 4,
                dropout: 0.5,
            },
            pair: Some(pair_scorer::Config {
                embedding: 4,
                hidden: 8,
                depth: 1,
                dropout: 0.5,
            }),
            residual: None,
        };
        SetModel::new(Parameters::new(seed, "test").builder(&Device::Cpu), &config).unwrap()
    }

    #[test]
    fn pair_scores_rank_the_confusers_and_leave_the_team_in_front() {
        let mut pools = pools();
        pools.ranked[4] = vec![9, 2, 0, 8, 3, 1, 7];
        pools.k = 7;
        let features = Tensor::arange(0f32, 40.0, &Device::Cpu).unwrap();
        let features = features.sin().unwrap().reshape((10, 4)).unwrap();
        let model = model(7);
        let mut drawing = drawing(&pools, true);
        drawing.start_epoch(0, &model, &features).unwrap();
        let ranked = drawing.candidates[&4].clone();
        assert_eq!(ranked[..2], [0, 1]);
        let pairs = Pairs {
            regulators: ranked[2..].to_vec(),
            targets: vec![4; ranked.len() - 2],
        };
        let z = model.embed(&features, None).unwrap();
        let scores = model.base(&z, &pairs, None).unwrap().to_vec1::<f32>().unwrap();
        assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
        let mut others = ranked[2..].to_vec();
        others.sort_unstable();
        assert_eq!(others, [2, 3, 7, 8, 9]);
        // Within an epoch the ranking stays, whatever the model has learned.
        drawing.start_epoch(0, &self::model(8), &features).unwrap();
        assert_eq!(drawing.candidates[&4], ranked);
    }

    #[test]
    fn a_pair_is_true_where_the_gene_is_in_the_targets_team() {
        let pools = pools();
        let drawn = drawing(&pools, false).draw(&[4, 5], 2, 1.0, &mut Random::new(1, "test"));
        assert_eq!(drawn.sets.members.len(), 2 * 6 * 2);
        let genes = drawn.rows.genes();
        let network = &pools.split.dataset.network;
        for ((regulator, target), is_true) in drawn
            .pairs
            .regulators
            .iter()
            .zip(&drawn.pairs.targets)
            .zip(&drawn.pair_is_true)
        {
            let expected = network.team(genes[*target]).contains(&genes[*regulator]);
            assert_eq!(*is_true == 1.0, expected);
        }
        assert!(drawn.pair_is_true.contains(&1.0) && drawn.pair_is_true.contains(&0.0));
    }
}
