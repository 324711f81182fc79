//! Small layers that pass gradients and are initialised from a seed.
//!
//! candle's own `LayerNorm::forward` and `softmax_last_dim` give no gradient, and its generator can't be seeded.

use crate::model::ops;
use candle_core::{D, Result, Tensor};
use candle_nn::var_builder::VarBuilder;
use candle_nn::{Init, Linear};

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
