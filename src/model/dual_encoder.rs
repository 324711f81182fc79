//! The dot-product retriever of Stage 1 (paper App. C): one shared encoder, a source and a target head.

use crate::model::layers::linear;
use crate::model::ops::{affine, matmul, relu_dropout};
use crate::random::Random;
use candle_core::{Result, Tensor};
use candle_nn::Linear;
use candle_nn::var_builder::VarBuilder;

/// The shape of a [`DualEncoder`].
#[derive(Clone, Debug)]
pub struct Config {
    /// Features of a gene.
    pub features: usize,
    /// Width of the two hidden layers.
    pub hidden: usize,
    /// Embedding width d of both roles.
    pub embedding: usize,
    /// Dropout after the first hidden layer.
    pub dropout: f64,
}

/// s(r → t) = ⟨z_t^(t), z_r^(s)⟩.
#[derive(Clone, Debug)]
pub struct DualEncoder {
    hidden: [Linear; 2],
    source: Linear,
    target: Linear,
    dropout: f64,
}

impl DualEncoder {
    /// Takes its parameters from `vb`.
    pub fn new(vb: VarBuilder, config: &Config) -> Result<Self> {
        Ok(Self {
            hidden: [
                linear(config.features, config.hidden, vb.pp("hidden0"))?,
                linear(config.hidden, config.hidden, vb.pp("hidden1"))?,
            ],
            source: linear(config.hidden, config.embedding, vb.pp("source"))?,
            target: linear(config.hidden, config.embedding, vb.pp("target"))?,
            dropout: config.dropout,
        })
    }

    /// The shared hidden representation h_g: (genes × features) → (genes × hidden).
    pub fn embed(&self, x: &Tensor, random: Option<&mut Random>) -> Result<Tensor> {
        let h = relu_dropout(&affine(&self.hidden[0], x)?, self.dropout, random)?;
        affine(&self.hidden[1], &h)?.relu()
    }

    /// Logits without the self mask: h (genes × hidden), h_r of the candidates (candidates × hidden), targets (B) → (B × candidates).
    pub fn logits(&self, h: &Tensor, h_r: &Tensor, targets: &Tensor) -> Result<Tensor> {
        let z_t = affine(&self.target, &h.index_select(targets, 0)?)?;
        matmul(&z_t, &affine(&self.source, h_r)?.t()?.contiguous()?)
    }
}
