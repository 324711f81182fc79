//! Runs a plan: one executor, many observers.

pub mod context;
pub mod defect;
pub mod device;
pub mod execution;
pub mod executor;
mod fetch;
pub mod kept;
pub mod labels;
pub mod needs;
pub mod observer;
pub mod outcome;
pub mod size;
pub mod store;
pub mod value;

pub use crate::interruption;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod interruption_tests;
