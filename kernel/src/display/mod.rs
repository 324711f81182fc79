//! What a cell shows, as MIME bundles.

mod bundle;
pub mod explanation;
pub mod figure;
pub mod page;
pub mod png;
pub mod result;
pub mod status;
pub mod table;

pub use bundle::Bundle;
