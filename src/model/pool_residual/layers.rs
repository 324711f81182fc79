//! The layers of ψ on a block of sets, after what the tables hold.

use crate::model::kernels::{dot, normalize_rows, softmax};
use crate::model::matmul::{Matrix, Output, matmul};
use crate::model::pool_residual::{BLOCK, MAX_TOKENS, PoolResidual};
use crate::model::residual_weights::{Affine, LayerWeights, ResidualWeights};

/// The activations of one block, reused by all blocks of a call.
pub(super) struct Workspace {
    pub(super) x: Vec<f32>,
    normed: Vec<f32>,
    hidden: Vec<f32>,
    query: Vec<f32>,
    key: Vec<f32>,
    value: Vec<f32>,
    mixed: Vec<f32>,
}

impl Workspace {
    pub(super) fn new(weights: &ResidualWeights, tokens: usize) -> Self {
        let rows = BLOCK * tokens;
        let buffer = || vec![0.0; rows * weights.width];
        Self {
            x: buffer(),
            normed: buffer(),
            hidden: vec![0.0; rows * weights.feedforward],
            query: buffer(),
            key: buffer(),
            value: buffer(),
            mixed: buffer(),
        }
    }
}

impl PoolResidual<'_> {
    /// x += contract(relu(expand(norm(x)))) for the first `rows` rows.
    #[inline(always)]
    pub(super) fn feedforward(&self, layer: &LayerWeights, rows: usize, work: &mut Workspace) {
        let (d, wide) = (self.weights.width, self.weights.feedforward);
        work.normed[..rows * d].copy_from_slice(&work.x[..rows * d]);
        normalize_rows(&mut work.normed[..rows * d], d);
        let hidden = &mut work.hidden[..rows * wide];
        product(&layer.expand, &work.normed, rows, (d, wide), hidden, Output::Replace);
        for row in hidden.chunks_exact_mut(wide) {
            row.iter_mut()
                .zip(&layer.expand.bias)
                .for_each(|(x, b)| *x = (*x + b).max(0.0));
        }
        let x = &mut work.x[..rows * d];
        for row in x.chunks_exact_mut(d) {
            row.iter_mut().zip(&layer.contract.bias).for_each(|(x, b)| *x += b);
        }
        product(&layer.contract, hidden, rows, (wide, d), x, Output::Add);
    }

    /// Attention of every token, for layers between the first and the last.
    #[inline(always)]
    pub(super) fn full_attention(&self, layer: &LayerWeights, sets: usize, tokens: usize, work: &mut Workspace) {
        let (d, heads) = (self.weights.width, self.weights.heads);
        let head_width = d / heads;
        let rows = sets * tokens;
        work.normed[..rows * d].copy_from_slice(&work.x[..rows * d]);
        normalize_rows(&mut work.normed[..rows * d], d);
        for (map, out) in [
            (&layer.query, &mut work.query),
            (&layer.key, &mut work.key),
            (&layer.value, &mut work.value),
        ] {
            let out = &mut out[..rows * d];
            product(map, &work.normed, rows, (d, d), out, Output::Replace);
            for row in out.chunks_exact_mut(d) {
                row.iter_mut().zip(&map.bias).for_each(|(x, b)| *x += b);
            }
        }
        let scale = 1.0 / (head_width as f32).sqrt();
        let mut alphas = [0f32; MAX_TOKENS];
        for row in 0..rows {
            let first = row / tokens * tokens;
            for head in 0..heads {
                let columns = head * head_width..(head + 1) * head_width;
                let query = &work.query[row * d..][columns.clone()];
                for (token, alpha) in alphas[..tokens].iter_mut().enumerate() {
                    let key = &work.key[(first + token) * d..][columns.clone()];
                    *alpha = dot(query, key) * scale;
                }
                softmax(&mut alphas[..tokens]);
                let mixed = &mut work.normed[row * d..][columns.clone()];
                mixed.fill(0.0);
                for (token, alpha) in alphas[..tokens].iter().enumerate() {
                    let value = &work.value[(first + token) * d..][columns.clone()];
                    mixed.iter_mut().zip(value).for_each(|(x, v)| *x += alpha * v);
                }
            }
        }
        self.add_output(layer, rows, work);
    }

    /// Attention of the \[CLS\] rows alone; afterwards `work.x` holds one row a set.
    #[inline(always)]
    pub(super) fn class_attention(&self, layer: &LayerWeights, sets: usize, tokens: usize, work: &mut Workspace) {
        let (d, heads) = (self.weights.width, self.weights.heads);
        let head_width = d / heads;
        let rows = sets * tokens;
        work.normed[..rows * d].copy_from_slice(&work.x[..rows * d]);
        normalize_rows(&mut work.normed[..rows * d], d);
        for set in 0..sets {
            work.x.copy_within(set * tokens * d..(set * tokens + 1) * d, set * d);
        }
        let query = &mut work.query[..sets * d];
        let class = Matrix::new(&work.normed, tokens * d);
        matmul(
            (sets, d, d),
            class,
            Matrix::new(&layer.query.weight, d),
            query,
            d,
            Output::Replace,
        );
        let scale = 1.0 / (head_width as f32).sqrt();
        for row in query.chunks_exact_mut(d) {
            row.iter_mut()
                .zip(&layer.query.bias)
                .for_each(|(x, b)| *x = (*x + b) * scale);
        }
        for head in 0..heads {
            let columns = head * head_width;
            // The key bias adds the same to every logit of a query, so the softmax doesn't see it.
            let back = Matrix::new(&layer.key_transposed[columns * d..], d);
            let projected = &mut work.key[..sets * d];
            matmul(
                (sets, head_width, d),
                Matrix::new(&query[columns..], d),
                back,
                projected,
                d,
                Output::Replace,
            );
            mix_tokens(&work.normed, projected, sets, tokens, d, &mut work.value);
            let values = Matrix::new(&layer.value.weight[columns..], d);
            let mixed = &mut work.mixed[columns..];
            matmul(
                (sets, d, head_width),
                Matrix::new(&work.value, d),
                values,
                mixed,
                d,
                Output::Replace,
            );
        }
        for (row, mixed) in work
            .normed
            .chunks_exact_mut(d)
            .zip(work.mixed.chunks_exact(d))
            .take(sets)
        {
            for ((x, m), b) in row.iter_mut().zip(mixed).zip(&layer.value.bias) {
                *x = m + b;
            }
        }
        self.add_output(layer, sets, work);
    }

    /// x += output(normed) for the first `rows` rows.
    #[inline(always)]
    fn add_output(&self, layer: &LayerWeights, rows: usize, work: &mut Workspace) {
        let d = self.weights.width;
        let x = &mut work.x[..rows * d];
        for row in x.chunks_exact_mut(d) {
            row.iter_mut().zip(&layer.output.bias).for_each(|(x, b)| *x += b);
        }
        product(&layer.output, &work.normed, rows, (d, d), x, Output::Add);
    }
}

#[inline(always)]
pub(super) fn product(
    map: &Affine,
    rows: &[f32],
    count: usize,
    (inputs, outputs): (usize, usize),
    out: &mut [f32],
    mode: Output,
) {
    let weight = Matrix::new(&map.weight, outputs);
    matmul(
        (count, inputs, outputs),
        Matrix::new(rows, inputs),
        weight,
        out,
        outputs,
        mode,
    );
}

/// For each set, softmax over its tokens of ⟨projected query, token⟩, and the tokens mixed with it.
#[inline(always)]
fn mix_tokens(rows: &[f32], projected: &[f32], sets: usize, tokens: usize, d: usize, mixed: &mut [f32]) {
    let mut alphas = [0f32; MAX_TOKENS];
    for set in 0..sets {
        let members = &rows[set * tokens * d..(set + 1) * tokens * d];
        let query = &projected[set * d..(set + 1) * d];
        for (alpha, token) in alphas.iter_mut().zip(members.chunks_exact(d)) {
            *alpha = dot(query, token);
        }
        softmax(&mut alphas[..tokens]);
        let out = &mut mixed[set * d..(set + 1) * d];
        out.fill(0.0);
        for (alpha, token) in alphas[..tokens].iter().zip(members.chunks_exact(d)) {
            out.iter_mut().zip(token).for_each(|(x, t)| *x += alpha * t);
        }
    }
}
