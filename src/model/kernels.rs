//! Inner loops on short slices. All are inlined into their callers, so that code dispatched for wider registers at
//! run time (see `pulp::Arch`) uses them here too.

use crate::model::layers::LayerNorm;

/// Softmax in place.
#[inline(always)]
pub fn softmax(logits: &mut [f32]) {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for x in logits.iter_mut() {
        *x = (*x - max).exp();
        sum += *x;
    }
    let scale = 1.0 / sum;
    logits.iter_mut().for_each(|x| *x *= scale);
}

/// Sixteen partial sums, so that the compiler can use wide registers without reordering a sum.
#[inline(always)]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0f32; 16];
    let (a_chunks, b_chunks) = (a.chunks_exact(16), b.chunks_exact(16));
    let rest: f32 = a_chunks
        .remainder()
        .iter()
        .zip(b_chunks.remainder())
        .map(|(x, y)| x * y)
        .sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for lane in 0..16 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// sum += factor·values.
#[inline(always)]
pub fn add_scaled(sum: &mut [f32], factor: f32, values: &[f32]) {
    sum.iter_mut()
        .zip(values)
        .for_each(|(sum, value)| *sum += factor * value);
}

/// Σ a.
#[inline(always)]
pub fn sum(a: &[f32]) -> f32 {
    let mut sums = [0f32; 16];
    let chunks = a.chunks_exact(16);
    let rest: f32 = chunks.remainder().iter().sum();
    for x in chunks {
        for lane in 0..16 {
            sums[lane] += x[lane];
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// Centres a row and scales it to unit variance; gives the factor of the scaling.
#[inline(always)]
pub fn normalize_row(row: &mut [f32]) -> f32 {
    let width = row.len() as f32;
    let mean = sum(row) / width;
    row.iter_mut().for_each(|x| *x -= mean);
    let scale = 1.0 / (dot(row, row) / width + LayerNorm::EPSILON).sqrt();
    row.iter_mut().for_each(|x| *x *= scale);
    scale
}

/// Centres each row of width `d` and scales it to unit variance.
#[inline(always)]
pub fn normalize_rows(rows: &mut [f32], d: usize) {
    for row in rows.chunks_exact_mut(d) {
        normalize_row(row);
    }
}

/// What scales a row that is centred already to unit variance.
#[inline(always)]
pub fn norm_scale(row: &[f32]) -> f32 {
    1.0 / (dot(row, row) / row.len() as f32 + LayerNorm::EPSILON).sqrt()
}
