//! The set residual ψ(S, t) = wᵀ Enc([W z_t + b, z_r1 … z_rR])_cls (paper §4.3): a Set Transformer encoder over a
//! target-conditioned \[CLS\] token and the regulators of the set, with a linear head that starts at zero.
//!
//! Layers are pre-normalised and the \[CLS\] output is layer-normalised before the head, so that ψ is bounded by the
//! head's weights alone; exact decoding rests on that bound.

use crate::model::layers::{LayerNorm, linear};
use crate::model::ops::{add_dropout, affine, gather, relu_dropout, set_attention};
use crate::random::Random;
use candle_core::{Result, Tensor};
use candle_nn::var_builder::VarBuilder;
use candle_nn::{Init, Linear};
use serde::{Deserialize, Serialize};

/// The shape of a [`SetTransformer`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

    /// The layer over all sets, (rows × d); of the `last` one only each set's \[CLS\] is computed, (sets × d).
    fn forward(&self, tokens: &Tokens, last: bool, config: &Config, mut random: Option<&mut Random>) -> Result<Tensor> {
        let asked = tokens.asked(last)?;
        let take = |x: &Tensor| match &asked {
            None => Ok(x.clone()),
            Some(rows) => gather(x, rows),
        };
        let normed = self.norm_attention.forward(&tokens.rows)?;
        // Of few rows with many copies the product comes first; of all rows but one of each set, the choice.
        let queries = match tokens.copies {
            Some(_) => take(&affine(&self.query, &normed)?)?,
            None => affine(&self.query, &take(&normed)?)?,
        };
        let mut keys_values = self.keys_values(&normed)?;
        if let Some(copies) = &tokens.copies {
            keys_values = gather(&keys_values, copies)?;
        }
        let asking = if last { 1 } else { tokens.per_set };
        let mixed = set_attention(
            &queries.reshape(((), asking, config.embedding))?,
            &keys_values.reshape(((), tokens.per_set, 2 * config.embedding))?,
            config.heads,
            config.dropout,
            random.as_deref_mut(),
        )?;
        self.finish(&take(&tokens.rows)?, &mixed.flatten(0, 1)?, config, random)
    }

    /// Keys and values side by side: (rows × d) → (rows × 2d).
    fn keys_values(&self, normed: &Tensor) -> Result<Tensor> {
        let parts = [&self.key, &self.value];
        let weights: Vec<&Tensor> = parts.iter().map(|part| part.weight()).collect();
        let biases: Vec<&Tensor> = parts.iter().filter_map(|part| part.bias()).collect();
        affine(
            &Linear::new(Tensor::cat(&weights, 0)?, Some(Tensor::cat(&biases, 0)?)),
            normed,
        )
    }

    /// What follows attention: `mixed` values are projected and added to `x`, then the feed-forward network; all
    /// (rows × d).
    fn finish(&self, x: &Tensor, mixed: &Tensor, config: &Config, mut random: Option<&mut Random>) -> Result<Tensor> {
        let attended = affine(&self.output, mixed)?;
        let x = add_dropout(x, &attended, config.dropout, random.as_deref_mut())?;
        let h = affine(&self.expand, &self.norm_feedforward.forward(&x)?)?;
        let h = relu_dropout(&h, config.dropout, random.as_deref_mut())?;
        add_dropout(&x, &affine(&self.contract, &h)?, config.dropout, random)
    }
}

/// Many sets of rows of one table of embeddings, equally many for each target.
#[derive(Clone, Debug)]
pub struct Sets {
    /// Rows of the targets.
    pub targets: Vec<usize>,
    /// Rows of the members, set after set, the sets of the first target first.
    pub members: Vec<usize>,
    /// Members of a set, R.
    pub size: usize,
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
    pub fn forward(&self, z_t: &Tensor, members: &Tensor, random: Option<&mut Random>) -> Result<Tensor> {
        let (count, size, _) = members.dims3()?;
        let rows = Tensor::cat(&[z_t, &members.flatten(0, 1)?], 0)?;
        let sets = Sets {
            targets: (0..count).collect(),
            members: (count..count * (size + 1)).collect(),
            size,
        };
        self.score(&rows, &sets, random)
    }

    /// z (rows × d) → ψ (sets).
    ///
    /// Before the first layer's attention a token doesn't depend on its set: it is normalised and projected once for
    /// each row of z and each target. The last layer is computed for \[CLS\] alone, which is all that the head reads.
    pub fn score(&self, z: &Tensor, sets: &Sets, mut random: Option<&mut Random>) -> Result<Tensor> {
        let class = affine(&self.class_token, &gather(z, &sets.targets)?)?;
        let mut tokens = Tokens {
            rows: Tensor::cat(&[&class, z], 0)?,
            copies: Some(sets.tokens()),
            per_set: sets.size + 1,
        };
        for (index, layer) in self.layers.iter().enumerate() {
            let last = index + 1 == self.layers.len();
            tokens.rows = layer.forward(&tokens, last, &self.config, random.as_deref_mut())?;
            tokens.copies = None;
        }
        let normed = self.norm_output.forward(&tokens.rows)?;
        normed.matmul(&self.head.t()?.contiguous()?)?.squeeze(1)
    }
}

/// The tokens of all sets, set after set.
struct Tokens {
    /// (rows × d).
    rows: Tensor,
    /// The row of each token; `None` where each has its own.
    copies: Option<Vec<usize>>,
    /// Tokens of a set, \[CLS\] first.
    per_set: usize,
}

impl Tokens {
    /// The rows that a layer gives a result for, \[CLS\] of each set or all; `None` for all rows as they are.
    fn asked(&self, class_only: bool) -> Result<Option<Vec<usize>>> {
        let step = if class_only { self.per_set } else { 1 };
        Ok(match &self.copies {
            Some(copies) => Some(copies.iter().copied().step_by(step).collect()),
            None if class_only => Some((0..self.rows.dim(0)?).step_by(step).collect()),
            None => None,
        })
    }
}

impl Sets {
    /// Each set's tokens, \[CLS\] first, as rows of a table of the targets' \[CLS\] tokens and then all embeddings.
    fn tokens(&self) -> Vec<usize> {
        let targets = self.targets.len();
        let per_target = self.members.len() / (targets * self.size).max(1);
        let sets = self.members.chunks(self.size.max(1)).enumerate();
        sets.flat_map(|(set, members)| {
            let class = std::iter::once(set / per_target.max(1));
            class.chain(members.iter().map(move |row| targets + row))
        })
        .collect()
    }
}

fn head_init(config: &Config) -> Init {
    let bound = 1.0 / (config.embedding as f64).sqrt();
    match config.starts_at_zero {
        true => Init::Const(0.0),
        false => Init::Uniform { lo: -bound, up: bound },
    }
}
