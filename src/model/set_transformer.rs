//! The set residual ψ(S, t) = wᵀ Enc([W z_t + b, z_r1 … z_rR])_cls (paper §4.3): a Set Transformer encoder over a
//! target-conditioned \[CLS\] token and the regulators of the set, with a linear head that starts at zero.
//!
//! Layers are pre-normalised and the \[CLS\] output is layer-normalised before the head, so that ψ is bounded by the
//! head's weights alone; exact decoding rests on that bound.

use crate::model::layers::{LayerNorm, linear};
use crate::model::ops::{affine, dropout, relu_dropout, set_attention};
use crate::random::Random;
use candle_core::{Result, Tensor};
use candle_nn::var_builder::VarBuilder;
use candle_nn::{Init, Linear};

/// The shape of a [`SetTransformer`].
#[derive(Clone, Debug)]
pub struct Config {
    /// Token width d.
    pub embedding: usize,
    /// Attention heads; divides d.
    pub heads: usize,
    /// Encoder layers L, at least 1.
    pub layers: usize,
    /// Width of the feed-forward layers.
    pub feedforward: usize,
    /// Dropout on attention weights and after each sublayer.
    pub dropout: f64,
    /// Whether the head starts at zero, so that ψ = 0 at first; otherwise at random numbers.
    pub starts_at_zero: bool,
}

/// One pre-normalised encoder layer.
#[derive(Clone, Debug)]
pub struct EncoderLayer {
    /// Before attention.
    pub norm_attention: LayerNorm,
    /// Queries.
    pub query: Linear,
    /// Keys.
    pub key: Linear,
    /// Values.
    pub value: Linear,
    /// Output projection of attention.
    pub output: Linear,
    /// Before the feed-forward network.
    pub norm_feedforward: LayerNorm,
    /// d → feed-forward width.
    pub expand: Linear,
    /// Feed-forward width → d.
    pub contract: Linear,
}

impl EncoderLayer {
    fn new(vb: VarBuilder, config: &Config) -> Result<Self> {
        let d = config.embedding;
        Ok(Self {
            norm_attention: LayerNorm::new(d, vb.pp("norm_attention"))?,
            query: linear(d, d, vb.pp("query"))?,
            key: linear(d, d, vb.pp("key"))?,
            value: linear(d, d, vb.pp("value"))?,
            output: linear(d, d, vb.pp("output"))?,
            norm_feedforward: LayerNorm::new(d, vb.pp("norm_feedforward"))?,
            expand: linear(d, config.feedforward, vb.pp("expand"))?,
            contract: linear(config.feedforward, d, vb.pp("contract"))?,
        })
    }

    /// (sets × tokens × d) → the same shape.
    fn forward(&self, x: &Tensor, config: &Config, mut random: Option<&mut Random>) -> Result<Tensor> {
        let attended = self.attention(&self.norm_attention.forward(x)?, config, random.as_deref_mut())?;
        let x = (x + dropout(&attended, config.dropout, random.as_deref_mut())?)?;
        let h = affine(&self.expand, &self.norm_feedforward.forward(&x)?)?;
        let h = affine(
            &self.contract,
            &relu_dropout(&h, config.dropout, random.as_deref_mut())?,
        )?;
        x + dropout(&h, config.dropout, random)?
    }

    fn attention(&self, x: &Tensor, config: &Config, random: Option<&mut Random>) -> Result<Tensor> {
        let parts = [&self.query, &self.key, &self.value];
        let weights: Vec<&Tensor> = parts.iter().map(|part| part.weight()).collect();
        let biases: Vec<&Tensor> = parts.iter().filter_map(|part| part.bias()).collect();
        let together = Linear::new(Tensor::cat(&weights, 0)?, Some(Tensor::cat(&biases, 0)?));
        let qkv = affine(&together, x)?;
        affine(
            &self.output,
            &set_attention(&qkv, config.heads, config.dropout, random)?,
        )
    }
}

/// ψ.
#[derive(Clone, Debug)]
pub struct SetTransformer {
    /// The shape.
    pub config: Config,
    /// z_t → \[CLS\] token.
    pub class_token: Linear,
    /// Encoder layers.
    pub layers: Vec<EncoderLayer>,
    /// Before the head.
    pub norm_output: LayerNorm,
    /// The correction head w, (1 × d).
    pub head: Tensor,
}

impl SetTransformer {
    /// Takes its parameters from `vb`.
    pub fn new(vb: VarBuilder, config: &Config) -> Result<Self> {
        let d = config.embedding;
        Ok(Self {
            class_token: linear(d, d, vb.pp("class_token"))?,
            layers: (0..config.layers)
                .map(|layer| EncoderLayer::new(vb.pp(format!("layer{layer}")), config))
                .collect::<Result<_>>()?,
            norm_output: LayerNorm::new(d, vb.pp("norm_output"))?,
            head: vb.get_with_hints((1, d), "head", head_init(config))?,
            config: config.clone(),
        })
    }

    /// z_t (sets × d) and the sets' members (sets × R × d) → ψ (sets).
    pub fn forward(&self, z_t: &Tensor, members: &Tensor, mut random: Option<&mut Random>) -> Result<Tensor> {
        let class = affine(&self.class_token, z_t)?.unsqueeze(1)?;
        let mut x = Tensor::cat(&[&class, members], 1)?;
        for layer in &self.layers {
            x = layer.forward(&x, &self.config, random.as_deref_mut())?;
        }
        let class = x.narrow(1, 0, 1)?.squeeze(1)?.contiguous()?;
        self.norm_output
            .forward(&class)?
            .matmul(&self.head.t()?.contiguous()?)?
            .squeeze(1)
    }
}

fn head_init(config: &Config) -> Init {
    let bound = 1.0 / (config.embedding as f64).sqrt();
    match config.starts_at_zero {
        true => Init::Const(0.0),
        false => Init::Uniform { lo: -bound, up: bound },
    }
}
