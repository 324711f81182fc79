//! Runs a plan: one executor, many observers.

pub mod context;
pub mod defect;
pub mod device;
pub mod executor;
pub mod labels;
pub mod observer;
pub mod outcome;
pub mod value;
