//! ψ over the sets of one target's pool, sharing what sets have in common.
//!
//! Everything that depends on a single token or a pair of tokens is computed once a target: layer 1's normalised
//! tokens, its query–key table and its values with W_O folded in. In the last layer only the \[CLS\] row exists: its
//! query is mapped back to token space, tokens are mixed first and projected afterwards, so no keys or values are made.

use crate::model::kernels::{dot, normalize_rows, normalized_dot, softmax};
use crate::model::matmul::{Matrix, Output, matmul};
use crate::model::residual_weights::{Affine, LayerWeights, ResidualWeights};
use crate::model::scorer::SetResidual;
use pulp::Arch;

/// Sets that are scored together; their activations stay in the second-level cache.
const BLOCK: usize = 64;

/// One target's tables. Token 0 is \[CLS\], token 1 + p the candidate at position p.
pub struct PoolResidual<'a> {
    weights: &'a ResidualWeights,
    /// Tokens before layer 1 plus its output bias, (tokens × d).
    tokens: Vec<f32>,
    /// Layer 1's logits, (query token × heads × key token); only \[CLS\] queries when it is the last layer.
    logits: Vec<f32>,
    /// Layer 1's values times W_O, (token × heads × d).
    values: Vec<f32>,
    token_count: usize,
}

impl<'a> PoolResidual<'a> {
    /// Tables for the target embedding `target` (d) and candidate embeddings `candidates` (positions × d).
    pub fn new(weights: &'a ResidualWeights, target: &[f32], candidates: &[f32]) -> Self {
        let d = weights.width;
        let mut tokens = apply(&weights.class_token, target, 1);
        tokens.extend_from_slice(candidates);
        let token_count = tokens.len() / d;
        let layer = &weights.layers[0];
        let mut normed = tokens.clone();
        normalize_rows(&mut normed, d);
        let queries = if weights.layers.len() == 1 { 1 } else { token_count };
        let query = apply(&layer.query, &normed[..queries * d], queries);
        let key = apply(&layer.key, &normed, token_count);
        let value = apply(&layer.value, &normed, token_count);
        let mut residual = Self {
            weights,
            logits: attention_logits(&query, &key, weights.heads, d),
            values: folded_values(&value, &layer.output, weights.heads, d),
            tokens,
            token_count,
        };
        for row in residual.tokens.chunks_exact_mut(d) {
            row.iter_mut().zip(&layer.output.bias).for_each(|(x, b)| *x += b);
        }
        residual
    }

    /// Layer 1's attention for the token at `query` of a set: x += Σ_h Σ_j α_hj · value_hj.
    #[inline(always)]
    fn first_attention(&self, query: usize, members: &[usize], row: &mut [f32]) {
        let (d, heads) = (self.weights.width, self.weights.heads);
        row.copy_from_slice(&self.tokens[query * d..(query + 1) * d]);
        let mut alphas = [0f32; MAX_TOKENS];
        let alphas = &mut alphas[..members.len()];
        for head in 0..heads {
            let logits = &self.logits[(query * heads + head) * self.token_count..][..self.token_count];
            members.iter().zip(alphas.iter_mut()).for_each(|(m, a)| *a = logits[*m]);
            softmax(alphas);
            for (member, alpha) in members.iter().zip(alphas.iter()) {
                let value = &self.values[(member * heads + head) * d..][..d];
                row.iter_mut().zip(value).for_each(|(x, v)| *x += alpha * v);
            }
        }
    }

    #[inline(always)]
    fn score_block(&self, sets: &[u16], size: usize, scores: &mut [f32], work: &mut Workspace) {
        let d = self.weights.width;
        let last = self.weights.layers.len() - 1;
        let tokens = size + 1;
        let rows_per_set = if last == 0 { 1 } else { tokens };
        for (index, set) in sets.chunks_exact(size).enumerate() {
            let mut members = [0usize; MAX_TOKENS];
            for (member, position) in members[1..].iter_mut().zip(set) {
                *member = usize::from(*position) + 1;
            }
            let members = &members[..tokens];
            for (row, query) in members[..rows_per_set].iter().enumerate() {
                let start = (index * rows_per_set + row) * d;
                self.first_attention(*query, members, &mut work.x[start..start + d]);
            }
        }
        // Always a full block, whatever is left over from the last one: matrix products of another height may round
        // differently, and a set's score must depend on the set alone.
        let count = BLOCK;
        self.feedforward(&self.weights.layers[0], count * rows_per_set, work);
        for (index, layer) in self.weights.layers.iter().enumerate().skip(1) {
            if index < last {
                self.full_attention(layer, count, tokens, work);
                self.feedforward(layer, count * tokens, work);
            } else {
                self.class_attention(layer, count, tokens, work);
                self.feedforward(layer, count, work);
            }
        }
        for (row, score) in work.x.chunks_exact(d).zip(scores) {
            *score = normalized_dot(row, &self.weights.head) + self.weights.head_shift;
        }
    }

    /// x += contract(relu(expand(norm(x)))) for the first `rows` rows.
    #[inline(always)]
    fn feedforward(&self, layer: &LayerWeights, rows: usize, work: &mut Workspace) {
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
    fn full_attention(&self, layer: &LayerWeights, sets: usize, tokens: usize, work: &mut Workspace) {
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
    fn class_attention(&self, layer: &LayerWeights, sets: usize, tokens: usize, work: &mut Workspace) {
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

impl SetResidual for PoolResidual<'_> {
    fn score(&self, sets: &[u16], size: usize, scores: &mut [f32]) {
        assert!(size < MAX_TOKENS, "a set holds at most {} regulators", MAX_TOKENS - 1);
        let mut work = Workspace::new(self.weights, size + 1);
        let arch = Arch::new();
        for (block, scores) in sets.chunks(BLOCK * size).zip(scores.chunks_mut(BLOCK)) {
            arch.dispatch(
                #[inline(always)]
                || self.score_block(block, size, scores, &mut work),
            );
        }
    }

    fn upper_bound(&self) -> f32 {
        self.weights.upper_bound()
    }
}

/// \[CLS\] and up to 15 regulators.
pub const MAX_TOKENS: usize = 16;

/// The activations of one block, reused by all blocks of a call.
struct Workspace {
    x: Vec<f32>,
    normed: Vec<f32>,
    hidden: Vec<f32>,
    query: Vec<f32>,
    key: Vec<f32>,
    value: Vec<f32>,
    mixed: Vec<f32>,
}

impl Workspace {
    fn new(weights: &ResidualWeights, tokens: usize) -> Self {
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

/// rows·W + b.
fn apply(map: &Affine, rows: &[f32], count: usize) -> Vec<f32> {
    let outputs = map.bias.len();
    let inputs = map.weight.len() / outputs;
    let mut out = map.bias.repeat(count);
    product(map, rows, count, (inputs, outputs), &mut out, Output::Add);
    out
}

#[inline(always)]
fn product(map: &Affine, rows: &[f32], count: usize, (inputs, outputs): (usize, usize), out: &mut [f32], mode: Output) {
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

/// (queries × heads × tokens) of scaled query–key products.
fn attention_logits(query: &[f32], key: &[f32], heads: usize, d: usize) -> Vec<f32> {
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
fn folded_values(value: &[f32], output: &Affine, heads: usize, d: usize) -> Vec<f32> {
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
