//! The end of a residual sublayer: x + dropout(h), in one pass each way.

use crate::interruption;
use crate::model::ops::mask::{Mask, dropout};
use crate::model::ops::{is_fused, values};
use crate::random::Random;
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};

/// x + dropout(h); without `random`, or with probability 0, x + h.
pub fn add_dropout(x: &Tensor, h: &Tensor, probability: f64, random: Option<&mut Random>) -> Result<Tensor> {
    match random {
        Some(random) if probability > 0.0 && is_fused(x) => {
            let mask = Mask::new(probability, random);
            x.contiguous()?.apply_op2(&h.contiguous()?, AddDropout(mask))
        }
        random => x + dropout(h, probability, random)?,
    }
}

struct AddDropout(Mask);

impl CustomOp2 for AddDropout {
    fn name(&self) -> &'static str {
        "add-dropout"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        layout: &Layout,
        h: &CpuStorage,
        h_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        interruption::check()?;
        let output = self
            .0
            .apply_pairs(values(x, layout)?, values(h, h_layout)?, |x, h, factor| x + h * factor)?;
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }

    fn bwd(
        &self,
        _x: &Tensor,
        _h: &Tensor,
        _y: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let gradient = gradient.contiguous()?;
        let dropped = self.0.dropped(&gradient)?;
        Ok((Some(gradient), Some(dropped)))
    }
}
