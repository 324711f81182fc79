//! Runs a plan: one executor, many observers.

pub mod context;
pub mod observer;
pub mod outcome;
pub mod value;
