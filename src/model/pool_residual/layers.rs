//! The layers of ψ after the first, on a block of sets.

use crate::model::kernels::{dot, norm_scale, softmax};
use crate::model::packed::{Packed, Rows, Start};
use crate::model::pool_residual::weights::PackedLayer;
use crate::model::pool_residual::workspace::Workspace;
use crate::model::pool_residual::{MAX_TOKENS, PoolResidual};
use pulp::Simd;

impl PoolResidual<'_> {
    /// x += contract(relu(expand(norm(x)))) for the first `rows` rows.
    #[inline(always)]
    pub(super) fn feedforward<S: Simd>(&self, simd: S, layer: &PackedLayer, rows: usize, work: &mut Workspace) {
        let d = self.weights.plain.width;
        normalize(&work.x, d, rows, d, &mut work.normed);
        product(
            simd,
            &layer.expand,
            &work.normed,
            rows,
            &mut work.hidden,
            (Start::Bias, true),
        );
        add_product(simd, &layer.contract, &work.hidden, rows, &mut work.x);
    }

    /// Attention of every token, for layers between the first and the last.
    #[inline(always)]
    pub(super) fn full_attention<S: Simd>(
        &self,
        simd: S,
        layer: &PackedLayer,
        rows: usize,
        tokens: usize,
        work: &mut Workspace,
    ) {
        let (d, heads) = (self.weights.plain.width, self.weights.plain.heads);
        let head_width = d / heads;
        normalize(&work.x, d, rows, d, &mut work.normed);
        for (map, out) in [
            (&layer.query, &mut work.query),
            (&layer.key, &mut work.key),
            (&layer.value, &mut work.value),
        ] {
            product(simd, map, &work.normed, rows, out, (Start::Bias, false));
        }
        let mut alphas = [0f32; MAX_TOKENS];
        for row in 0..rows {
            let first = row / tokens * tokens;
            for head in 0..heads {
                let columns = head * head_width..(head + 1) * head_width;
                let query = &work.query[row * d..][columns.clone()];
                for (token, alpha) in alphas[..tokens].iter_mut().enumerate() {
                    *alpha = dot(query, &work.key[(first + token) * d..][columns.clone()]);
                }
                softmax(&mut alphas[..tokens]);
                let attended = &mut work.attended[row * d..][columns.clone()];
                attended.fill(0.0);
                for (token, alpha) in alphas[..tokens].iter().enumerate() {
                    let value = &work.value[(first + token) * d..][columns.clone()];
                    attended.iter_mut().zip(value).for_each(|(x, v)| *x += alpha * v);
                }
            }
        }
        add_product(simd, &layer.output, &work.attended, rows, &mut work.x);
    }

    /// Attention of the \[CLS\] rows alone; afterwards `work.x` holds one row a set. Queries are mapped back to token
    /// space, tokens are mixed first and projected after: no keys or values are made.
    #[inline(always)]
    pub(super) fn class_attention<S: Simd>(
        &self,
        simd: S,
        layer: &PackedLayer,
        sets: usize,
        tokens: usize,
        work: &mut Workspace,
    ) {
        let d = self.weights.plain.width;
        let head_width = d / self.weights.plain.heads;
        let rows = work.x[..sets * tokens * d].chunks_exact(d);
        for (scale, row) in work.scales.iter_mut().zip(rows) {
            *scale = norm_scale(row);
        }
        normalize(&work.x, tokens * d, sets, d, &mut work.normed);
        let bias = (Start::Bias, false);
        product(simd, &layer.query, &work.normed, sets, &mut work.query, bias);
        for (head, (back, value)) in layer.key_back.iter().zip(&layer.head_value).enumerate() {
            let query = Rows {
                data: &work.query[head * head_width..],
                stride: d,
            };
            // The key bias adds the same to every logit of a query, so the softmax doesn't see it.
            back.multiply(simd, query, sets, &mut work.key, d, bias);
            for set in 0..sets {
                let members = &work.x[set * tokens * d..(set + 1) * tokens * d];
                let scales = &work.scales[set * tokens..(set + 1) * tokens];
                let row = set * d..(set + 1) * d;
                mix_tokens(members, scales, &work.key[row.clone()], &mut work.value[row]);
            }
            let mixed = Rows {
                data: &work.value,
                stride: d,
            };
            value.multiply(simd, mixed, sets, &mut work.attended[head * head_width..], d, bias);
        }
        for set in 0..sets {
            work.x.copy_within(set * tokens * d..(set * tokens + 1) * d, set * d);
        }
        add_product(simd, &layer.output, &work.attended, sets, &mut work.x);
    }
}

/// Scales `count` centred rows of `x` (row distance `stride`) to unit variance, into rows next to each other.
#[inline(always)]
fn normalize(x: &[f32], stride: usize, count: usize, d: usize, normed: &mut [f32]) {
    for (row, out) in x.chunks(stride).zip(normed.chunks_exact_mut(d)).take(count) {
        let scale = norm_scale(&row[..d]);
        out.iter_mut().zip(row).for_each(|(out, x)| *out = x * scale);
    }
}

/// out = rows · W from `how` on, rows next to each other.
#[inline(always)]
fn product<S: Simd>(simd: S, map: &Packed, rows: &[f32], count: usize, out: &mut [f32], how: (Start, bool)) {
    let rows = Rows {
        data: rows,
        stride: map.inputs(),
    };
    map.multiply(simd, rows, count, out, map.bias().len(), how);
}

/// out += rows · W + b.
#[inline(always)]
fn add_product<S: Simd>(simd: S, map: &Packed, rows: &[f32], count: usize, out: &mut [f32]) {
    let outputs = map.bias().len();
    for row in out[..count * outputs].chunks_exact_mut(outputs) {
        row.iter_mut().zip(map.bias()).for_each(|(x, b)| *x += b);
    }
    product(simd, map, rows, count, out, (Start::Output, false));
}

/// Softmax over a set's tokens of ⟨projected query, normalised token⟩, and the normalised tokens mixed with it.
#[inline(always)]
fn mix_tokens(members: &[f32], scales: &[f32], query: &[f32], mixed: &mut [f32]) {
    let d = query.len();
    let mut alphas = [0f32; MAX_TOKENS];
    let alphas = &mut alphas[..scales.len()];
    for ((alpha, token), scale) in alphas.iter_mut().zip(members.chunks_exact(d)).zip(scales) {
        *alpha = dot(query, token) * scale;
    }
    softmax(alphas);
    mixed.fill(0.0);
    for ((alpha, token), scale) in alphas.iter().zip(members.chunks_exact(d)).zip(scales) {
        let alpha = alpha * scale;
        mixed.iter_mut().zip(token).for_each(|(x, t)| *x += alpha * t);
    }
}
