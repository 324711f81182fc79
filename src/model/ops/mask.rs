//! Dropout masks by place, and plain dropout.

use crate::interruption;
use crate::model::ops::{CHUNK, filled, is_fused, values};
use crate::random::Random;
use crate::random::counter::{Counter, WORDS};
use crate::vectorised::vectorised;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};

/// Elements that one group of random words decides on, 16 bits each.
const GROUP: usize = 2 * WORDS;

/// Which elements are dropped: a function of an element's place, so that any part can be drawn again for the gradient.
#[derive(Clone)]
pub struct Mask {
    counter: Counter,
    threshold: u32,
    /// What kept elements are multiplied with.
    pub keep: f32,
}

impl Mask {
    /// A mask that drops each element with `probability`.
    pub fn new(probability: f64, random: &mut Random) -> Self {
        Self {
            counter: Counter::new(random),
            threshold: (probability * 65_536.0).round() as u32,
            keep: (1.0 / (1.0 - probability)) as f32,
        }
    }

    /// The factors, 0 or `keep`, of the elements from `first` on.
    #[inline(always)]
    pub fn factors_into(&self, first: usize, factors: &mut [f32]) {
        let mut rest = factors;
        let mut element = first;
        while !rest.is_empty() {
            let group = self.group((element / GROUP) as u64);
            let skipped = element % GROUP;
            let length = rest.len().min(GROUP - skipped);
            let (now, later) = rest.split_at_mut(length);
            now.copy_from_slice(&group[skipped..skipped + length]);
            element += length;
            rest = later;
        }
    }

    #[inline(always)]
    fn group(&self, index: u64) -> [f32; GROUP] {
        let words = self.counter.words(index);
        let mut factors = [0f32; GROUP];
        let (low, high) = factors.split_at_mut(WORDS);
        for place in 0..WORDS {
            low[place] = if words[place] & 0xffff < self.threshold {
                0.0
            } else {
                self.keep
            };
            high[place] = if words[place] >> 16 < self.threshold {
                0.0
            } else {
                self.keep
            };
        }
        factors
    }

    /// `apply(input, factor)` for every element, factor being 0 or `keep`.
    ///
    /// # Errors
    /// The user's wish to stop.
    pub fn apply(&self, input: &[f32], apply: impl Fn(f32, f32) -> f32 + Sync) -> Result<Vec<f32>> {
        let watch = interruption::watch();
        let output = filled(input.len(), CHUNK, |chunk, output| {
            let input = &input[chunk * CHUNK..][..output.len()];
            if watch.is_requested() {
                return;
            }
            vectorised(
                #[inline(always)]
                || {
                    let groups = output.chunks_mut(GROUP).zip(input.chunks(GROUP)).enumerate();
                    for (group, (output, input)) in groups {
                        let factors = self.group((chunk * (CHUNK / GROUP) + group) as u64);
                        for ((output, input), factor) in output.iter_mut().zip(input).zip(&factors) {
                            *output = apply(*input, *factor);
                        }
                    }
                },
            );
        });
        watch.check()?;
        Ok(output)
    }

    /// `apply(a, b, factor)` for every element.
    ///
    /// # Errors
    /// The user's wish to stop.
    pub fn apply_pairs(&self, a: &[f32], b: &[f32], apply: impl Fn(f32, f32, f32) -> f32 + Sync) -> Result<Vec<f32>> {
        let watch = interruption::watch();
        let output = filled(a.len(), CHUNK, |chunk, output| {
            let input = &b[chunk * CHUNK..][..output.len()];
            if watch.is_requested() {
                return;
            }
            output.copy_from_slice(&a[chunk * CHUNK..][..input.len()]);
            vectorised(
                #[inline(always)]
                || {
                    let groups = output.chunks_mut(GROUP).zip(input.chunks(GROUP)).enumerate();
                    for (group, (output, input)) in groups {
                        let factors = self.group((chunk * (CHUNK / GROUP) + group) as u64);
                        for ((output, input), factor) in output.iter_mut().zip(input).zip(&factors) {
                            *output = apply(*output, *input, *factor);
                        }
                    }
                },
            );
        });
        watch.check()?;
        Ok(output)
    }

    /// x with this mask, without a gradient.
    pub fn dropped(&self, x: &Tensor) -> Result<Tensor> {
        x.apply_op1_no_bwd(&Dropout(self.clone()))
    }

    /// The factors of the first `count` elements.
    pub fn factors(&self, count: usize) -> Result<Vec<f32>> {
        self.apply(&vec![0.0; count], |_, factor| factor)
    }
}

/// Inverted dropout: while training (`random` given) each element is zeroed with `probability`, the others scaled.
pub fn dropout(x: &Tensor, probability: f64, random: Option<&mut Random>) -> Result<Tensor> {
    let Some(random) = random.filter(|_| probability > 0.0) else {
        return Ok(x.clone());
    };
    let mask = Mask::new(probability, random);
    if is_fused(x) {
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
        Ok(Some(self.0.dropped(&gradient.contiguous()?)?))
    }
}
