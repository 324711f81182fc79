//! Exact decoding without pruning: every set of a pool is scored, with random weights.

use crate::bench::measure::{Case, Run, Work};
use crate::bench::{Settings, Workload};
use crate::engine::context::RunResult;
use crate::model::parameters::Parameters;
use crate::model::pool_residual::{PackedWeights, PoolResidual};
use crate::model::residual_weights::ResidualWeights;
use crate::model::scorer::SetResidual;
use crate::model::set_transformer::{Config, SetTransformer};
use crate::random::Random;
use crate::stages::decode::search::Problem;
use candle_core::Device;

/// The paper's sizes.
pub const DECODE: Workload = Workload {
    name: "decode",
    summary: "Every set of one target scored by ψ of the paper's size, without pruning (R = 2, 3, 4)",
    cases: paper,
};

/// Cost against sizes.
pub const SCALING: Workload = Workload {
    name: "decode-scaling",
    summary: "The same against R, the pool M and layers; up to 10⁸ sets with --long",
    cases: scaling,
};

/// What is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Team size R.
    pub size: usize,
    /// Candidates M.
    pub pool: usize,
    /// Layers of ψ.
    pub layers: usize,
    /// Whether bfloat16 chooses which sets single precision scores again.
    pub rounded: bool,
}

const WIDTH: usize = 128;
const HEADS: usize = 4;
const FEEDFORWARD: usize = 256;

const fn shape(size: usize, pool: usize, layers: usize) -> Shape {
    Shape {
        size,
        pool,
        layers,
        rounded: false,
    }
}

fn paper(_settings: &Settings) -> RunResult<Vec<Case>> {
    let shapes = [shape(2, 80, 2), shape(3, 80, 2), shape(4, 55, 2)];
    let rounded = shapes.map(|shape| Shape { rounded: true, ..shape });
    Ok(shapes.into_iter().chain(rounded).map(case).collect())
}

fn scaling(settings: &Settings) -> RunResult<Vec<Case>> {
    let pools = [20, 40, 80, 120].map(|pool| shape(3, pool, 2));
    let sizes = [1, 2, 4, 5].map(|size| shape(size, 32, 2));
    let layers = [1, 3, 4].map(|layers| shape(3, 40, layers));
    let mut cases: Vec<Case> = pools.into_iter().chain(sizes).chain(layers).map(case).collect();
    if settings.long {
        let long = [shape(4, 80, 2), shape(4, 126, 2), shape(4, 126, 1), shape(4, 222, 1)];
        cases.extend(long.map(case).map(Case::once));
    }
    Ok(cases)
}

fn case(shape: Shape) -> Case {
    let Shape {
        size,
        pool,
        layers,
        rounded,
    } = shape;
    let precision = if rounded { " bf16" } else { "" };
    let name = format!("R={size} M={pool} L={layers}{precision}");
    Case::new(name, "sets", move || enumeration(shape))
}

/// Scores every set of one target, tables included.
///
/// # Errors
/// A tensor computation that fails.
pub fn enumeration(shape: Shape) -> RunResult<Run> {
    let target = Target::new(shape)?;
    Ok(Box::new(move || target.decode()))
}

/// One target with random embeddings, base scores and weights.
pub struct Target {
    shape: Shape,
    weights: PackedWeights,
    rounded: PackedWeights,
    target: Vec<f32>,
    candidates: Vec<f32>,
    base: Vec<f64>,
}

impl Target {
    /// The same numbers every time.
    ///
    /// # Errors
    /// A tensor computation that fails.
    pub fn new(shape: Shape) -> RunResult<Self> {
        let config = Config {
            embedding: WIDTH,
            heads: HEADS,
            layers: shape.layers,
            feedforward: FEEDFORWARD,
            dropout: 0.0,
            starts_at_zero: false,
        };
        let parameters = Parameters::new(1, "bench decode");
        let model = SetTransformer::new(parameters.builder(&Device::Cpu), &config)?;
        let mut random = Random::new(1, "bench decode: embeddings");
        let mut numbers = |count: usize| (0..count).map(|_| random.normal_f32()).collect::<Vec<f32>>();
        let weights = PackedWeights::new(ResidualWeights::new(&model)?);
        Ok(Self {
            shape,
            rounded: weights.rounded(),
            weights,
            target: numbers(WIDTH),
            candidates: numbers(shape.pool * WIDTH),
            base: (0..shape.pool).map(|place| -0.01 * place as f64).collect(),
        })
    }

    /// Finds the best set by scoring all of them.
    ///
    /// # Errors
    /// The user's wish to stop.
    pub fn decode(&self) -> RunResult<Work> {
        let residual = PoolResidual::new(&self.weights, &self.target, &self.candidates);
        let rounded = PoolResidual::new(&self.rounded, &self.target, &self.candidates);
        let problem = Problem {
            base: self.base.clone(),
            residual: Some(&residual),
            screen: self.shape.rounded.then_some(&rounded as &dyn SetResidual),
            size: self.shape.size,
            bounded: false,
        };
        let scored = problem.solve(|_| Ok(()))?.statistics.scored as f64;
        Ok(Work {
            flops: scored * residual.flops(self.shape.size) as f64,
            count: scored,
            ..Work::default()
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Shape, enumeration, shape};

    #[test]
    fn every_set_is_scored_and_counted() {
        let shape = shape(2, 9, 2);
        let work = enumeration(shape).unwrap()().unwrap();
        assert_eq!(work.count, 36.0);
        // n = 3 tokens. Layer 1: each gathers 4·3 rows of 384 and contracts 256 to 128. Layer 2 for [CLS] alone: its
        // query, 4 heads back to token space, mixed and projected, W_O, the feed-forward network.
        let first = 3 * (2 * 4 * 3 * 384 + 2 * 256 * 128);
        let last = 2 * 128 * 128 * 4 + 4 * 4 * 3 * 128 + 4 * 128 * 256;
        assert_eq!(work.flops, 36.0 * f64::from(first + last));
        let one = enumeration(Shape { layers: 1, ..shape }).unwrap()().unwrap();
        assert_eq!(one.flops, 36.0 * f64::from(first / 3));
    }
}
