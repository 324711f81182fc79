//! Small layers that pass gradients and draw their randomness from a [`Random`].
//!
//! candle's own `LayerNorm::forward` and `softmax_last_dim` give no gradient, and its dropout can't be seeded.

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
        candle_nn::ops::layer_norm_slow(x, &self.scale, &self.shift, Self::EPSILON)
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

/// Inverted dropout: while training (`random` given) each element is zeroed with `probability`, the others scaled.
pub fn dropout(x: &Tensor, probability: f64, random: Option<&mut Random>) -> Result<Tensor> {
    match random {
        Some(random) if probability > 0.0 => {
            let mask = dropout_mask(x.elem_count(), probability, random);
            x.mul(&Tensor::from_vec(mask, x.shape(), x.device())?)
        }
        _ => Ok(x.clone()),
    }
}

/// Elements that one stream fills; fixed, so that the numbers don't depend on the number of threads.
const CHUNK: usize = 1 << 16;

fn dropout_mask(count: usize, probability: f64, random: &mut Random) -> Vec<f32> {
    let threshold = (probability * 65_536.0).round() as u64;
    let keep = (1.0 / (1.0 - probability)) as f32;
    fill(count, random, "dropout", |random, chunk| {
        for four in chunk.chunks_mut(4) {
            let mut bits = random.bits();
            for value in four {
                *value = if bits & 0xffff < threshold { 0.0 } else { keep };
                bits >>= 16;
            }
        }
    })
}

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
    });
    x.add(&Tensor::from_vec(noise, x.shape(), x.device())?)
}

fn fill(count: usize, random: &mut Random, label: &str, draw: impl Fn(&mut Random, &mut [f32]) + Sync) -> Vec<f32> {
    let mut values = vec![0f32; count];
    let streams: Vec<Random> = (0..count.div_ceil(CHUNK)).map(|_| random.fork(label)).collect();
    values
        .par_chunks_mut(CHUNK)
        .zip(streams)
        .for_each(|(chunk, mut stream)| draw(&mut stream, chunk));
    values
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use candle_core::Device;

    #[test]
    fn dropout_keeps_the_mean_and_is_reproducible() {
        let x = Tensor::ones(200_000, candle_core::DType::F32, &Device::Cpu).unwrap();
        let run = || {
            let y = dropout(&x, 0.2, Some(&mut Random::new(1, "test"))).unwrap();
            y.to_vec1::<f32>().unwrap()
        };
        let y = run();
        assert_eq!(y, run());
        let zeros = y.iter().filter(|v| **v == 0.0).count() as f64 / y.len() as f64;
        assert!((zeros - 0.2).abs() < 0.005, "{zeros}");
        assert!((y.iter().sum::<f32>() / y.len() as f32 - 1.0).abs() < 0.01);
    }

    #[test]
    fn evaluation_drops_nothing() {
        let x = Tensor::ones(8, candle_core::DType::F32, &Device::Cpu).unwrap();
        let y = dropout(&x, 0.9, None).unwrap();
        assert_eq!(y.to_vec1::<f32>().unwrap(), vec![1.0; 8]);
    }
}
