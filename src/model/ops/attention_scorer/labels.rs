//! Which genes regulate the targets of a batch, for weighted binary cross-entropy.

use crate::model::training::weighted_bce;
use candle_core::{Result, Tensor};

/// Labels of (targets × genes).
#[derive(Clone, Debug)]
pub struct Labels {
    /// Genes.
    pub genes: usize,
    /// 1 where the gene regulates the target, otherwise 0.
    pub values: Vec<f32>,
    /// 0 where an entry doesn't count, otherwise 1.
    pub mask: Vec<f32>,
    /// The weight of true regulators.
    pub positive_weight: f64,
    /// What is added to each logit, (targets × genes); `None` for nothing.
    pub prior: Option<Vec<f32>>,
}

impl Labels {
    /// Weighted binary cross-entropy of (targets × genes) logits, a scalar.
    pub fn loss(&self, logits: &Tensor) -> Result<Tensor> {
        let shape = (self.values.len() / self.genes.max(1), self.genes);
        let tensor = |values: &[f32]| Tensor::from_slice(values, shape, logits.device());
        let (labels, mask) = (tensor(&self.values)?, tensor(&self.mask)?);
        match &self.prior {
            None => weighted_bce(logits, &labels, &mask, self.positive_weight),
            Some(prior) => weighted_bce(&(logits + tensor(prior)?)?, &labels, &mask, self.positive_weight),
        }
    }

    /// Entries that count.
    pub fn count(&self) -> f64 {
        self.mask.iter().map(|mask| f64::from(*mask)).sum()
    }

    /// An entry's loss and the loss's slope: (1−y)·x + (1+(w−1)·y)·softplus(−x), see
    /// [`weighted_bce`](crate::model::training::weighted_bce).
    #[inline(always)]
    pub fn entry(&self, index: usize, logit: f32) -> (f32, f32) {
        let (label, mask) = (self.values[index], self.mask[index]);
        let logit = logit + self.prior.as_ref().map_or(0.0, |prior| prior[index]);
        let weight = 1.0 + (self.positive_weight as f32 - 1.0) * label;
        let decay = (-logit.abs()).exp();
        let softplus = (-logit).max(0.0) + decay.ln_1p();
        let negative = if logit < 0.0 { 1.0 } else { decay } / (1.0 + decay);
        let loss = (1.0 - label) * logit + weight * softplus;
        (mask * loss, mask * (1.0 - label - weight * negative))
    }
}
