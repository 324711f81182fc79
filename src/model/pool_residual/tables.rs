//! What is computed once for a target: all of layer 1 that depends on one token, or on a pair of them.

use crate::interruption;
use crate::model::kernels::{dot, normalize_rows};
use crate::model::packed::{Packed, Rows, Start};
use crate::model::pool_residual::weights::{PackedWeights, centre_rows};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Columns of a table are padded to whole registers of any width.
const LANES: usize = 16;

/// Layer 1 up to its activation is linear in the values of a set's tokens, once their weights are known: its norm only
/// scales rows that are centred already. So a row of a table holds d columns of the residual stream and, beside them, what
/// the expansion makes of these, f columns; each padded to whole registers.
///
/// Token 0 is \[CLS\], token 1 + p the candidate at position p.
pub(super) struct Tables {
    /// Centred tokens before layer 1 plus its output bias, (tokens × wide).
    pub(super) own: Vec<f32>,
    /// Layer 1's values times the centred W_O, (tokens × heads × wide).
    pub(super) values: Vec<f32>,
    /// exp(logit − the query's largest logit in this head) of layer 1, (queries × tokens × heads); only \[CLS\] is a query
    /// when it is the last layer.
    pub(super) exponentials: Vec<f32>,
    /// Scaled queries and keys of layer 1, (queries × d) and (tokens × d).
    query: Vec<f32>,
    key: Vec<f32>,
    head_width: usize,
    pub(super) tokens: usize,
    pub(super) wide: usize,
    /// Where the expansion starts in a row.
    pub(super) expansion: usize,
}

impl Tables {
    /// For the target embedding `target` (d) and candidate embeddings `candidates` (positions × d).
    pub(super) fn new(weights: &PackedWeights, target: &[f32], candidates: &[f32]) -> Self {
        let (plain, layer) = (&weights.plain, &weights.layers[0]);
        let (d, heads) = (plain.width, plain.heads);
        let class = &plain.class_token;
        let mut raw = product(&Packed::new(&class.weight, d, d, &class.bias), target, 1, Start::Bias);
        raw.extend_from_slice(candidates);
        let tokens = raw.len() / d;
        let mut normed = raw.clone();
        normalize_rows(&mut normed, d);
        let queries = if plain.layers.len() == 1 { 1 } else { tokens };
        let query = product(&layer.query, &normed, queries, Start::Bias);
        let key = product(&layer.key, &normed, tokens, Start::Bias);
        let value = product(&layer.value, &normed, tokens, Start::Bias);
        for row in raw.chunks_exact_mut(d) {
            row.iter_mut().zip(layer.output.bias()).for_each(|(x, b)| *x += b);
        }
        centre_rows(&mut raw, d);
        let mut tables = Self {
            own: Vec::new(),
            values: Vec::new(),
            exponentials: exponentials(&query, &key, heads, d),
            query,
            key,
            head_width: d / heads,
            tokens,
            expansion: d.next_multiple_of(LANES),
            wide: d.next_multiple_of(LANES) + plain.feedforward.next_multiple_of(LANES),
        };
        tables.own = tables.with_expansion(weights, &raw);
        tables.values = tables.with_expansion(weights, &folded_values(weights, &value));
        tables
    }

    /// Layer 1's scaled logit of a query and a token in a head.
    pub(super) fn logit(&self, query: usize, token: usize, head: usize) -> f32 {
        let d = self.key.len() / self.tokens;
        let part = |row: usize| row * d + head * self.head_width..row * d + (head + 1) * self.head_width;
        dot(&self.query[part(query)], &self.key[part(token)])
    }

    /// (rows × d) → (rows × wide).
    fn with_expansion(&self, weights: &PackedWeights, rows: &[f32]) -> Vec<f32> {
        let (d, f) = (weights.plain.width, weights.plain.feedforward);
        let expanded = product(&weights.layers[0].expand, rows, rows.len() / d, Start::Zero);
        let mut table = vec![0.0; rows.len() / d * self.wide];
        for ((out, row), expanded) in table
            .chunks_exact_mut(self.wide)
            .zip(rows.chunks_exact(d))
            .zip(expanded.chunks_exact(f))
        {
            out[..d].copy_from_slice(row);
            out[self.expansion..self.expansion + f].copy_from_slice(expanded);
        }
        table
    }
}

/// (queries × tokens × heads) of exponentials; a query a task, since there are as many as the pool's size squared.
fn exponentials(query: &[f32], key: &[f32], heads: usize, d: usize) -> Vec<f32> {
    let head_width = d / heads;
    let wide = key.len() / d * heads;
    let watch = interruption::watch();
    let mut exponentials = vec![0f32; query.len() / d * wide];
    exponentials
        .par_chunks_mut(wide)
        .zip(query.par_chunks(d))
        .for_each(|(row, query)| {
            // Whoever is told to stop here is told again before a score is used.
            if watch.is_requested() {
                return;
            }
            for (logits, key) in row.chunks_exact_mut(heads).zip(key.chunks_exact(d)) {
                let pairs = query.chunks_exact(head_width).zip(key.chunks_exact(head_width));
                logits
                    .iter_mut()
                    .zip(pairs)
                    .for_each(|(logit, (q, k))| *logit = dot(q, k));
            }
            for head in 0..heads {
                let column = || (head..wide).step_by(heads);
                let largest = column().map(|place| row[place]).fold(f32::NEG_INFINITY, f32::max);
                column().for_each(|place| row[place] = (row[place] - largest).exp());
            }
        });
    exponentials
}

/// (tokens × heads × d): each head's value times its rows of W_O.
fn folded_values(weights: &PackedWeights, value: &[f32]) -> Vec<f32> {
    let (d, heads) = (weights.plain.width, weights.plain.heads);
    let head_width = d / heads;
    let output = &weights.first_output.weight;
    let tokens = value.len() / d;
    let mut folded = vec![0.0; tokens * heads * d];
    for head in 0..heads {
        let rows = Packed::new(&output[head * head_width * d..], d, head_width, &vec![0.0; d]);
        Arch::new().dispatch(Product {
            map: &rows,
            rows: Rows {
                data: &value[head * head_width..],
                stride: d,
                count: tokens,
            },
            out: &mut folded[head * d..],
            stride: heads * d,
            start: Start::Zero,
        });
    }
    folded
}

/// rows·W, from the bias or zero on.
fn product(map: &Packed, rows: &[f32], count: usize, start: Start) -> Vec<f32> {
    let outputs = map.bias().len();
    let mut out = vec![0.0; count * outputs];
    Arch::new().dispatch(Product {
        map,
        rows: Rows {
            data: rows,
            stride: map.inputs(),
            count,
        },
        out: &mut out,
        stride: outputs,
        start,
    });
    out
}

struct Product<'a> {
    map: &'a Packed,
    rows: Rows<'a>,
    out: &'a mut [f32],
    stride: usize,
    start: Start,
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.map
            .multiply(simd, self.rows, self.out, self.stride, (self.start, false));
    }
}
