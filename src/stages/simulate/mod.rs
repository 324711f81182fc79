//! Simulated data sets.

mod network;
mod parameters;
pub mod sergio;
