//! grn: a small language for combinatorial gene regulation.
//!
//! A script goes `parse → check → plan → run → render`; [`Session`] leads it all the way:
//!
//! ```
//! use grn::engine::observer::{CancelToken, Silent};
//! use grn::{Session, Shown, Source};
//! use std::collections::BTreeMap;
//!
//! let mut session = Session::new(BTreeMap::new());
//! let source = Source::new("example", "help", None);
//! assert!(session.check(&source).is_empty());
//!
//! let cancel = CancelToken::default();
//! let prepared = session.prepare(&source, &cancel).unwrap();
//! let mut shown = Vec::new();
//! session.run(prepared, &Silent, &cancel, &mut |what| shown.push(what)).unwrap();
//! assert!(matches!(shown.as_slice(), [Shown::Help(_)]));
//! ```

pub mod data;
pub mod engine;
pub mod lang;
pub mod metrics;
pub mod model;
pub mod pending;
pub mod plan;
pub mod random;
pub mod report;
mod session;
mod source;
pub mod stages;

pub use session::{Failure, Prepared, Session, Shown, format};
pub use source::Source;
