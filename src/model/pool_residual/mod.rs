//! ψ over the sets of one target's pool, sharing what sets have in common.
//!
//! Everything that depends on a single token or a pair of tokens is computed once a target: layer 1's attention weights
//! before they are normalised, its values with W_O folded in, and what its expansion makes of both. A set gathers them.
//! In the last layer only the \[CLS\] row exists.

mod first_layer;
mod layers;
mod tables;
mod weights;
mod workspace;

pub use weights::PackedWeights;

use crate::data::teams::LARGEST_TEAM;
use crate::model::kernels::{dot, norm_scale};
use crate::model::residual_weights::ResidualWeights;
use crate::model::scorer::SetResidual;
use pulp::{Arch, Simd, WithSimd};
use tables::Tables;
use workspace::Workspace;

/// Sets that are scored together: whole tiles of rows, whose activations stay in the second-level cache.
const BLOCK: usize = 48;

/// \[CLS\] and the largest team that there may be.
pub const MAX_TOKENS: usize = LARGEST_TEAM + 1;

/// ψ of one target.
pub struct PoolResidual<'a> {
    weights: &'a PackedWeights,
    tables: Tables,
}

impl<'a> PoolResidual<'a> {
    /// Tables for the target embedding `target` (d) and candidate embeddings `candidates` (positions × d).
    pub fn new(weights: &'a PackedWeights, target: &[f32], candidates: &[f32]) -> Self {
        Self {
            weights,
            tables: Tables::new(weights, target, candidates),
        }
    }

    /// Bytes of the tables for so many candidates.
    pub fn table_bytes(weights: &ResidualWeights, candidates: usize) -> u64 {
        let tokens = candidates as u64 + 1;
        let queries = if weights.layers.len() == 1 { 1 } else { tokens };
        let heads = weights.heads as u64;
        let wide = (weights.width + weights.feedforward) as u64;
        size_of::<f32>() as u64 * tokens * heads * (queries + wide)
    }

    /// Floating-point operations to score one set of `size` regulators: what is done, not what the model is written as.
    pub fn flops(&self, size: usize) -> u64 {
        let plain = &self.weights.plain;
        let (layers, tokens) = (self.weights.layers.len(), size as u64 + 1);
        let (d, heads) = (plain.width as u64, plain.heads as u64);
        let gathered = 2 * heads * tokens * self.tables.wide as u64;
        let attended = 4 * tokens * d;
        self.weights
            .layers
            .iter()
            .enumerate()
            .map(|(index, layer)| {
                let rows = if index + 1 == layers { 1 } else { tokens };
                let feedforward = layer.expand.flops() + layer.contract.flops();
                match index {
                    0 => rows * (gathered + layer.contract.flops()),
                    _ if index + 1 == layers => {
                        let back = heads * (layer.key_back[0].flops() + layer.head_value[0].flops());
                        layer.query.flops() + back + layer.output.flops() + heads * attended + feedforward
                    }
                    _ => rows * (4 * layer.query.flops() + attended + feedforward),
                }
            })
            .sum()
    }

    #[inline(always)]
    fn score_block<S: Simd>(&self, simd: S, sets: &[u16], size: usize, scores: &mut [f32], work: &mut Workspace) {
        let d = self.weights.plain.width;
        let last = self.weights.layers.len() - 1;
        let tokens = size + 1;
        let mut members = [0usize; BLOCK * MAX_TOKENS];
        let members = &mut members[..scores.len() * tokens];
        for (set, members) in sets.chunks_exact(size).zip(members.chunks_exact_mut(tokens)) {
            for (member, position) in members[1..].iter_mut().zip(set) {
                *member = usize::from(*position) + 1;
            }
        }
        let mut rows = self.first_layer(simd, members, tokens, work);
        for (index, layer) in self.weights.layers.iter().enumerate().skip(1) {
            if index < last {
                self.full_attention(simd, layer, rows, tokens, work);
            } else {
                rows = scores.len();
                self.class_attention(simd, layer, rows, tokens, work);
            }
            self.feedforward(simd, layer, rows, work);
        }
        let plain = &self.weights.plain;
        for (row, score) in work.x.chunks_exact(d).zip(scores) {
            *score = dot(row, &plain.head) * norm_scale(row) + plain.head_shift;
        }
    }
}

/// One call of `SetResidual::score`.
struct Scoring<'a> {
    residual: &'a PoolResidual<'a>,
    sets: &'a [u16],
    size: usize,
    scores: &'a mut [f32],
    work: Workspace,
}

impl WithSimd for Scoring<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let blocks = self.sets.chunks(BLOCK * self.size);
        for (sets, scores) in blocks.zip(self.scores.chunks_mut(BLOCK)) {
            self.residual.score_block(simd, sets, self.size, scores, &mut self.work);
        }
    }
}

impl SetResidual for PoolResidual<'_> {
    fn score(&self, sets: &[u16], size: usize, scores: &mut [f32]) {
        assert!(size < MAX_TOKENS, "a set holds at most {} regulators", MAX_TOKENS - 1);
        Arch::new().dispatch(Scoring {
            residual: self,
            sets,
            size,
            scores,
            work: Workspace::new(&self.weights.plain, &self.tables, size + 1),
        });
    }

    fn upper_bound(&self) -> f32 {
        self.weights.plain.upper_bound()
    }
}
