//! Simulated data sets.

pub mod sergio;
