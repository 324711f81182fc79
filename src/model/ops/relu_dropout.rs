//! ReLU followed by dropout, in one pass each way.

use crate::interruption;
use crate::model::ops::mask::{Mask, dropout};
use crate::model::ops::{CHUNK, filled, is_fused, values};
use crate::random::Random;
use crate::vectorised::vectorised;
use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor};

/// dropout(max(x, 0)); without `random`, or with probability 0, the ReLU alone.
pub fn relu_dropout(x: &Tensor, probability: f64, random: Option<&mut Random>) -> Result<Tensor> {
    match random {
        Some(random) if probability > 0.0 && is_fused(x) => {
            let mask = Mask::new(probability, random);
            x.contiguous()?.apply_op1(ReluDropout(mask))
        }
        random => dropout(&x.relu()?, probability, random),
    }
}

struct ReluDropout(Mask);

impl CustomOp1 for ReluDropout {
    fn name(&self) -> &'static str {
        "relu-dropout"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let output = self
            .0
            .apply(values(storage, layout)?, |x, factor| x.max(0.0) * factor)?;
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }

    /// The result is positive exactly where the input was positive and kept.
    fn bwd(&self, _x: &Tensor, y: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let op = WherePositive { keep: self.0.keep };
        Ok(Some(y.apply_op2_no_bwd(&gradient.contiguous()?, &op)?))
    }
}

/// keep·gradient where y > 0, otherwise 0.
struct WherePositive {
    keep: f32,
}

impl CustomOp2 for WherePositive {
    fn name(&self) -> &'static str {
        "where-positive"
    }

    fn cpu_fwd(
        &self,
        y: &CpuStorage,
        y_layout: &Layout,
        g: &CpuStorage,
        g_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (y, g) = (values(y, y_layout)?, values(g, g_layout)?);
        let watch = interruption::watch();
        let output = filled(y.len(), CHUNK, |chunk, output| {
            let (y, g) = (&y[chunk * CHUNK..][..output.len()], &g[chunk * CHUNK..][..output.len()]);
            if watch.is_requested() {
                return;
            }
            vectorised(
                #[inline(always)]
                || {
                    for ((output, y), g) in output.iter_mut().zip(y).zip(g) {
                        *output = if *y > 0.0 { self.keep * g } else { 0.0 };
                    }
                },
            );
        });
        watch.check()?;
        Ok((CpuStorage::F32(output), y_layout.shape().clone()))
    }
}
