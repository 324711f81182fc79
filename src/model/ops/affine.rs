//! x·Wᵀ + b with the gradients of a linear layer; none for an input that is constant, such as the features.

use crate::interruption;
use crate::model::matmul::{Output, Strided, product_into};
use crate::model::ops::matmul::matmul;
use crate::model::ops::{ROWS, filled, is_fused, values};
use candle_core::{CpuStorage, CustomOp1, CustomOp3, Layout, Result, Shape, Tensor};
use candle_nn::{Linear, Module};
use rayon::prelude::*;

/// (… × inputs) → (… × outputs).
pub fn affine(layer: &Linear, x: &Tensor) -> Result<Tensor> {
    match layer.bias() {
        Some(bias) if is_fused(x) => {
            x.contiguous()?
                .apply_op3(&layer.weight().contiguous()?, &bias.contiguous()?, Affine)
        }
        _ => layer.forward(x),
    }
}

struct Affine;

impl CustomOp3 for Affine {
    fn name(&self) -> &'static str {
        "affine"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (outputs, inputs) = weight_layout.shape().dims2()?;
        let (x, weight, bias) = (
            values(x, x_layout)?,
            values(weight, weight_layout)?,
            values(bias, bias_layout)?,
        );
        let rows = x.len() / inputs;
        let mut output = filled(rows * outputs, ROWS * outputs, |_, chunk| {
            chunk
                .chunks_exact_mut(outputs)
                .for_each(|row| row.copy_from_slice(bias))
        });
        let x = Strided {
            data: x,
            row: inputs,
            column: 1,
        };
        let transposed = Strided {
            data: weight,
            row: 1,
            column: inputs,
        };
        product_into((rows, inputs, outputs), x, transposed, &mut output, Output::Add)?;
        let mut dimensions = x_layout.dims().to_vec();
        if let Some(last) = dimensions.last_mut() {
            *last = outputs;
        }
        Ok((CpuStorage::F32(output), Shape::from(dimensions)))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        _bias: &Tensor,
        _y: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (outputs, inputs) = weight.dims2()?;
        let gradient = gradient.contiguous()?.reshape(((), outputs))?;
        let dx = match x.track_op() {
            true => Some(matmul(&gradient, weight)?.reshape(x.shape())?),
            false => None,
        };
        let dw = matmul(&gradient.t()?, &x.contiguous()?.reshape(((), inputs))?)?;
        let db = gradient.apply_op1_no_bwd(&ColumnSum)?;
        Ok((dx, Some(dw), Some(db)))
    }
}

/// (rows × columns) → (columns). candle sums over the first axis on one thread.
struct ColumnSum;

impl CustomOp1 for ColumnSum {
    fn name(&self) -> &'static str {
        "column-sum"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, columns) = layout.shape().dims2()?;
        let watch = interruption::watch();
        let sums = add_rows(values(storage, layout)?.par_chunks(ROWS * columns).map(|chunk| {
            let mut sum = vec![0f32; columns];
            if !watch.is_requested() {
                for row in chunk.chunks_exact(columns) {
                    sum.iter_mut().zip(row).for_each(|(s, x)| *s += x);
                }
            }
            sum
        }));
        watch.check()?;
        Ok((CpuStorage::F32(sums), Shape::from(columns)))
    }
}

/// The sum of equally long vectors, always in the same order.
pub fn add_rows(rows: impl IndexedParallelIterator<Item = Vec<f32>>) -> Vec<f32> {
    let rows: Vec<Vec<f32>> = rows.collect();
    let mut rows = rows.into_iter();
    let mut sum = rows.next().unwrap_or_default();
    for row in rows {
        sum.iter_mut().zip(row).for_each(|(s, x)| *s += x);
    }
    sum
}
