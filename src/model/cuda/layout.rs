//! What the kernel `score_sets` reads: one block of numbers for a model, one for each target. Rows are filled up with
//! zeros to the kernel's width; the order is that of `layer_at` and `score_sets` in `score_sets.cu`.

use crate::model::kernels::{dot, normalize_rows};
use crate::model::residual_weights::{Affine, LayerWeights, ResidualWeights};
use crate::plan::cost::binomial;

/// Sets that a thread block scores at a time.
pub const SETS: usize = 64;
/// \[CLS\] and up to 8 regulators.
pub const MAX_TOKENS: usize = 9;
/// Candidates at most: layer 1's table of query–key products grows with their square.
pub const MAX_POOL: usize = 2048;
/// Hidden units come in multiples of this.
const UNITS: usize = 64;
/// Numbers of a slice of a weight matrix; two lie in shared memory.
const SLICE: usize = 2048;
/// Values of a head come in multiples of this.
const VALUES: usize = 32;

/// The shape of ψ as the kernel sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelShape {
    /// Numbers of a row: 64 or 128.
    pub width: usize,
    /// Token width d.
    pub d: usize,
    /// Attention heads.
    pub heads: usize,
    /// Feed-forward width, filled up.
    pub hidden: usize,
    /// Encoder layers.
    pub layers: usize,
}

impl KernelShape {
    /// The kernel's shape for these weights, or why it has none.
    pub fn new(weights: &ResidualWeights) -> Result<Self, String> {
        let (d, heads) = (weights.width, weights.heads);
        let width = match d {
            0..=64 => 64,
            65..=128 => 128,
            _ => return Err(format!("its kernel takes embeddings of up to 128 numbers, not {d}")),
        };
        if !(d / heads).is_multiple_of(4) {
            return Err(format!(
                "its kernel takes heads of 4, 8, 12 … numbers, not {} (`d={d} heads={heads}`)",
                d / heads
            ));
        }
        Ok(Self {
            width,
            d,
            heads,
            hidden: weights.feedforward.next_multiple_of(UNITS),
            layers: weights.layers.len(),
        })
    }

    /// Why sets of `size` out of `pool` candidates can't be scored by the kernel.
    pub fn refuses(&self, pool: usize, size: usize) -> Option<String> {
        if size >= MAX_TOKENS {
            return Some(format!(
                "its kernel takes teams of up to {}, not {size}",
                MAX_TOKENS - 1
            ));
        }
        if pool > MAX_POOL {
            return Some(format!("its kernel takes up to {MAX_POOL} candidates, not {pool}"));
        }
        // Ranks travel as double-precision numbers.
        (binomial(pool, size) > 1 << 53).then(|| "there are more than 2⁵³ sets".to_owned())
    }

    /// Bytes of a block's shared memory.
    pub fn shared_bytes(&self, size: usize) -> usize {
        let rows = SETS * (self.width + 4) + SETS * (UNITS + 4) + 2 * SLICE;
        let numbers = rows + 2 * SETS + SETS * MAX_TOKENS + SETS * (size + 1) * self.heads;
        SETS * size_of::<f64>() + numbers * size_of::<f32>()
    }

    /// Numbers of a block's own memory.
    pub fn scratch(&self, size: usize) -> usize {
        let tokens = size + 1;
        let (wide, attended) = match self.layers {
            0..=2 => (self.heads, 1),
            _ => (self.heads.max(3 * tokens), tokens),
        };
        SETS * self.width * (2 * tokens + wide + attended)
    }

    /// Multiplications with an addition that the kernel does for one set, without filling up: products with weights,
    /// and the sums of layer 1's table rows.
    pub fn operations(&self, weights: &ResidualWeights, size: usize) -> f64 {
        let (d, wide, tokens) = (weights.width, weights.feedforward, size + 1);
        let last = self.layers - 1;
        let rows = if last == 0 { 1 } else { tokens };
        let first = rows * ((d + wide) * tokens * self.heads + wide * d);
        let middle = last.saturating_sub(1) * tokens * (4 * d * d + 2 * tokens * d + 2 * wide * d);
        let class = 4 * d * d + 2 * tokens * self.heads * d + 2 * wide * d;
        (first + middle + if last == 0 { 0 } else { class }) as f64
    }

    /// All weights: layer by layer, then the head and its shift.
    pub fn weights(&self, weights: &ResidualWeights) -> Vec<f32> {
        let mut packed = Vec::new();
        for layer in &weights.layers {
            self.push_layer(layer, weights.feedforward, &mut packed);
        }
        push_rows(&weights.head, self.d, (1, self.width), &mut packed);
        packed.push(weights.head_shift);
        // What follows is read in runs of four.
        packed.resize(packed.len().next_multiple_of(4), 0.0);
        packed
    }

    fn push_layer(&self, layer: &LayerWeights, feedforward: usize, packed: &mut Vec<f32>) {
        let (width, d, head_width) = (self.width, self.d, self.d / self.heads);
        let square = |map: &Affine, packed: &mut Vec<f32>| push_rows(&map.weight, d, (width, width), packed);
        push_rows(&layer.expand.weight, feedforward, (width, self.hidden), packed);
        push_rows(&layer.expand.bias, feedforward, (1, self.hidden), packed);
        push_rows(&layer.contract.weight, d, (self.hidden, width), packed);
        push_rows(&layer.contract.bias, d, (1, width), packed);
        let query = scaled(&layer.query, self.scale());
        square(&query, packed);
        push_rows(&query.bias, d, (1, width), packed);
        push_rows(&layer.key_transposed, d, (d, width), packed);
        for head in 0..self.heads {
            let columns = head * head_width..(head + 1) * head_width;
            let rows = layer.value.weight.chunks_exact(d);
            let values: Vec<f32> = rows.flat_map(|row| &row[columns.clone()]).copied().collect();
            push_rows(
                &values,
                head_width,
                (width, head_width.next_multiple_of(VALUES)),
                packed,
            );
        }
        push_rows(&layer.value.bias, d, (1, width), packed);
        square(&layer.output, packed);
        push_rows(&layer.output.bias, d, (1, width), packed);
        square(&layer.key, packed);
        square(&layer.value, packed);
    }

    fn scale(&self) -> f32 {
        1.0 / ((self.d / self.heads) as f32).sqrt()
    }

    /// A target's tables, for its embedding (d) and those of its candidates (positions × d): for each token its row, for
    /// each token and head the row of its value, then layer 1's logits (query token × heads × key token). A row is a
    /// vector of the residual stream and, centred, its product with layer 1's expansion: both are sums over tokens, and
    /// only the division by σ must wait until a set is known.
    pub fn tables(&self, weights: &ResidualWeights, target: &[f32], candidates: &[f32]) -> Vec<f32> {
        let (d, layer) = (self.d, &weights.layers[0]);
        let mut tokens = apply(&weights.class_token, target);
        tokens.extend_from_slice(candidates);
        let mut normed = tokens.clone();
        normalize_rows(&mut normed, d);
        let values = self.folded_values(&apply(&layer.value, &normed), &layer.output);
        for row in tokens.chunks_exact_mut(d) {
            row.iter_mut().zip(&layer.output.bias).for_each(|(x, b)| *x += b);
        }
        let mut packed = Vec::with_capacity((tokens.len() + values.len()) * (self.width + self.hidden) / d);
        for row in tokens.chunks_exact(d).chain(values.chunks_exact(d)) {
            self.push_table_row(row, &layer.expand, &mut packed);
        }
        let queries = if self.layers == 1 { d } else { normed.len() };
        let (query, key) = (apply(&layer.query, &normed[..queries]), apply(&layer.key, &normed));
        let head_width = d / self.heads;
        for query in query.chunks_exact(d) {
            for (head, query) in query.chunks_exact(head_width).enumerate() {
                for key in key.chunks_exact(d) {
                    packed.push(dot(query, &key[head * head_width..][..head_width]) * self.scale());
                }
            }
        }
        packed
    }

    fn push_table_row(&self, row: &[f32], expand: &Affine, packed: &mut Vec<f32>) {
        push_rows(row, self.d, (1, self.width), packed);
        let mean = row.iter().sum::<f32>() / self.d as f32;
        let centred: Vec<f32> = row.iter().map(|x| x - mean).collect();
        let expanded = product(&expand.weight, expand.bias.len(), &centred);
        push_rows(&expanded, expanded.len(), (1, self.hidden), packed);
    }

    /// (tokens × heads × d): each head's value times its rows of W_O.
    fn folded_values(&self, value: &[f32], output: &Affine) -> Vec<f32> {
        let head_width = self.d / self.heads;
        let mut folded = Vec::with_capacity(value.len() * self.heads);
        for row in value.chunks_exact(self.d) {
            for (part, weight) in row
                .chunks_exact(head_width)
                .zip(output.weight.chunks_exact(head_width * self.d))
            {
                folded.extend(product(weight, self.d, part));
            }
        }
        folded
    }
}

/// The base scores of the candidates, then C(n, k) for n up to the pool and k up to `size`, in rows of n.
pub fn numbers(base: &[f64], size: usize) -> Vec<f64> {
    let mut numbers = base.to_vec();
    for n in 0..=base.len() {
        numbers.extend((0..=size).map(|k| binomial(n, k) as f64));
    }
    numbers
}

/// The rows of `from`, of `columns` each, filled up with zeros to `shape` (rows × columns).
fn push_rows(from: &[f32], columns: usize, shape: (usize, usize), packed: &mut Vec<f32>) {
    let end = packed.len() + shape.0 * shape.1;
    for row in from.chunks_exact(columns) {
        packed.extend_from_slice(row);
        packed.resize(packed.len() + shape.1 - columns, 0.0);
    }
    packed.resize(end, 0.0);
}

fn scaled(map: &Affine, factor: f32) -> Affine {
    let scale = |values: &[f32]| values.iter().map(|x| x * factor).collect();
    Affine {
        weight: scale(&map.weight),
        bias: scale(&map.bias),
    }
}

/// Rows times weight plus bias.
fn apply(map: &Affine, rows: &[f32]) -> Vec<f32> {
    let outputs = map.bias.len();
    let inputs = map.weight.len() / outputs;
    let mut applied = Vec::with_capacity(rows.len() / inputs * outputs);
    for row in rows.chunks_exact(inputs) {
        let product = product(&map.weight, outputs, row);
        applied.extend(product.iter().zip(&map.bias).map(|(x, b)| x + b));
    }
    applied
}

/// A row times a matrix (inputs × outputs).
fn product(weight: &[f32], outputs: usize, row: &[f32]) -> Vec<f32> {
    let mut sums = vec![0f32; outputs];
    for (x, weights) in row.iter().zip(weight.chunks_exact(outputs)) {
        sums.iter_mut()
            .zip(weights)
            .for_each(|(sum, weight)| *sum += x * weight);
    }
    sums
}
