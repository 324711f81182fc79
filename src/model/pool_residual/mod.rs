//! ψ over the sets of one target's pool, sharing what sets have in common.
//!
//! Everything that depends on a single token or a pair of tokens is computed once a target: layer 1's normalised
//! tokens, its query–key table and its values with W_O folded in. In the last layer only the \[CLS\] row exists: its
//! query is mapped back to token space, tokens are mixed first and projected afterwards, so no keys or values are made.

mod layers;
mod tables;

use crate::model::kernels::{normalize_rows, normalized_dot, softmax};
use crate::model::residual_weights::ResidualWeights;
use crate::model::scorer::SetResidual;
use layers::Workspace;
use pulp::Arch;
use tables::{apply, attention_logits, folded_values};

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
