//! grn: a small language for combinatorial gene regulation.

pub mod data;
pub mod engine;
pub mod lang;
pub mod metrics;
pub mod model;
pub mod plan;
pub mod random;
pub mod report;
pub mod stages;
