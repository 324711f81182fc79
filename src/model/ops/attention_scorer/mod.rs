//! The scorer of `retrieve attn` over all pairs of a batch: logits without gradients, or the loss with them.
//!
//! The hidden layer has a number for every gene, target and hidden unit: too many to be written to memory and read again
//! in every step of the way. So all that is done with it happens tile by tile, a few genes of one target at a time, while
//! the tile is in a core's cache. The loss of a pair depends on its own logit alone, so a tile's gradients are found
//! right after its logits.

mod fold;
mod labels;
mod tile;

pub use fold::Sizes;
pub use labels::Labels;

use crate::interruption::{self, Watch};
use crate::model::kernels::add_scaled;
use crate::model::ops::mask::Mask;
use crate::model::ops::{CHUNK, values};
use crate::vectorised::vectorised;
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};
use fold::Weights;
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};
use tile::{Batch, TargetGradient};

/// Parts of a batch that threads work on, each with a gradient of all embeddings of its own: fixed, so that sums are
/// taken in the same order whatever the number of threads.
const PARTS: usize = 16;

/// Logits: z (genes × d), targets (B × 2d: z_t and c_t side by side), parameters (see [`Sizes::parameters`]) → (B × genes).
pub fn attention_logits(z: &Tensor, targets: &Tensor, parameters: &Tensor, sizes: Sizes) -> Result<Tensor> {
    z.contiguous()?
        .apply_op3_no_bwd(&targets.contiguous()?, &parameters.contiguous()?, &Logits(sizes))
}

/// The mean weighted binary cross-entropy of the logits, a scalar; hidden units are dropped by `mask`, whose elements are
/// (genes × B × hidden).
pub fn attention_loss(
    (z, targets, parameters): (&Tensor, &Tensor, &Tensor),
    sizes: Sizes,
    mask: Option<Mask>,
    labels: Labels,
) -> Result<Tensor> {
    let loss = Loss {
        sizes,
        mask,
        labels,
        gradients: Mutex::default(),
    };
    z.contiguous()?
        .apply_op3(&targets.contiguous()?, &parameters.contiguous()?, loss)
}

struct Logits(Sizes);

impl CustomOp3 for Logits {
    fn name(&self) -> &'static str {
        "attention-logits"
    }

    fn cpu_fwd(
        &self,
        z: &CpuStorage,
        z_layout: &Layout,
        targets: &CpuStorage,
        targets_layout: &Layout,
        parameters: &CpuStorage,
        parameters_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (z, targets) = (values(z, z_layout)?, values(targets, targets_layout)?);
        let weights = Weights::new(self.0, values(parameters, parameters_layout)?);
        let width = self.0.embedding;
        let (genes, batch) = (z.len() / width, targets.len() / (2 * width));
        let watch = interruption::watch();
        let mut logits = vec![0f32; genes * batch];
        let rows = logits.par_chunks_mut(genes.max(1));
        rows.zip(targets.par_chunks(2 * width)).for_each(|(logits, target)| {
            vectorised(
                #[inline(always)]
                || tile::logits(&weights, z, target, logits, &watch),
            );
        });
        watch.check()?;
        Ok((CpuStorage::F32(logits), Shape::from((batch, genes))))
    }
}

/// Finds the gradients together with the loss, and keeps them until they are asked for.
struct Loss {
    sizes: Sizes,
    mask: Option<Mask>,
    labels: Labels,
    /// Of z, targets and parameters.
    gradients: Mutex<Option<[Vec<f32>; 3]>>,
}

impl CustomOp3 for Loss {
    fn name(&self) -> &'static str {
        "attention-loss"
    }

    fn cpu_fwd(
        &self,
        z: &CpuStorage,
        z_layout: &Layout,
        targets: &CpuStorage,
        targets_layout: &Layout,
        parameters: &CpuStorage,
        parameters_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (z, targets) = (values(z, z_layout)?, values(targets, targets_layout)?);
        let weights = Weights::new(self.sizes, values(parameters, parameters_layout)?);
        let batch = Batch {
            weights: &weights,
            z,
            targets,
            mask: self.mask.as_ref(),
            labels: &self.labels,
            scale: 1.0 / self.labels.count(),
        };
        let (loss, gradients) = loss_with_gradients(&batch)?;
        *self.gradients.lock().unwrap_or_else(PoisonError::into_inner) = Some(gradients);
        Ok((CpuStorage::F32(vec![loss]), Shape::from(())))
    }

    fn bwd(
        &self,
        z: &Tensor,
        targets: &Tensor,
        parameters: &Tensor,
        _loss: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let kept = self.gradients.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some([dz, dtargets, dparameters]) = kept else {
            return Err(candle_core::Error::Msg("a loss has its gradients once".into()));
        };
        let factor = f64::from(gradient.to_scalar::<f32>()?);
        let tensor = |values: Vec<f32>, like: &Tensor| -> Result<Option<Tensor>> {
            let values = Tensor::from_vec(values, like.shape(), like.device())?;
            Ok(Some(if factor == 1.0 { values } else { (values * factor)? }))
        };
        Ok((
            tensor(dz, z)?,
            tensor(dtargets, targets)?,
            tensor(dparameters, parameters)?,
        ))
    }
}

/// The loss, and its gradients of embeddings, targets and parameters.
fn loss_with_gradients(batch: &Batch) -> Result<(f32, [Vec<f32>; 3])> {
    let width = 2 * batch.weights.sizes.embedding;
    let count = batch.targets.len() / width.max(1);
    let watch = interruption::watch();
    let part = count.div_ceil(PARTS).max(1);
    let firsts: Vec<usize> = (0..count).step_by(part).collect();
    let parts: Vec<(Vec<f32>, Vec<TargetGradient>)> = firsts
        .into_par_iter()
        .map(|first| {
            let mut dz = vec![0f32; batch.z.len()];
            let targets = first..count.min(first + part);
            let gradients = targets.map(|target| {
                vectorised(
                    #[inline(always)]
                    || batch.target_gradient(target, &mut dz, &watch),
                )
            });
            let gradients = gradients.collect();
            (dz, gradients)
        })
        .collect();
    watch.check()?;
    let mut dz = vec![0f32; batch.z.len()];
    dz.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, sum)| {
        let length = sum.len();
        for (part, _) in &parts {
            add_scaled(sum, 1.0, &part[chunk * CHUNK..][..length]);
        }
    });
    let gradients: Vec<&TargetGradient> = parts.iter().flat_map(|(_, gradients)| gradients).collect();
    let together = together(batch, dz, &gradients, &watch);
    watch.check()?;
    Ok(together)
}

fn together(batch: &Batch, dz: Vec<f32>, gradients: &[&TargetGradient], watch: &Watch) -> (f32, [Vec<f32>; 3]) {
    let folded: Vec<_> = gradients.iter().map(|gradient| &gradient.folded).collect();
    let mut dparameters = batch.weights.gradient(batch.targets, &folded, watch);
    let mut output = vec![0f32; batch.weights.sizes.hidden + 1];
    let mut loss = 0.0;
    for gradient in gradients {
        add_scaled(&mut output, 1.0, &gradient.output);
        loss += gradient.loss;
    }
    dparameters.extend(output);
    let dtargets = folded.iter().flat_map(|gradient| &gradient.target).copied().collect();
    ((loss * batch.scale) as f32, [dz, dtargets, dparameters])
}

#[cfg(test)]
mod tests;
