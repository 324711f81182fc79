//! The shared gene encoder f_θ (paper eq. 1): features of a gene → embedding.

use crate::model::layers::linear;
use crate::model::ops::{affine, relu_dropout};
use crate::random::Random;
use candle_core::{Result, Tensor};
use candle_nn::Linear;
use candle_nn::var_builder::VarBuilder;

/// The shape of a [`GeneEncoder`].
#[derive(Clone, Debug)]
pub struct Config {
    /// Features of a gene.
    pub features: usize,
    /// Width of the hidden layers.
    pub hidden: usize,
    /// Hidden layers, at least 1.
    pub depth: usize,
    /// Embedding width d.
    pub embedding: usize,
    /// Dropout after each hidden layer.
    pub dropout: f64,
}

/// A multilayer perceptron with ReLU and dropout.
#[derive(Clone, Debug)]
pub struct GeneEncoder {
    hidden: Vec<Linear>,
    output: Linear,
    dropout: f64,
}

impl GeneEncoder {
    /// Takes its parameters from `vb`.
    pub fn new(vb: VarBuilder, config: &Config) -> Result<Self> {
        let mut width = config.features;
        let mut hidden = Vec::with_capacity(config.depth);
        for layer in 0..config.depth {
            hidden.push(linear(width, config.hidden, vb.pp(format!("hidden{layer}")))?);
            width = config.hidden;
        }
        Ok(Self {
            hidden,
            output: linear(width, config.embedding, vb.pp("output"))?,
            dropout: config.dropout,
        })
    }

    /// (genes × features) → (genes × d); `random` while training.
    pub fn forward(&self, x: &Tensor, mut random: Option<&mut Random>) -> Result<Tensor> {
        let mut h = x.clone();
        for layer in &self.hidden {
            h = relu_dropout(&affine(layer, &h)?, self.dropout, random.as_deref_mut())?;
        }
        affine(&self.output, &h)
    }
}
