//! Dropout masks from seeded streams, and plain dropout.

use crate::interruption;
use crate::model::ops::values;
use crate::random::Random;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

/// Elements that one stream decides on.
const CHUNK: usize = 1 << 14;

/// Which elements are dropped: a seeded stream for every chunk, so that the mask can be drawn again for the gradient.
#[derive(Clone)]
pub struct Mask {
    streams: Vec<Random>,
    threshold: u64,
    /// What kept elements are multiplied with.
    pub keep: f32,
}

impl Mask {
    /// A mask for `count` elements, each dropped with `probability`.
    pub fn new(count: usize, probability: f64, random: &mut Random) -> Self {
        Self {
            streams: (0..count.div_ceil(CHUNK)).map(|_| random.fork("dropout")).collect(),
            threshold: (probability * 65_536.0).round() as u64,
            keep: (1.0 / (1.0 - probability)) as f32,
        }
    }

    /// `apply(input, factor)` for every element, factor being 0 or `keep`.
    ///
    /// # Errors
    /// The user's wish to stop.
    pub fn apply(&self, input: &[f32], apply: impl Fn(f32, f32) -> f32 + Sync) -> Result<Vec<f32>> {
        let watch = interruption::watch();
        let mut output = vec![0f32; input.len()];
        output
            .par_chunks_mut(CHUNK)
            .zip(input.par_chunks(CHUNK))
            .zip(&self.streams)
            .for_each(|((output, input), stream)| {
                if watch.is_requested() {
                    return;
                }
                let mut random = stream.clone();
                for (output, input) in output.chunks_mut(4).zip(input.chunks(4)) {
                    let mut bits = random.bits();
                    for (output, input) in output.iter_mut().zip(input) {
                        let factor = if bits & 0xffff < self.threshold { 0.0 } else { self.keep };
                        *output = apply(*input, factor);
                        bits >>= 16;
                    }
                }
            });
        watch.check()?;
        Ok(output)
    }

    /// The factors themselves.
    pub fn factors(&self, count: usize) -> Result<Vec<f32>> {
        self.apply(&vec![0.0; count], |_, factor| factor)
    }
}

/// Inverted dropout: while training (`random` given) each element is zeroed with `probability`, the others scaled.
pub fn dropout(x: &Tensor, probability: f64, random: Option<&mut Random>) -> Result<Tensor> {
    let Some(random) = random.filter(|_| probability > 0.0) else {
        return Ok(x.clone());
    };
    let mask = Mask::new(x.elem_count(), probability, random);
    if x.device().is_cpu() {
        return x.contiguous()?.apply_op1(Dropout(mask));
    }
    x.mul(&Tensor::from_vec(mask.factors(x.elem_count())?, x.shape(), x.device())?)
}

struct Dropout(Mask);

impl CustomOp1 for Dropout {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let output = self.0.apply(values(storage, layout)?, |x, factor| x * factor)?;
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }

    fn bwd(&self, _x: &Tensor, _y: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let same = Self(self.0.clone());
        Ok(Some(gradient.contiguous()?.apply_op1_no_bwd(&same)?))
    }
}
