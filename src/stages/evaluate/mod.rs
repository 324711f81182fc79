//! Stages that judge decoded teams.

pub mod exact_match;
