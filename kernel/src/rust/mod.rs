//! Cells of real Rust.

pub mod exchange;
