//! Layer normalisation over the last axis, with gradients.

use crate::interruption;
use crate::model::kernels::{dot, normalize_row, sum};
use crate::model::layers::LayerNorm;
use crate::model::ops::affine::add_rows;
use crate::model::ops::{ROWS, filled, is_fused, values};
use crate::vectorised::vectorised;
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

/// γ⊙(x − mean)/√(variance + ε) + β over the last axis.
pub fn layer_norm(x: &Tensor, scale: &Tensor, shift: &Tensor) -> Result<Tensor> {
    if is_fused(x) {
        return x.contiguous()?.apply_op3(scale, shift, Forward);
    }
    candle_nn::ops::layer_norm_slow(x, scale, shift, LayerNorm::EPSILON)
}

struct Forward;

impl CustomOp3 for Forward {
    fn name(&self) -> &'static str {
        "layer-norm"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        scale: &CpuStorage,
        scale_layout: &Layout,
        shift: &CpuStorage,
        shift_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (scale, shift) = (values(scale, scale_layout)?, values(shift, shift_layout)?);
        let x = values(x, x_layout)?;
        let width = scale.len();
        let watch = interruption::watch();
        let output = filled(x.len(), ROWS * width, |chunk, rows| {
            if watch.is_requested() {
                return;
            }
            rows.copy_from_slice(&x[chunk * ROWS * width..][..rows.len()]);
            vectorised(
                #[inline(always)]
                || {
                    for row in rows.chunks_exact_mut(width) {
                        normalize_row(row);
                        for ((x, g), b) in row.iter_mut().zip(scale).zip(shift) {
                            *x = *x * g + b;
                        }
                    }
                },
            );
        });
        watch.check()?;
        Ok((CpuStorage::F32(output), x_layout.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        scale: &Tensor,
        _shift: &Tensor,
        _y: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let width = scale.elem_count();
        let all = x
            .contiguous()?
            .apply_op3_no_bwd(scale, &gradient.contiguous()?, &Backward)?;
        let count = x.elem_count();
        let dx = all.narrow(0, 0, count)?.reshape(x.shape())?;
        let dscale = all.narrow(0, count, width)?;
        let dshift = all.narrow(0, count + width, width)?;
        Ok((Some(dx), Some(dscale), Some(dshift)))
    }
}

/// (x, γ, gradient) → dx, dγ and dβ, one after the other in one vector.
struct Backward;

impl CustomOp3 for Backward {
    fn name(&self) -> &'static str {
        "layer-norm-gradient"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        scale: &CpuStorage,
        scale_layout: &Layout,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let scale = values(scale, scale_layout)?;
        let gradient = values(gradient, gradient_layout)?;
        let mut output = values(x, x_layout)?.to_vec();
        let width = scale.len();
        let watch = interruption::watch();
        let sums = add_rows(
            output
                .par_chunks_mut(ROWS * width)
                .zip(gradient.par_chunks(ROWS * width))
                .map(|(x, g)| {
                    let mut sums = vec![0f32; 2 * width];
                    if !watch.is_requested() {
                        vectorised(
                            #[inline(always)]
                            || gradient_rows(x, g, scale, &mut sums),
                        );
                    }
                    sums
                }),
        );
        watch.check()?;
        output.extend(sums);
        let count = output.len();
        Ok((CpuStorage::F32(output), Shape::from(count)))
    }
}

/// With x̂ the normalised row and h = γ⊙g: dx = (h − mean(h) − x̂·mean(h⊙x̂))/σ, dγ += g⊙x̂, dβ += g.
#[inline(always)]
fn gradient_rows(x: &mut [f32], gradient: &[f32], scale: &[f32], sums: &mut [f32]) {
    let width = scale.len();
    let (dscale, dshift) = sums.split_at_mut(width);
    let mut scaled = vec![0f32; width];
    for (row, g) in x.chunks_exact_mut(width).zip(gradient.chunks_exact(width)) {
        let inverse = normalize_row(row);
        for index in 0..width {
            dscale[index] += g[index] * row[index];
            dshift[index] += g[index];
            scaled[index] = g[index] * scale[index];
        }
        let mean = sum(&scaled) / width as f32;
        let projection = dot(&scaled, row) / width as f32;
        for (x, h) in row.iter_mut().zip(&scaled) {
            *x = (h - mean - *x * projection) * inverse;
        }
    }
}
