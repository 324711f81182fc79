//! Exact match, coverage, intervals. Plain vectors, no tensors.

pub mod report;
