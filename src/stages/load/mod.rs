//! Data sets from files.

pub mod sergio;
