//! grn: a small language for combinatorial gene regulation.
//!
//! A script goes `parse → check → plan → run → render`; [`Session`] leads it all the way.
//!
//! | step | module | takes → gives |
//! | --- | --- | --- |
//! | parse | [`grn_grammar`] | text → syntax tree and every syntax error |
//! | check | [`lang::check`] | tree → typed pipelines and every problem |
//! | plan | [`plan::build`], [`plan::rules`] | pipelines → content-addressed nodes, shared and optimised |
//! | run | [`engine::executor`] | nodes → values |
//! | render | [`report::render`] | values → tables, figures, files |
//!
//! Values are a [`Dataset`](data::dataset::Dataset), a [`Split`](data::split::Split),
//! [`Pools`](data::pools::Pools) of candidate regulators, a [`Scorer`](model::scorer::Scorer) of candidate sets, decoded
//! [`Teams`](data::teams::Teams), and a [`Report`](metrics::report::Report) of coverage and exact match. The stages that
//! turn one into the next are in [`stages`], one method a file.
//!
//! ```
//! use grn::engine::observer::{CancelToken, Silent};
//! use grn::{Session, Shown, Source};
//! use std::collections::BTreeMap;
//!
//! let script = "simulate sergio genes=80 regulators=20 masters=8 types=3 cells=10
//!   | retrieve popularity k=12 | select stage1 | decode exact cap=12 | evaluate";
//! let source = Source::new("example", script, None);
//! let cancel = CancelToken::default();
//!
//! let mut session = Session::new(BTreeMap::new());
//! let prepared = session.prepare(&source, &cancel).expect("the script is right");
//! let mut outcomes = Vec::new();
//! session
//!     .run(prepared, &Silent, &cancel, &mut |shown| {
//!         if let Shown::Result(outcome, _tables_and_figures) = shown {
//!             outcomes.push(outcome);
//!         }
//!     })
//!     .expect("it runs");
//!
//! let report = outcomes[0].cells[0].value.report().expect("teams were decoded");
//! let pairs = report.per_size[&2];
//! assert!(pairs.exact <= pairs.covered && pairs.covered <= pairs.n);
//! ```
//!
//! [`Session::evaluate`] is the short way; in a Rust notebook its [`Answer`] shows tables and pictures by itself.
//!
//! What is wrong with a script is a value, with its place:
//!
//! ```
//! use grn::{Session, Source};
//!
//! let mut session = Session::new(std::collections::BTreeMap::new());
//! let problems = session.check(&Source::new("example", "retrieve atn k=80", None));
//! assert_eq!(problems[0].code, "unknown-method");
//! ```

mod answer;
pub mod bench;
pub mod cache;
pub mod data;
pub mod engine;
pub mod interruption;
pub mod lang;
pub mod metrics;
pub mod model;
pub mod plan;
pub mod process;
pub mod random;
pub mod report;
mod session;
mod source;
pub mod stages;
mod vectorised;

pub use answer::{Answer, Problems};
pub use session::{Failure, NameSummary, Prepared, Session, Shown, format};
pub use source::Source;
