//! Gaussian noise on constant inputs.

use crate::interruption;
use crate::model::ops::{CHUNK, filled, is_fused, values};
use crate::random::Random;
use crate::random::counter::{Counter, WORDS};
use crate::vectorised::vectorised;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};

/// x plus Gaussian noise of this standard deviation, while training. No gradient is passed to x.
pub fn add_noise(x: &Tensor, deviation: f64, random: &mut Random) -> Result<Tensor> {
    if deviation == 0.0 {
        return Ok(x.clone());
    }
    let op = Noise {
        counter: Counter::new(random),
        deviation: deviation as f32,
    };
    if is_fused(x) {
        return x.contiguous()?.apply_op1_no_bwd(&op);
    }
    let noise = op.added_to(&vec![0.0; x.elem_count()])?;
    x.add(&Tensor::from_vec(noise, x.shape(), x.device())?)
}

struct Noise {
    counter: Counter,
    deviation: f32,
}

impl Noise {
    fn added_to(&self, input: &[f32]) -> Result<Vec<f32>> {
        let watch = interruption::watch();
        let output = filled(input.len(), CHUNK, |chunk, output| {
            let input = &input[chunk * CHUNK..][..output.len()];
            if watch.is_requested() {
                return;
            }
            vectorised(
                #[inline(always)]
                || {
                    let groups = output.chunks_mut(WORDS).zip(input.chunks(WORDS)).enumerate();
                    for (group, (output, input)) in groups {
                        let normals = self.counter.normals((chunk * (CHUNK / WORDS) + group) as u64);
                        for ((output, input), normal) in output.iter_mut().zip(input).zip(&normals) {
                            *output = input + self.deviation * normal;
                        }
                    }
                },
            );
        });
        watch.check()?;
        Ok(output)
    }
}

impl CustomOp1 for Noise {
    fn name(&self) -> &'static str {
        "noise"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let output = self.added_to(values(storage, layout)?)?;
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }
}
