//! What a pair scorer looks at, [z_r; z_t; z_r⊙z_t; ⟨z_r,z_t⟩], for many pairs of rows of one table.

use crate::interruption;
use crate::model::kernels::dot;
use crate::model::ops::gather::{gather, places_by_row};
use crate::model::ops::{ROWS, filled, is_fused, values};
use crate::vectorised::vectorised;
use candle_core::{CpuStorage, CustomOp1, CustomOp2, D, Error, Layout, Result, Shape, Tensor};
use std::sync::Arc;

/// z (rows × d), the rows of regulators and of as many targets → (pairs × (3d+1)).
pub fn pair_features(z: &Tensor, regulators: &[usize], targets: &[usize]) -> Result<Tensor> {
    let (rows, _) = z.dims2()?;
    let both: Arc<[usize]> = regulators.iter().chain(targets).copied().collect();
    if regulators.len() != targets.len() || both.iter().any(|row| *row >= rows) {
        return Err(Error::Msg(format!(
            "pairs name rows that a table of {rows} rows doesn't have"
        )));
    }
    if is_fused(z) {
        return z.contiguous()?.apply_op1(Features(both));
    }
    let (z_r, z_t) = (gather(z, regulators)?, gather(z, targets)?);
    let product = (&z_r * &z_t)?;
    let dot = product.sum_keepdim(D::Minus1)?;
    Tensor::cat(&[&z_r, &z_t, &product, &dot], 1)
}

/// The rows of all regulators and then of all targets.
struct Features(Arc<[usize]>);

impl CustomOp1 for Features {
    fn name(&self) -> &'static str {
        "pair-features"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, d) = layout.shape().dims2()?;
        let (z, count, width) = (values(storage, layout)?, self.0.len() / 2, 3 * d + 1);
        let (regulators, targets) = self.0.split_at(count);
        let watch = interruption::watch();
        let output = filled(count * width, ROWS * width, |chunk, output| {
            let pairs = regulators[chunk * ROWS..].iter().zip(&targets[chunk * ROWS..]);
            if watch.is_requested() {
                return;
            }
            vectorised(
                #[inline(always)]
                || {
                    for (output, (regulator, target)) in output.chunks_exact_mut(width).zip(pairs.clone()) {
                        features_of(&z[regulator * d..][..d], &z[target * d..][..d], output);
                    }
                },
            );
        });
        watch.check()?;
        Ok((CpuStorage::F32(output), Shape::from((count, width))))
    }

    fn bwd(&self, z: &Tensor, _features: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let op = Gradient(Arc::clone(&self.0));
        Ok(Some(z.contiguous()?.apply_op2_no_bwd(&gradient.contiguous()?, &op)?))
    }
}

#[inline(always)]
fn features_of(z_r: &[f32], z_t: &[f32], output: &mut [f32]) {
    let d = z_r.len();
    output[..d].copy_from_slice(z_r);
    output[d..2 * d].copy_from_slice(z_t);
    for ((product, x), y) in output[2 * d..3 * d].iter_mut().zip(z_r).zip(z_t) {
        *product = x * y;
    }
    output[3 * d] = dot(z_r, z_t);
}

/// (z, gradient of the features) → gradient of z: what each row's pairs add up to, in their order.
struct Gradient(Arc<[usize]>);

impl CustomOp2 for Gradient {
    fn name(&self) -> &'static str {
        "pair-features-gradient"
    }

    fn cpu_fwd(
        &self,
        z: &CpuStorage,
        layout: &Layout,
        g: &CpuStorage,
        g_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (rows, d) = layout.shape().dims2()?;
        let (z, g, count, width) = (values(z, layout)?, values(g, g_layout)?, self.0.len() / 2, 3 * d + 1);
        let (starts, places) = places_by_row(&self.0, rows);
        let watch = interruption::watch();
        let output = filled(z.len(), d, |row, sum| {
            if watch.is_requested() {
                return;
            }
            vectorised(
                #[inline(always)]
                || {
                    for place in &places[starts[row]..starts[row + 1]] {
                        // The first half of the places are regulators, the second half targets.
                        let (pair, is_target) = (place % count, place / count);
                        let partner = self.0[pair + (1 - is_target) * count];
                        let g = &g[pair * width..][..width];
                        add_gradient(sum, &g[is_target * d..][..d], &g[2 * d..], &z[partner * d..][..d]);
                    }
                },
            );
        });
        watch.check()?;
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }
}

/// sum += own + (product + dot)⊙partner, where `products` holds the gradients of the product and of the dot product.
#[inline(always)]
fn add_gradient(sum: &mut [f32], own: &[f32], products: &[f32], partner: &[f32]) {
    let dot = products[partner.len()];
    for (((sum, own), product), partner) in sum.iter_mut().zip(own).zip(products).zip(partner) {
        *sum += own + (product + dot) * partner;
    }
}
