//! The learned edge score φ_pair(r, t) (paper §4.3): a perceptron over [z_r; z_t; z_r⊙z_t; ⟨z_r,z_t⟩].

use crate::model::layers::linear;
use crate::model::ops::{affine, gather, relu_dropout};
use crate::random::Random;
use candle_core::{D, Result, Tensor};
use candle_nn::Linear;
use candle_nn::var_builder::VarBuilder;

/// The shape of a [`PairScorer`].
#[derive(Clone, Debug)]
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
    hidden: Vec<Linear>,
    output: Linear,
    dropout: f64,
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
            dropout: config.dropout,
        })
    }

    /// z_r (B × P × d) against z_t (B × d) → (B × P).
    pub fn forward(&self, z_r: &Tensor, z_t: &Tensor, random: Option<&mut Random>) -> Result<Tensor> {
        let (batch, pool, d) = z_r.dims3()?;
        let targets: Vec<usize> = (0..batch * pool).map(|pair| pair / pool).collect();
        let z_t = gather(z_t, &targets)?;
        self.score(&z_r.reshape((batch * pool, d))?, &z_t, random)?
            .reshape((batch, pool))
    }

    /// z_r (pairs × d) against z_t (pairs × d) → (pairs).
    pub fn score(&self, z_r: &Tensor, z_t: &Tensor, mut random: Option<&mut Random>) -> Result<Tensor> {
        let product = (z_r * z_t)?;
        let dot = product.sum_keepdim(D::Minus1)?;
        let mut h = Tensor::cat(&[z_r, z_t, &product, &dot], 1)?;
        for layer in &self.hidden {
            h = relu_dropout(&affine(layer, &h)?, self.dropout, random.as_deref_mut())?;
        }
        affine(&self.output, &h)?.squeeze(1)
    }
}
