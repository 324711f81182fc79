//! From checked pipelines to a plan: the grid of sweeps, content-addressed nodes, optimiser rules.

pub mod graph;
