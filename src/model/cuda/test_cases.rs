//! Random models and pools for the kernel's tests.
#![allow(clippy::unwrap_used)]

use super::layout::KernelShape;
use super::records::{Best, set_of_rank};
use crate::model::parameters::Parameters;
use crate::model::pool_residual::{PackedWeights, PoolResidual};
use crate::model::residual_weights::ResidualWeights;
use crate::model::scorer::SetResidual;
use crate::model::set_transformer::{Config, SetTransformer};
use crate::plan::cost::binomial;
use crate::random::Random;
use candle_core::{Device, Tensor};

/// The shape of a model.
pub fn config(embedding: usize, heads: usize, layers: usize, feedforward: usize) -> Config {
    Config {
        embedding,
        heads,
        layers,
        feedforward,
        dropout: 0.0,
        starts_at_zero: false,
    }
}

/// A model with no parameter at a special value.
fn weights(config: &Config, random: &mut Random) -> ResidualWeights {
    let parameters = Parameters::new(3, "emulation");
    let model = SetTransformer::new(parameters.builder(&Device::Cpu), config).unwrap();
    for variable in parameters.variables() {
        let count = variable.elem_count();
        let noise: Vec<f32> = (0..count).map(|_| 0.1 * random.normal_f32()).collect();
        let noise = Tensor::from_vec(noise, variable.shape(), &Device::Cpu).unwrap();
        variable.set(&(variable.as_tensor() + noise).unwrap()).unwrap();
    }
    ResidualWeights::new(&model).unwrap()
}

/// One target and its candidates.
pub struct Case {
    pub weights: ResidualWeights,
    pub shape: KernelShape,
    pub target: Vec<f32>,
    pub candidates: Vec<f32>,
    pub base: Vec<f64>,
    pub size: usize,
}

impl Case {
    pub fn new(config: &Config, pool: usize, size: usize) -> Self {
        let mut random = Random::new(7, &format!("emulation {config:?} {pool} {size}"));
        let weights = weights(config, &mut random);
        let mut draw = |count: usize| (0..count).map(|_| random.normal_f32()).collect::<Vec<f32>>();
        let (target, candidates) = (draw(config.embedding), draw(pool * config.embedding));
        let mut base: Vec<f64> = draw(pool).into_iter().map(f64::from).collect();
        base.sort_by(|a, b| b.total_cmp(a));
        Self {
            shape: KernelShape::new(&weights).unwrap(),
            weights,
            target,
            candidates,
            base,
            size,
        }
    }

    pub fn sets(&self) -> u64 {
        binomial(self.base.len(), self.size) as u64
    }

    pub fn set(&self, rank: u64) -> Vec<usize> {
        set_of_rank(rank, self.base.len(), self.size, |n, k| binomial(n, k) as u64)
    }

    /// ψ by the CPU's own path.
    pub fn expected(&self, sets: &[usize]) -> Vec<f32> {
        let sets: Vec<u16> = sets.iter().map(|member| *member as u16).collect();
        let mut scores = vec![0.0; sets.len() / self.size];
        let packed = PackedWeights::new(self.weights.clone());
        PoolResidual::new(&packed, &self.target, &self.candidates).score(&sets, self.size, &mut scores);
        scores
    }

    pub fn base_sum(&self, rank: u64) -> f64 {
        self.set(rank).iter().map(|member| self.base[*member]).sum()
    }

    /// The two best of these scores in order of rank, as the decoder chooses them.
    pub fn best(&self, first: u64, psi: &[f32]) -> Best {
        let scores: Vec<f64> = (first..)
            .zip(psi)
            .map(|(rank, psi)| self.base_sum(rank) + f64::from(*psi))
            .collect();
        let winner = (0..scores.len())
            .rev()
            .max_by(|a, b| scores[*a].total_cmp(&scores[*b]))
            .unwrap();
        let others = scores.iter().enumerate().filter(|(place, _)| *place != winner);
        Best {
            score: scores[winner],
            rank: first + winner as u64,
            runner_up: others.map(|(_, score)| *score).fold(f64::NEG_INFINITY, f64::max),
            broken: false,
        }
    }
}
