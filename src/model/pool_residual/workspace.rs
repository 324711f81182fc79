//! The activations of one block of sets.

use crate::model::pool_residual::BLOCK;
use crate::model::pool_residual::tables::Tables;
use crate::model::residual_weights::ResidualWeights;

/// Rows that are expanded and contracted together: whole tiles, and their activations stay in the first two caches.
pub(super) const STRIP: usize = 24;

/// The activations of one block, reused by all blocks of a call.
pub(super) struct Workspace {
    /// The residual stream, (rows × d).
    pub(super) x: Vec<f32>,
    /// Layer-normalised rows, (rows × d).
    pub(super) normed: Vec<f32>,
    /// What scales each row to unit variance, (rows).
    pub(super) scales: Vec<f32>,
    /// Activations of the feed-forward layers, (rows × f).
    pub(super) hidden: Vec<f32>,
    /// Queries, keys and values, (rows × d) each.
    pub(super) query: Vec<f32>,
    pub(super) key: Vec<f32>,
    pub(super) value: Vec<f32>,
    /// Attention's result before W_O, (rows × d).
    pub(super) attended: Vec<f32>,
    /// Rows of layer 1's tables, (tokens × wide).
    pub(super) mixed: Vec<f32>,
    /// Where the values of a set's members stand in their table, by head.
    pub(super) places: Vec<usize>,
    /// How much each query attends to them, (heads × members × queries).
    pub(super) alphas: Vec<f32>,
}

impl Workspace {
    pub(super) fn new(weights: &ResidualWeights, tables: &Tables, tokens: usize) -> Self {
        // Only layers between the first and the last hold queries, keys and values of all tokens.
        let rows = BLOCK * if weights.layers.len() == 1 { 1 } else { tokens };
        let between = if weights.layers.len() > 2 { rows } else { BLOCK };
        let expanded = between.max(STRIP);
        let buffer = |rows: usize| vec![0.0; rows * weights.width];
        Self {
            x: buffer(rows),
            normed: buffer(between),
            scales: vec![0.0; rows],
            hidden: vec![0.0; expanded * weights.feedforward],
            query: buffer(between),
            key: buffer(between),
            value: buffer(between),
            attended: buffer(between),
            mixed: vec![0.0; tokens * tables.wide],
            places: Vec::with_capacity(weights.heads * tokens),
            alphas: vec![0.0; weights.heads * tokens * tokens],
        }
    }
}
