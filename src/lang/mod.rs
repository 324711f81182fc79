//! The language's meaning: types, the stage catalog, and the checker that turns a syntax tree into checked
//! pipelines. Nothing here knows of tensors.

pub mod arguments;
pub mod catalog;
pub mod check;
pub mod checked;
pub mod complete;
pub mod definition;
pub mod diagnostics;
pub mod given;
pub mod help;
pub mod implied;
pub mod inspect;
pub mod keywords;
pub mod literal;
pub mod options;
pub mod page;
pub mod suggest;
pub mod types;
mod upstream;
