//! What a cell shows, as MIME bundles.

mod bundle;

pub use bundle::Bundle;
