//! Tables and figures of results. Knows no models.

pub mod groups;
pub mod html;
pub mod table;
pub mod tables;
pub mod write;

#[cfg(test)]
pub(crate) mod fixtures;
