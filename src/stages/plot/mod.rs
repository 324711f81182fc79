//! Stages that draw a figure of their input and pass it on.

pub mod confusers;
pub mod coverage;
pub mod edges;
pub mod exact;
pub mod network;
pub mod response;
pub mod team;
pub mod training;
