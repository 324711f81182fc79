//! What a cell shows, as MIME bundles.

mod bundle;
pub mod png;

pub use bundle::Bundle;
