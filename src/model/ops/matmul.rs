//! Products of two large matrices that can be interrupted, forward and backward; else the same as candle's.

use crate::model::matmul::{Output, Strided, product_into};
use crate::model::ops::{CHUNK, filled, is_fused};
use candle_core::{CpuStorage, CustomOp2, DType, Error, Layout, Result, Shape, Tensor};

/// (m × k) · (k × n) → (m × n), whatever their strides.
pub fn matmul(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let is_ours = |x: &Tensor| x.rank() == 2 && is_fused(x) && x.dtype() == DType::F32;
    if is_ours(a) && is_ours(b) && a.dim(1)? == b.dim(0)? {
        return a.apply_op2(b, Matmul { shape: None });
    }
    a.matmul(b)
}

/// As [`matmul`], with the n columns of the result split in two dimensions.
pub fn matmul_split(a: &Tensor, b: &Tensor, (outer, inner): (usize, usize)) -> Result<Tensor> {
    let rows = a.dim(0)?;
    if is_fused(a) && a.dtype() == DType::F32 && a.dim(1)? == b.dim(0)? && b.dim(1)? == outer * inner {
        let shape = Some((rows, outer, inner));
        return a.apply_op2(b, Matmul { shape });
    }
    a.matmul(b)?.reshape((rows, outer, inner))
}

struct Matmul {
    /// The shape of the result where it isn't (m × n).
    shape: Option<(usize, usize, usize)>,
}

impl CustomOp2 for Matmul {
    fn name(&self) -> &'static str {
        "matmul"
    }

    fn cpu_fwd(
        &self,
        a: &CpuStorage,
        a_layout: &Layout,
        b: &CpuStorage,
        b_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let ((m, k), (_, n)) = (a_layout.shape().dims2()?, b_layout.shape().dims2()?);
        let mut out = filled(m * n, CHUNK, |_, _| {});
        let (a, b) = (strided(a, a_layout)?, strided(b, b_layout)?);
        product_into((m, k, n), a, b, &mut out, Output::Replace)?;
        let shape = self.shape.map_or_else(|| Shape::from((m, n)), Shape::from);
        Ok((CpuStorage::F32(out), shape))
    }

    fn bwd(&self, a: &Tensor, b: &Tensor, _y: &Tensor, gradient: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let gradient = match self.shape {
            Some((rows, outer, inner)) => gradient.contiguous()?.reshape((rows, outer * inner))?,
            None => gradient.clone(),
        };
        let product = |a: &Tensor, b: &Tensor| a.apply_op2_no_bwd(b, &Matmul { shape: None });
        let da = match a.track_op() {
            true => Some(product(&gradient, &b.t()?)?),
            false => None,
        };
        let db = match b.track_op() {
            true => Some(product(&a.t()?, &gradient)?),
            false => None,
        };
        Ok((da, db))
    }
}

/// The numbers of a matrix with its strides.
fn strided<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<Strided<'a>> {
    let &[row, column] = layout.stride() else {
        return Err(Error::Msg("a product was given a tensor that isn't a matrix".into()));
    };
    let data = storage
        .as_slice::<f32>()?
        .get(layout.start_offset()..)
        .unwrap_or_default();
    Ok(Strided { data, row, column })
}
