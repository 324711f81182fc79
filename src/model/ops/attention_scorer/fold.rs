//! The first layer of the scorer with a target's part folded into its weights.
//!
//! With φ = [z_r; z_t; c_t; z_r⊙z_t; z_r⊙c_t; z_t⊙c_t; ⟨z_r,z_t⟩; ⟨z_r,c_t⟩] and the weights in blocks W₁ … W₆, w₇, w₈:
//! φW + b = z_r·(W₁ + diag(z_t)(W₄ + w₇) + diag(c_t)(W₅ + w₈)) + (z_t W₂ + c_t W₃ + (z_t⊙c_t)W₆ + b).

use crate::interruption::Watch;
use crate::model::kernels::{add_scaled, dot};
use crate::vectorised::vectorised;
use rayon::prelude::*;

/// Rows of the first layer's gradient that one thread adds up at a time.
const ROWS: usize = 32;

/// The scorer's sizes.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Embedding width d.
    pub embedding: usize,
    /// Width of the hidden layer.
    pub hidden: usize,
}

impl Sizes {
    /// Features of a pair.
    pub fn features(self) -> usize {
        6 * self.embedding + 2
    }

    /// Numbers of all parameters.
    pub fn parameters(self) -> usize {
        (self.features() + 2) * self.hidden + 1
    }
}

/// The scorer's parameters.
pub struct Weights {
    pub sizes: Sizes,
    /// First layer, (features × hidden).
    first: Vec<f32>,
    bias: Vec<f32>,
    /// Output layer, (hidden).
    pub output: Vec<f32>,
    pub output_bias: f32,
}

/// What is folded for one target.
pub struct Folded {
    /// (d × hidden).
    pub weights: Vec<f32>,
    /// (hidden).
    pub constant: Vec<f32>,
}

/// The gradient of one target's folded weights, and what follows for the target.
pub struct FoldedGradient {
    pub folded: Folded,
    /// Of w₇ and of w₈, (hidden) each.
    dots: [Vec<f32>; 2],
    /// Of z_t and of c_t, one after the other.
    pub target: Vec<f32>,
}

/// `matrix` (rows × columns) → (columns × rows).
fn transposed(matrix: &[f32], columns: usize) -> Vec<f32> {
    const BLOCK: usize = 16;
    let rows = matrix.len() / columns.max(1);
    let mut output = vec![0f32; matrix.len()];
    for first in (0..rows).step_by(BLOCK) {
        for column in 0..columns {
            for row in first..rows.min(first + BLOCK) {
                output[column * rows + row] = matrix[row * columns + column];
            }
        }
    }
    output
}

impl Weights {
    /// From first layer (hidden × features), its bias, output weights and output bias, one after the other.
    pub fn new(sizes: Sizes, parameters: &[f32]) -> Self {
        let (first, rest) = parameters.split_at(sizes.features() * sizes.hidden);
        let (bias, rest) = rest.split_at(sizes.hidden);
        Self {
            sizes,
            first: transposed(first, sizes.features()),
            bias: bias.to_vec(),
            output: rest[..sizes.hidden].to_vec(),
            output_bias: rest[sizes.hidden],
        }
    }

    /// Row `row` of block `block`, both counted from 0.
    #[inline(always)]
    fn row(&self, block: usize, row: usize) -> &[f32] {
        let hidden = self.sizes.hidden;
        &self.first[(block * self.sizes.embedding + row) * hidden..][..hidden]
    }

    /// `target` holds z_t and c_t, one after the other.
    #[inline(always)]
    pub fn fold(&self, target: &[f32]) -> Folded {
        let Sizes { embedding, hidden } = self.sizes;
        let (z, c) = target.split_at(embedding);
        let (w7, w8) = (self.row(6, 0), self.row(6, 1));
        let mut weights = vec![0f32; embedding * hidden];
        let mut constant = self.bias.clone();
        for (row, folded) in weights.chunks_exact_mut(hidden).enumerate() {
            let (w1, w4, w5) = (self.row(0, row), self.row(3, row), self.row(4, row));
            for h in 0..hidden {
                folded[h] = w1[h] + z[row] * (w4[h] + w7[h]) + c[row] * (w5[h] + w8[h]);
            }
            let (w2, w3, w6) = (self.row(1, row), self.row(2, row), self.row(5, row));
            for h in 0..hidden {
                constant[h] += z[row] * w2[h] + c[row] * w3[h] + z[row] * c[row] * w6[h];
            }
        }
        Folded { weights, constant }
    }

    /// The gradients of z_t, c_t and w₇, w₈ from that of the folded weights.
    #[inline(always)]
    pub fn unfold(&self, target: &[f32], folded: Folded) -> FoldedGradient {
        let Sizes { embedding, hidden } = self.sizes;
        let (z, c) = target.split_at(embedding);
        let (w7, w8) = (self.row(6, 0), self.row(6, 1));
        let mut dots = [vec![0f32; hidden], vec![0f32; hidden]];
        let mut gradient = vec![0f32; 2 * embedding];
        let (dz, dc) = gradient.split_at_mut(embedding);
        for (row, weights) in folded.weights.chunks_exact(hidden).enumerate() {
            for h in 0..hidden {
                dots[0][h] += z[row] * weights[h];
                dots[1][h] += c[row] * weights[h];
            }
            let product = dot(&folded.constant, self.row(5, row));
            let constant = [1, 2].map(|block| dot(&folded.constant, self.row(block, row)));
            dz[row] = dot(weights, self.row(3, row)) + dot(weights, w7) + constant[0] + c[row] * product;
            dc[row] = dot(weights, self.row(4, row)) + dot(weights, w8) + constant[1] + z[row] * product;
        }
        FoldedGradient {
            folded,
            dots,
            target: gradient,
        }
    }

    /// The gradient of the parameters, laid out as in [`Weights::new`] up to the first layer's bias; of no worth once
    /// `watch` asks to stop.
    pub fn gradient(&self, targets: &[f32], gradients: &[&FoldedGradient], watch: &Watch) -> Vec<f32> {
        let Sizes { embedding, hidden } = self.sizes;
        let mut first = vec![0f32; self.first.len()];
        let rows = first.par_chunks_mut(hidden).with_min_len(ROWS).enumerate();
        rows.filter(|_| !watch.is_requested()).for_each(|(place, sum)| {
            vectorised(
                #[inline(always)]
                || {
                    for (target, gradient) in targets.chunks_exact(2 * embedding).zip(gradients) {
                        let (factor, values) = gradient.row(place, target);
                        add_scaled(sum, factor, values);
                    }
                },
            );
        });
        let mut gradient = transposed(&first, hidden);
        let mut bias = vec![0f32; hidden];
        for part in gradients {
            add_scaled(&mut bias, 1.0, &part.folded.constant);
        }
        gradient.extend(bias);
        gradient
    }
}

impl FoldedGradient {
    /// What a target adds to row `place` of the first layer's gradient: a factor, and the values that it scales.
    #[inline(always)]
    fn row(&self, place: usize, target: &[f32]) -> (f32, &[f32]) {
        let embedding = target.len() / 2;
        let (z, c) = target.split_at(embedding);
        let (block, row) = (place / embedding, place % embedding);
        let constant = self.folded.constant.as_slice();
        let hidden = constant.len();
        let weights = |row: usize| &self.folded.weights[row * hidden..][..hidden];
        match block {
            0 => (1.0, weights(row)),
            1 => (z[row], constant),
            2 => (c[row], constant),
            3 => (z[row], weights(row)),
            4 => (c[row], weights(row)),
            5 => (z[row] * c[row], constant),
            _ => (1.0, &self.dots[place - 6 * embedding]),
        }
    }
}
