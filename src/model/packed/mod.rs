//! Matrix products with weights that are packed once and met by millions of short blocks of rows: the inner loop of set
//! scoring. One thread.
//!
//! Weights are cut into panels of [`PANEL`] columns, each (inputs × PANEL) without a gap. A tile of some rows times one
//! panel keeps its sums in registers and adds the terms of every sum from the first input to the last, so a row's result
//! depends on the row alone: not on its neighbours, not on where a block ends.

mod half;
#[cfg(test)]
mod tests;

use pulp::Simd;

/// Columns of a panel.
pub const PANEL: usize = 32;

/// An affine map x ↦ x·W + b with its weights in panels.
#[derive(Clone, Debug)]
pub struct Packed {
    panels: Vec<f32>,
    /// The panels as bfloat16, in pairs of inputs, where products are to be taken so.
    pairs: Option<Vec<u32>>,
    /// (outputs), with zeros up to a whole panel.
    bias: Vec<f32>,
    inputs: usize,
    outputs: usize,
}

/// What a product starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The bias.
    Bias,
    /// Zero.
    Zero,
    /// The numbers that are already in the output.
    Output,
}

/// Rows inside a slice: row i starts at i·stride.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// The numbers.
    pub data: &'a [f32],
    /// Distance between the starts of two rows.
    pub stride: usize,
    /// How many rows there are.
    pub count: usize,
}

impl Packed {
    /// Packs `weight` (inputs × outputs, row-major, row distance `stride`).
    pub fn new(weight: &[f32], stride: usize, inputs: usize, bias: &[f32]) -> Self {
        let outputs = bias.len();
        let mut panels = Vec::with_capacity(inputs * outputs.next_multiple_of(PANEL));
        for first in (0..outputs).step_by(PANEL) {
            for row in weight.chunks(stride).take(inputs) {
                let columns = &row[first..(first + PANEL).min(outputs)];
                panels.extend_from_slice(columns);
                panels.extend(std::iter::repeat_n(0.0, PANEL - columns.len()));
            }
        }
        let mut bias = bias.to_vec();
        bias.resize(outputs.next_multiple_of(PANEL), 0.0);
        Self {
            panels,
            pairs: None,
            bias,
            inputs,
            outputs,
        }
    }

    /// The same map with rows and weights rounded to bfloat16 before they are multiplied.
    pub fn rounded(&self) -> Self {
        let mut pairs = Vec::with_capacity(self.panels.len().div_ceil(2));
        for panel in self.panels.chunks_exact(self.inputs * PANEL) {
            half::paired_panel(panel, &mut pairs);
        }
        Self {
            pairs: Some(pairs),
            ..self.clone()
        }
    }

    /// The bias.
    pub fn bias(&self) -> &[f32] {
        &self.bias[..self.outputs]
    }

    /// Inputs of a row.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Multiplications and additions of one row.
    pub fn flops(&self) -> u64 {
        2 * (self.inputs * self.outputs) as u64
    }

    /// `out` (rows of `outputs`, row distance `stride`) = start + rows · W. `relu` cuts negative results off.
    ///
    /// # Panics
    /// When a slice is too short.
    #[inline(always)]
    pub fn multiply<S: Simd>(&self, simd: S, rows: Rows, out: &mut [f32], stride: usize, (start, relu): (Start, bool)) {
        if let Some(pairs) = &self.pairs {
            self.multiply_pairs(simd, pairs, rows, out, stride, (start, relu));
            return;
        }
        let lanes = S::F32_LANES;
        if lanes >= 16 {
            self.in_tiles::<S, 12, 2>(simd, rows, out, stride, (start, relu));
        } else if lanes == 8 {
            self.in_tiles::<S, 6, 2>(simd, rows, out, stride, (start, relu));
        } else {
            self.in_tiles::<S, 4, 2>(simd, rows, out, stride, (start, relu));
        }
    }

    #[inline(always)]
    fn in_tiles<S: Simd, const ROWS: usize, const VECTORS: usize>(
        &self,
        simd: S,
        rows: Rows,
        out: &mut [f32],
        stride: usize,
        how: (Start, bool),
    ) {
        let whole = rows.count / ROWS * ROWS;
        let wide = VECTORS * S::F32_LANES;
        for (number, panel) in self.panels.chunks_exact(self.inputs * PANEL).enumerate() {
            for offset in (0..PANEL).step_by(wide) {
                let column = number * PANEL + offset;
                if column >= self.outputs {
                    break;
                }
                let place = |first| Place {
                    first,
                    column,
                    offset,
                    stride,
                };
                for first in (0..whole).step_by(ROWS) {
                    self.tile::<S, ROWS, VECTORS>(simd, rows, panel, place(first), out, how);
                }
                for first in whole..rows.count {
                    self.tile::<S, 1, VECTORS>(simd, rows, panel, place(first), out, how);
                }
            }
        }
    }

    /// ROWS rows times VECTORS vectors of columns.
    #[inline(always)]
    fn tile<S: Simd, const ROWS: usize, const VECTORS: usize>(
        &self,
        simd: S,
        rows: Rows,
        panel: &[f32],
        place: Place,
        out: &mut [f32],
        (start, relu): (Start, bool),
    ) {
        let wide = VECTORS * S::F32_LANES;
        let inputs = self.inputs;
        // Slices whose length is known to be `inputs`: the loop below then checks no index.
        let mut a: [&[f32]; ROWS] = [&[]; ROWS];
        for (row, a) in a.iter_mut().enumerate() {
            *a = &rows.data[(place.first + row) * rows.stride..][..inputs];
        }
        let mut sums = [[simd.splat_f32s(0.0); VECTORS]; ROWS];
        for (input, b) in panel[..inputs * PANEL].chunks_exact(PANEL).enumerate() {
            let b = S::as_simd_f32s(&b[place.offset..place.offset + wide]).0;
            for row in 0..ROWS {
                let x = simd.splat_f32s(a[row][input]);
                for vector in 0..VECTORS {
                    sums[row][vector] = simd.mul_add_e_f32s(x, b[vector], sums[row][vector]);
                }
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            self.finish(
                simd,
                sums,
                &mut out[(place.first + row) * place.stride..],
                place.column,
                (start, relu),
            );
        }
    }

    /// Products of bfloat16, sums of single precision.
    #[inline(always)]
    fn multiply_pairs<S: Simd>(
        &self,
        simd: S,
        panels: &[u32],
        rows: Rows,
        out: &mut [f32],
        stride: usize,
        how: (Start, bool),
    ) {
        const ROWS: usize = 12;
        let wide = self.inputs.div_ceil(2);
        let mut pairs = Vec::with_capacity(rows.count * wide);
        for row in 0..rows.count {
            half::pairs(&rows.data[row * rows.stride..][..self.inputs], &mut pairs);
        }
        let row = |row: usize| &pairs[row * wide..][..wide];
        let whole = rows.count / ROWS * ROWS;
        for (number, panel) in panels.chunks_exact(wide * PANEL).enumerate() {
            let column = number * PANEL;
            for first in (0..whole).step_by(ROWS) {
                let sums = half::tile::<ROWS>(std::array::from_fn(|index| row(first + index)), panel);
                for (index, sums) in sums.iter().enumerate() {
                    let sums = S::as_simd_f32s(sums).0;
                    self.finish(simd, sums, &mut out[(first + index) * stride..], column, how);
                }
            }
            for last in whole..rows.count {
                let sums = half::tile([row(last)], panel);
                self.finish(
                    simd,
                    S::as_simd_f32s(&sums[0]).0,
                    &mut out[last * stride..],
                    column,
                    how,
                );
            }
        }
    }

    /// Writes the sums of a row's columns from `column` on.
    #[inline(always)]
    fn finish<S: Simd>(&self, simd: S, sums: &[S::f32s], out: &mut [f32], column: usize, (start, relu): (Start, bool)) {
        let wide = sums.len() * S::F32_LANES;
        let bias = S::as_simd_f32s(&self.bias[column..column + wide]).0;
        let columns = wide.min(self.outputs - column);
        let (vectors, rest) = S::as_mut_simd_f32s(&mut out[column..column + columns]);
        let whole = vectors.len();
        let finished = |sum: S::f32s, old: S::f32s, bias: S::f32s| {
            let sum = match start {
                Start::Bias => simd.add_f32s(sum, bias),
                Start::Output => simd.add_f32s(old, sum),
                Start::Zero => sum,
            };
            match relu {
                true => simd.max_f32s(sum, simd.splat_f32s(0.0)),
                false => sum,
            }
        };
        for ((out, sum), bias) in vectors.iter_mut().zip(sums).zip(bias) {
            *out = finished(*sum, *out, *bias);
        }
        if !rest.is_empty() {
            let old = simd.partial_load_f32s(rest);
            simd.partial_store_f32s(rest, finished(sums[whole], old, bias[whole]));
        }
    }
}

/// Where a tile's columns stand.
#[derive(Clone, Copy)]
struct Place {
    /// The first row.
    first: usize,
    /// The first column of the result.
    column: usize,
    /// The same in its panel.
    offset: usize,
    /// Distance between two rows of the result.
    stride: usize,
}
