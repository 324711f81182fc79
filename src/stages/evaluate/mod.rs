//! Stages that judge ranked pools and decoded teams.

pub mod edges;
pub mod exact_match;
