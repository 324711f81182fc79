//! Operations with gradients that candle computes in many passes, on one thread, or without a gradient at all.
//!
//! On the CPU each is one pass over the data, spread over threads in chunks of fixed size, so that results don't depend
//! on the number of threads. Each asks at its start, and for every chunk, whether it is to stop. On other devices they are composed of candle's own operations.

mod add_dropout;
mod affine;
mod attention_scorer;
mod gather;
mod layer_norm;
mod mask;
mod matmul;
mod noise;
mod relu_dropout;
mod set_attention;

pub use add_dropout::add_dropout;
pub use affine::affine;
pub use attention_scorer::{Labels, Sizes, attention_logits, attention_loss};
pub use gather::gather;
pub use layer_norm::layer_norm;
pub use mask::{Mask, dropout};
pub use matmul::{matmul, matmul_split};
pub use noise::add_noise;
pub use relu_dropout::relu_dropout;
pub use set_attention::set_attention;

use crate::interruption;
use candle_core::{CpuStorage, Error, Layout, Result, Tensor};

/// Elements that one thread works on at a time.
pub const CHUNK: usize = 1 << 14;
/// Rows that one thread works on at a time.
const ROWS: usize = 64;

/// Whether operations on this tensor are done here, in one pass on the CPU, or else composed of candle's own.
pub fn is_fused(x: &Tensor) -> bool {
    #[cfg(test)]
    if composed_tests::is_forced() {
        return false;
    }
    x.device().is_cpu()
}

/// The numbers of a contiguous tensor. Every operation begins with this, so it also asks whether to begin at all.
pub fn values<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    interruption::check()?;
    let Some((start, end)) = layout.contiguous_offsets() else {
        return Err(Error::Msg("a fused operation was given a strided tensor".into()));
    };
    Ok(&storage.as_slice::<f32>()?[start..end])
}

#[cfg(test)]
mod composed_tests;
#[cfg(test)]
mod tests;
