//! One target against a few genes at a time.

use super::fold::{Folded, FoldedGradient, Sizes, Weights};
use super::labels::Labels;
use crate::interruption::Watch;
use crate::model::kernels::{add_scaled, dot};
use crate::model::matmul::{Output, Strided, product_on_one_thread};
use crate::model::ops::mask::Mask;

/// Genes of a tile: its hidden layer and both of the target's weight matrices fit a core's second cache together.
const GENES: usize = 240;

/// Everything a batch of targets is scored with.
pub struct Batch<'a> {
    pub weights: &'a Weights,
    /// (genes × d).
    pub z: &'a [f32],
    /// (B × 2d).
    pub targets: &'a [f32],
    pub mask: Option<&'a Mask>,
    pub labels: &'a Labels,
    /// What the sum of all entries' losses is multiplied with.
    pub scale: f64,
}

/// What one target adds to the loss and to the gradients.
pub struct TargetGradient {
    pub folded: FoldedGradient,
    /// Of the output layer's weights and its bias.
    pub output: Vec<f32>,
    pub loss: f64,
}

/// The logits of all genes for one target.
#[inline(always)]
pub fn logits(weights: &Weights, z: &[f32], target: &[f32], logits: &mut [f32], watch: &Watch) {
    let Sizes { embedding, hidden } = weights.sizes;
    let folded = weights.fold(target);
    let mut tile = vec![0f32; GENES * hidden];
    for (z, logits) in z.chunks(GENES * embedding).zip(logits.chunks_mut(GENES)) {
        if watch.is_requested() {
            return;
        }
        let rows = logits.len();
        let folded_weights = Strided::rows(&folded.weights, hidden);
        let sizes = (rows, embedding, hidden);
        product_on_one_thread(
            sizes,
            Strided::rows(z, embedding),
            folded_weights,
            &mut tile,
            Output::Replace,
        );
        for (row, logit) in tile.chunks_exact_mut(hidden).zip(logits) {
            for (x, constant) in row.iter_mut().zip(&folded.constant) {
                *x = (*x + constant).max(0.0);
            }
            *logit = dot(row, &weights.output) + weights.output_bias;
        }
    }
}

impl Batch<'_> {
    /// Adds to `dz`, the gradient of all embeddings; nothing of worth after a stop was asked for.
    #[inline(always)]
    pub fn target_gradient(&self, index: usize, dz: &mut [f32], watch: &Watch) -> TargetGradient {
        let Sizes { embedding, hidden } = self.weights.sizes;
        let target = &self.targets[index * 2 * embedding..][..2 * embedding];
        let folded = self.weights.fold(target);
        let mut sums = Sums {
            weights: vec![0f32; embedding * hidden],
            constant: vec![0f32; hidden],
            output: vec![0f32; hidden + 1],
            loss: 0.0,
        };
        let mut tile = vec![0f32; GENES * hidden];
        let tiles = self.z.chunks(GENES * embedding).zip(dz.chunks_mut(GENES * embedding));
        for (number, (z, dz)) in tiles.enumerate() {
            if watch.is_requested() {
                break;
            }
            let rows = z.len() / embedding;
            let tile = &mut tile[..rows * hidden];
            let folded_weights = Strided::rows(&folded.weights, hidden);
            let sizes = (rows, embedding, hidden);
            product_on_one_thread(
                sizes,
                Strided::rows(z, embedding),
                folded_weights,
                tile,
                Output::Replace,
            );
            self.pass(index, number * GENES, &folded, tile, &mut sums);
            let (z, slopes) = (Strided::columns(z, embedding), Strided::rows(tile, hidden));
            product_on_one_thread((embedding, rows, hidden), z, slopes, &mut sums.weights, Output::Add);
            let folded_weights = Strided::columns(&folded.weights, hidden);
            product_on_one_thread((rows, hidden, embedding), slopes, folded_weights, dz, Output::Add);
        }
        let gradient = Folded {
            weights: sums.weights,
            constant: sums.constant,
        };
        TargetGradient {
            folded: self.weights.unfold(target, gradient),
            output: sums.output,
            loss: sums.loss,
        }
    }

    /// From the tile's first layer (without constant) to its logits and losses, and back to the first layer's gradient.
    #[inline(always)]
    fn pass(&self, index: usize, first_gene: usize, folded: &Folded, tile: &mut [f32], sums: &mut Sums) {
        let hidden = self.weights.sizes.hidden;
        let count = self.targets.len() / (2 * self.weights.sizes.embedding);
        let output = &self.weights.output[..hidden];
        let mut gates = vec![1f32; hidden];
        for (row, values) in tile.chunks_exact_mut(hidden).enumerate() {
            let gene = first_gene + row;
            if let Some(mask) = self.mask {
                mask.factors_into((gene * count + index) * hidden, &mut gates);
            } else {
                gates.fill(1.0);
            }
            for ((x, gate), constant) in values.iter_mut().zip(&mut gates).zip(&folded.constant) {
                let sum = *x + constant;
                *gate = if sum > 0.0 { *gate } else { 0.0 };
                *x = sum * *gate;
            }
            let logit = dot(values, output) + self.weights.output_bias;
            let (loss, slope) = self.labels.entry(index * self.labels.genes + gene, logit);
            sums.loss += f64::from(loss);
            let slope = slope * self.scale as f32;
            add_scaled(&mut sums.output, slope, values);
            sums.output[hidden] += slope;
            for ((x, gate), weight) in values.iter_mut().zip(&gates).zip(output) {
                *x = slope * weight * gate;
            }
            add_scaled(&mut sums.constant, 1.0, values);
        }
    }
}

/// What tiles of one target add up to.
struct Sums {
    weights: Vec<f32>,
    constant: Vec<f32>,
    output: Vec<f32>,
    loss: f64,
}
