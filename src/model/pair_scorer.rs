//! The learned edge score φ_pair(r, t) (paper §4.3): a perceptron over [z_r; z_t; z_r⊙z_t; ⟨z_r,z_t⟩].

use crate::model::layers::linear;
use crate::model::ops::{affine, pair_features, relu_dropout};
use crate::random::Random;
use candle_core::{Result, Tensor};
use candle_nn::Linear;
use candle_nn::var_builder::VarBuilder;
use serde::{Deserialize, Serialize};

/// The shape of a [`PairScorer`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// Embedding width d.
    pub embedding: usize,
    /// Width of the hidden layers.
    pub hidden: usize,
    /// Hidden layers, at least 1.
    pub depth: usize,
    /// Dropout after each hidden layer.
    pub dropout: f64,
}

/// φ_pair.
#[derive(Clone, Debug)]
pub struct PairScorer {
    /// The shape.
    pub config: Config,
    hidden: Vec<Linear>,
    output: Linear,
}

impl PairScorer {
    /// Takes its parameters from `vb`.
    pub fn new(vb: VarBuilder, config: &Config) -> Result<Self> {
        let mut width = 3 * config.embedding + 1;
        let mut hidden = Vec::with_capacity(config.depth);
        for layer in 0..config.depth {
            hidden.push(linear(width, config.hidden, vb.pp(format!("hidden{layer}")))?);
            width = config.hidden;
        }
        Ok(Self {
            hidden,
            output: linear(width, 1, vb.pp("output"))?,
            config: config.clone(),
        })
    }

    /// z_r (B × P × d) against z_t (B × d) → (B × P).
    pub fn forward(&self, z_r: &Tensor, z_t: &Tensor, random: Option<&mut Random>) -> Result<Tensor> {
        let (batch, pool, _) = z_r.dims3()?;
        let pairs = Pairs {
            regulators: (0..batch * pool).map(|pair| batch + pair).collect(),
            targets: (0..batch * pool).map(|pair| pair / pool).collect(),
        };
        let rows = Tensor::cat(&[z_t, &z_r.flatten(0, 1)?], 0)?;
        self.score(&rows, &pairs, random)?.reshape((batch, pool))
    }

    /// Pairs of rows of z (rows × d) → (pairs).
    pub fn score(&self, z: &Tensor, pairs: &Pairs, mut random: Option<&mut Random>) -> Result<Tensor> {
        let mut h = pair_features(z, &pairs.regulators, &pairs.targets)?;
        for layer in &self.hidden {
            h = relu_dropout(&affine(layer, &h)?, self.config.dropout, random.as_deref_mut())?;
        }
        affine(&self.output, &h)?.squeeze(1)
    }
}

/// Pairs of rows of one table of embeddings.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    /// Rows of the regulators.
    pub regulators: Vec<usize>,
    /// Rows of the targets, as many.
    pub targets: Vec<usize>,
}
