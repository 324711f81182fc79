//! Exact match, coverage, intervals. Plain vectors, no tensors.

pub mod confusers;
pub mod copying;
pub mod coverage;
pub mod edges;
pub mod exact_match;
pub mod interval;
pub mod judged;
pub mod paired;
pub mod popularity;
pub mod report;
pub mod summary;

#[cfg(test)]
pub(crate) mod fixtures;
