//! The language's meaning: types, the stage catalog, and the checker that turns a syntax tree into checked
//! pipelines. Nothing here knows of tensors.

pub mod arguments;
pub mod catalog;
pub mod diagnostics;
pub mod types;
