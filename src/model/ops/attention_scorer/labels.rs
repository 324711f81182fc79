//! Which genes regulate the targets of a batch, for weighted binary cross-entropy.

use candle_core::{Device, Result, Tensor};

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
}

impl Labels {
    /// Labels and mask as tensors.
    pub fn tensors(&self, device: &Device) -> Result<(Tensor, Tensor)> {
        let shape = (self.values.len() / self.genes.max(1), self.genes);
        Ok((
            Tensor::from_slice(&self.values, shape, device)?,
            Tensor::from_slice(&self.mask, shape, device)?,
        ))
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
        let weight = 1.0 + (self.positive_weight as f32 - 1.0) * label;
        let decay = (-logit.abs()).exp();
        let softplus = (-logit).max(0.0) + decay.ln_1p();
        let negative = if logit < 0.0 { 1.0 } else { decay } / (1.0 + decay);
        let loss = (1.0 - label) * logit + weight * softplus;
        (mask * loss, mask * (1.0 - label - weight * negative))
    }
}
