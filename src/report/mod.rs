//! Tables and figures of results, diagnostics as text. Knows no models.

mod ansi;
pub mod audit;
pub mod columns;
pub mod diagnostics;
pub mod duration;
pub mod figures;
pub mod groups;
pub mod html;
pub mod json;
pub mod page;
pub mod picture;
pub mod render;
pub mod save;
pub mod table;
pub mod tables;
pub mod write;

#[cfg(test)]
pub(crate) mod fixtures;
