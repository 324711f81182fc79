//! From checked pipelines to a plan: the grid of sweeps, content-addressed nodes, optimiser rules.

pub mod build;
pub mod fingerprint;
pub mod graph;
pub mod identity;
pub mod sweep;
