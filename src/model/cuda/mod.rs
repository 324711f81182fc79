//! ψ of all sets of a target on an NVIDIA GPU: `score_sets.cu` and what belongs to it.
//!
//! The kernel scores every set of R candidates and keeps the best. Sets are made on the device from their ranks in
//! lexicographic order; only a few numbers a thread block come back. Its PTX is part of the program, so building needs no
//! CUDA compiler; `docs/cuda/kernel.sh` makes it. Without a GPU the kernel is tested in emulation.

pub mod layout;
pub mod records;

#[cfg(feature = "cuda")]
mod op;
#[cfg(feature = "cuda")]
pub mod residual;

#[cfg(all(test, feature = "cuda"))]
mod device_tests;
#[cfg(test)]
mod emulation_tests;
#[cfg(test)]
mod test_cases;
