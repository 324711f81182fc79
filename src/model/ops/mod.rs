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
mod pair_features;
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
pub use pair_features::pair_features;
pub use relu_dropout::relu_dropout;
pub use set_attention::set_attention;

use crate::interruption;
use candle_core::{CpuStorage, Error, Layout, Result, Tensor};
use rayon::prelude::*;
use std::mem::MaybeUninit;

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

/// `count` numbers, filled on all threads in chunks of `chunk`: `fill` is given a chunk's number and its place, full of
/// zeros. Large outputs are not cleared by one thread beforehand, but by the thread that fills them.
#[allow(unsafe_code)]
pub fn filled(count: usize, chunk: usize, fill: impl Fn(usize, &mut [f32]) + Sync) -> Vec<f32> {
    let mut output: Vec<f32> = Vec::with_capacity(count);
    let places = output.spare_capacity_mut()[..count].par_chunks_mut(chunk.max(1));
    places.enumerate().for_each(|(number, place)| {
        place.fill(MaybeUninit::new(0.0));
        // SAFETY: the line above wrote every element, and `MaybeUninit<f32>` is laid out as `f32`.
        let place = unsafe { &mut *(std::ptr::from_mut(place) as *mut [f32]) };
        fill(number, place);
    });
    // SAFETY: the chunks cover the first `count` elements, and each was written.
    unsafe { output.set_len(count) };
    output
}

#[cfg(test)]
mod composed_tests;
#[cfg(test)]
mod tests;
