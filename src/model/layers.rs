//! Small layers that pass gradients and are initialised and disturbed from a seed.
//!
//! candle's own `LayerNorm::forward` and `softmax_last_dim` give no gradient, and its generator can't be seeded.

use crate::interruption;
use crate::model::ops;
use crate::random::Random;
use candle_core::{D, Result, Tensor};
use candle_nn::var_builder::VarBuilder;
use candle_nn::{Init, Linear};
use rayon::prelude::*;

/// An affine map, initialised as PyTorch's `nn.Linear`: weight (output × input) and bias uniform in ±1/√input.
pub fn linear(input: usize, output: usize, vb: VarBuilder) -> Result<Linear> {
    let bound = 1.0 / (input as f64).sqrt();
    let init = Init::Uniform { lo: -bound, up: bound };
    let weight = vb.get_with_hints((output, input), "weight", init)?;
    let bias = vb.get_with_hints(output, "bias", init)?;
    Ok(Linear::new(weight, Some(bias)))
}

/// Layer normalisation over the last axis with scale and shift.
#[derive(Clone, Debug)]
pub struct LayerNorm {
    /// γ, (width).
    pub scale: Tensor,
    /// β, (width).
    pub shift: Tensor,
}

impl LayerNorm {
    /// The ε of PyTorch's default.
    pub const EPSILON: f32 = 1e-5;

    /// γ = 1, β = 0.
    pub fn new(width: usize, vb: VarBuilder) -> Result<Self> {
        Ok(Self {
            scale: vb.get_with_hints(width, "weight", Init::Const(1.0))?,
            shift: vb.get_with_hints(width, "bias", Init::Const(0.0))?,
        })
    }

    /// (… × width) → the same shape.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        ops::layer_norm(x, &self.scale, &self.shift)
    }
}

/// Softmax over the last axis, with a gradient.
pub fn softmax(x: &Tensor) -> Result<Tensor> {
    candle_nn::ops::softmax(x, D::Minus1)
}

/// x / ‖x‖₂ over the last axis (paper eq. 2); a zero vector stays zero.
pub fn l2_normalize(x: &Tensor) -> Result<Tensor> {
    let norm = (x.sqr()?.sum_keepdim(D::Minus1)? + 1e-24)?.sqrt()?;
    x.broadcast_div(&norm)
}

/// Elements that one stream fills; fixed, so that the numbers don't depend on the number of threads.
const CHUNK: usize = 1 << 16;

/// x plus Gaussian noise of this standard deviation, while training.
pub fn add_noise(x: &Tensor, deviation: f64, random: &mut Random) -> Result<Tensor> {
    if deviation == 0.0 {
        return Ok(x.clone());
    }
    let deviation = deviation as f32;
    let noise = fill(x.elem_count(), random, "noise", |random, chunk| {
        for value in chunk {
            *value = deviation * random.normal_f32();
        }
    })?;
    x.add(&Tensor::from_vec(noise, x.shape(), x.device())?)
}

fn fill(
    count: usize,
    random: &mut Random,
    label: &str,
    draw: impl Fn(&mut Random, &mut [f32]) + Sync,
) -> Result<Vec<f32>> {
    let watch = interruption::watch();
    let mut values = vec![0f32; count];
    let streams: Vec<Random> = (0..count.div_ceil(CHUNK)).map(|_| random.fork(label)).collect();
    values
        .par_chunks_mut(CHUNK)
        .zip(streams)
        .for_each(|(chunk, mut stream)| {
            if !watch.is_requested() {
                draw(&mut stream, chunk);
            }
        });
    watch.check()?;
    Ok(values)
}
