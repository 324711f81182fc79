//! Runs a plan: one executor, many observers.

mod call;
pub mod context;
pub mod defect;
pub mod device;
mod evaluation;
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
mod workers;

pub use crate::interruption;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod interruption_tests;
