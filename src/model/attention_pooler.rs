//! The context-aware attention pooler of Stage 1 (paper §4.2, App. C eq. 1–8).

use crate::model::gene_encoder::{self, GeneEncoder};
use crate::model::layers::{l2_normalize, linear, softmax};
use crate::model::ops::{
    Labels, Mask, Sizes, affine, attention_logits, attention_loss, is_fused, matmul_split, relu_dropout,
};
use crate::random::Random;
use candle_core::{D, Result, Tensor};
use candle_nn::var_builder::VarBuilder;
use candle_nn::{Linear, Module};

/// The shape of an [`AttentionPooler`].
#[derive(Clone, Debug)]
pub struct Config {
    /// The gene encoder.
    pub encoder: gene_encoder::Config,
    /// Attention heads H; divides the embedding width.
    pub heads: usize,
    /// Width of the scorer's hidden layer.
    pub scorer_hidden: usize,
    /// Dropout in the scorer.
    pub dropout: f64,
}

/// Scores every gene as a regulator of a target: target-conditioned attention over all genes gives a context c_t, and
/// a perceptron scores [z_r; z_t; c_t; z_r⊙z_t; z_r⊙c_t; z_t⊙c_t; ⟨z_r,z_t⟩; ⟨z_r,c_t⟩].
#[derive(Clone, Debug)]
pub struct AttentionPooler {
    encoder: GeneEncoder,
    query: Linear,
    key: Linear,
    value: Linear,
    scorer_weight: Tensor,
    scorer_bias: Tensor,
    scorer_output: Linear,
    heads: usize,
    embedding: usize,
    dropout: f64,
}

/// How the scorer's first layer is computed; both give the same numbers to rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScorerForm {
    /// Build the (6d+2)-wide features of every pair, as eq. 7 is written.
    Literal,
    /// Fold z_t and c_t into the weights: one (genes × d)·(d × hidden) product a target, six times fewer operations.
    Factored,
}

impl AttentionPooler {
    /// Takes its parameters from `vb`.
    pub fn new(vb: VarBuilder, config: &Config) -> Result<Self> {
        let d = config.encoder.embedding;
        let scorer = linear(6 * d + 2, config.scorer_hidden, vb.pp("scorer"))?;
        let bias = scorer.bias().cloned();
        Ok(Self {
            encoder: GeneEncoder::new(vb.pp("encoder"), &config.encoder)?,
            query: linear(d, d, vb.pp("query"))?,
            key: linear(d, d, vb.pp("key"))?,
            value: linear(d, d, vb.pp("value"))?,
            scorer_weight: scorer.weight().clone(),
            scorer_bias: bias.ok_or_else(|| candle_core::Error::Msg("the scorer has no bias".into()))?,
            scorer_output: linear(config.scorer_hidden, 1, vb.pp("scorer_output"))?,
            heads: config.heads,
            embedding: d,
            dropout: config.dropout,
        })
    }

    /// Normalised embeddings of all genes (eq. 1–2): (genes × features) → (genes × d).
    pub fn embed(&self, x: &Tensor, random: Option<&mut Random>) -> Result<Tensor> {
        l2_normalize(&self.encoder.forward(x, random)?)
    }

    /// The context c_t of each target (eq. 3–6): z (genes × d), targets (B) → (B × d).
    pub fn context(&self, z: &Tensor, targets: &Tensor) -> Result<Tensor> {
        let head_width = self.embedding / self.heads;
        let by_head = |x: Tensor| x.reshape(((), self.heads, head_width))?.transpose(0, 1)?.contiguous();
        let q = by_head(affine(&self.query, &z.index_select(targets, 0)?)?)?;
        let k = by_head(affine(&self.key, z)?)?;
        let v = by_head(affine(&self.value, z)?)?;
        let logits = (q.matmul(&k.transpose(1, 2)?.contiguous()?)? / (head_width as f64).sqrt())?;
        let mixed = softmax(&logits)?.matmul(&v)?;
        mixed.transpose(0, 1)?.contiguous()?.reshape(((), self.embedding))
    }

    /// Logits ℓ_{t,r} (eq. 8) without the self mask: z (genes × d), z_r of the candidates (candidates × d), targets (B) →
    /// (B × candidates).
    pub fn logits(&self, z: &Tensor, z_r: &Tensor, targets: &Tensor, form: ScorerForm) -> Result<Tensor> {
        let z_t = z.index_select(targets, 0)?;
        let c_t = self.context(z, targets)?;
        if form == ScorerForm::Factored && is_fused(z) {
            let both = Tensor::cat(&[&z_t, &c_t], 1)?;
            return attention_logits(z_r, &both, &self.scorer_parameters()?, self.sizes());
        }
        self.composed_logits((z_r, &z_t, &c_t), form, None)
    }

    /// Weighted binary cross-entropy (eq. 10) of the logits, a scalar, with dropout while training. z and z_r as in
    /// [`logits`](Self::logits).
    pub fn loss(
        &self,
        z: &Tensor,
        z_r: &Tensor,
        targets: &Tensor,
        form: ScorerForm,
        labels: Labels,
        mut random: Option<&mut Random>,
    ) -> Result<Tensor> {
        let z_t = z.index_select(targets, 0)?;
        let c_t = self.context(z, targets)?;
        if form == ScorerForm::Factored && is_fused(z) {
            let random = random.as_deref_mut().filter(|_| self.dropout > 0.0);
            let mask = random.map(|random| Mask::new(self.dropout, random));
            let both = Tensor::cat(&[&z_t, &c_t], 1)?;
            return attention_loss((z_r, &both, &self.scorer_parameters()?), self.sizes(), mask, labels);
        }
        labels.loss(&self.composed_logits((z_r, &z_t, &c_t), form, random)?)
    }

    fn sizes(&self) -> Sizes {
        Sizes {
            embedding: self.embedding,
            hidden: self.scorer_bias.elem_count(),
        }
    }

    /// All of the scorer's parameters one after the other.
    fn scorer_parameters(&self) -> Result<Tensor> {
        let output = &self.scorer_output;
        let parts = [
            Some(&self.scorer_weight),
            Some(&self.scorer_bias),
            Some(output.weight()),
            output.bias(),
        ];
        let parts = parts.into_iter().flatten().map(Tensor::flatten_all);
        Tensor::cat(&parts.collect::<Result<Vec<_>>>()?, 0)
    }

    fn composed_logits(
        &self,
        (z_r, z_t, c_t): (&Tensor, &Tensor, &Tensor),
        form: ScorerForm,
        random: Option<&mut Random>,
    ) -> Result<Tensor> {
        let hidden = match form {
            ScorerForm::Literal => self.hidden_literal(z_r, z_t, c_t)?,
            ScorerForm::Factored => self.hidden_factored(z_r, z_t, c_t)?,
        };
        let hidden = relu_dropout(&hidden, self.dropout, random)?;
        affine(&self.scorer_output, &hidden)?.squeeze(2)?.t()?.contiguous()
    }

    /// (genes × B × hidden), before the ReLU.
    fn hidden_literal(&self, z: &Tensor, z_t: &Tensor, c_t: &Tensor) -> Result<Tensor> {
        let shape = (z.dim(0)?, z_t.dim(0)?, self.embedding);
        let z_r = z.unsqueeze(1)?.broadcast_as(shape)?.contiguous()?;
        let z_t = z_t.unsqueeze(0)?.broadcast_as(shape)?.contiguous()?;
        let c_t = c_t.unsqueeze(0)?.broadcast_as(shape)?.contiguous()?;
        let (rt, rc, tc) = ((&z_r * &z_t)?, (&z_r * &c_t)?, (&z_t * &c_t)?);
        let dots = (rt.sum_keepdim(D::Minus1)?, rc.sum_keepdim(D::Minus1)?);
        let features = Tensor::cat(&[&z_r, &z_t, &c_t, &rt, &rc, &tc, &dots.0, &dots.1], 2)?;
        Linear::new(self.scorer_weight.clone(), Some(self.scorer_bias.clone())).forward(&features)
    }

    /// The same with the target's part folded into the weights:
    /// φW = z_r·(W₁ + diag(z_t)W₄ + diag(c_t)W₅ + z_t w₇ᵀ + c_t w₈ᵀ) + (z_t W₂ + c_t W₃ + (z_t⊙c_t)W₆ + b).
    /// The constant row is appended to the weights and meets a column of ones, so that the bias and its gradient are
    /// part of the one matrix product.
    fn hidden_factored(&self, z: &Tensor, z_t: &Tensor, c_t: &Tensor) -> Result<Tensor> {
        let d = self.embedding;
        let (genes, batch) = (z.dim(0)?, z_t.dim(0)?);
        let weight = self.scorer_weight.t()?.contiguous()?;
        let block = |index: usize| weight.narrow(0, index * d, d);
        let row = |index: usize| weight.narrow(0, index, 1);
        let width = weight.dim(1)?;
        let column = |x: &Tensor| x.unsqueeze(2);

        let by_target = column(z_t)?
            .broadcast_mul(&block(3)?.broadcast_add(&row(6 * d)?)?.unsqueeze(0)?)?
            .add(&column(c_t)?.broadcast_mul(&block(4)?.broadcast_add(&row(6 * d + 1)?)?.unsqueeze(0)?)?)?
            .broadcast_add(&block(0)?.unsqueeze(0)?)?;
        let constant = z_t
            .matmul(&block(1)?)?
            .add(&c_t.matmul(&block(2)?)?)?
            .add(&(z_t * c_t)?.matmul(&block(5)?)?)?
            .broadcast_add(&self.scorer_bias)?;
        let weights = Tensor::cat(&[&by_target, &constant.unsqueeze(1)?], 1)?
            .transpose(0, 1)?
            .contiguous()?
            .reshape((d + 1, batch * width))?;
        let ones = Tensor::ones((genes, 1), z.dtype(), z.device())?;
        matmul_split(&Tensor::cat(&[z, &ones], 1)?, &weights, (batch, width))
    }
}
