//! What is computed once for a target.

use crate::model::kernels::dot;
use crate::model::matmul::{Matrix, Output, matmul};
use crate::model::pool_residual::layers::product;
use crate::model::residual_weights::Affine;

/// rows·W + b.
pub(super) fn apply(map: &Affine, rows: &[f32], count: usize) -> Vec<f32> {
    let outputs = map.bias.len();
    let inputs = map.weight.len() / outputs;
    let mut out = map.bias.repeat(count);
    product(map, rows, count, (inputs, outputs), &mut out, Output::Add);
    out
}

/// (queries × heads × tokens) of scaled query–key products.
pub(super) fn attention_logits(query: &[f32], key: &[f32], heads: usize, d: usize) -> Vec<f32> {
    let head_width = d / heads;
    let scale = 1.0 / (head_width as f32).sqrt();
    let mut logits = Vec::with_capacity(query.len() / d * heads * (key.len() / d));
    for q in query.chunks_exact(d) {
        for head in 0..heads {
            let columns = head * head_width..(head + 1) * head_width;
            for k in key.chunks_exact(d) {
                logits.push(dot(&q[columns.clone()], &k[columns.clone()]) * scale);
            }
        }
    }
    logits
}

/// (tokens × heads × d): each head's value times its rows of W_O.
pub(super) fn folded_values(value: &[f32], output: &Affine, heads: usize, d: usize) -> Vec<f32> {
    let head_width = d / heads;
    let tokens = value.len() / d;
    let mut folded = vec![0.0; tokens * heads * d];
    for head in 0..heads {
        let columns = head * head_width;
        let left = Matrix::new(&value[columns..], d);
        let right = Matrix::new(&output.weight[columns * d..], d);
        matmul(
            (tokens, head_width, d),
            left,
            right,
            &mut folded[head * d..],
            heads * d,
            Output::Replace,
        );
    }
    folded
}
