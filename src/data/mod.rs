//! The values that flow through a pipeline, and where they come from. Plain vectors and arrays, no tensors.

pub mod dataset;
pub mod network;
pub mod pools;
pub mod split;
pub mod teams;
