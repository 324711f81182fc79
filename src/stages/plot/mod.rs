//! Stages that draw a figure of their input and pass it on.

pub mod coverage;
pub mod exact;
pub mod training;
