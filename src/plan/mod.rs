//! From checked pipelines to a plan: the grid of sweeps, content-addressed nodes, optimiser rules.

pub mod build;
pub mod cost;
pub mod explain;
mod explain_text;
pub mod fingerprint;
pub mod graph;
pub mod identity;
pub mod limits;
mod query;
pub mod rules;
pub mod search_cost;
pub mod sweep;
