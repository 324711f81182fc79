//! Values of a grn notebook in its Rust cells.
//!
//! ```no_run
//! # fn cell() -> Result<(), grn_nb::Error> {
//! let pools = grn_nb::get("pools")?.pools()?;
//! let mine = pools.score_sets(|_target, set| set.members().map(|candidate| candidate.score).sum())?;
//! grn_nb::put("mine", mine)?;
//! # Ok(())
//! # }
//! ```
//!
//! The next cell may then say `pools | select mine | decode exact`. [`get`] evaluates a name of the notebook; what it
//! gives is a [`Frame`] of columns, with typed views for pools and data sets. [`put`] takes a [`Ranking`], [`SetScores`]
//! or any [`Frame`]. Values travel as `.grn-columns` files, which [`read`](Frame::read) and [`write`](Frame::write) know.
#![deny(unsafe_code)]
#![warn(missing_docs)]

mod column;
mod dataset;
mod decode;
mod display;
mod encode;
mod error;
mod exchange;
mod frame;
mod name;
mod pools;
mod ranking;
mod scoring;
mod set_scores;
mod sets;
mod table;

pub use column::{Column, Lists, Values};
pub use dataset::Dataset;
pub use error::Error;
pub use exchange::{get, put};
pub use frame::Frame;
pub use pools::{Candidate, Pools, Role, Target};
pub use ranking::Ranking;
pub use scoring::{Scoring, Set, DEFAULT_CAPS};
pub use set_scores::{SetScores, TargetScores};
pub use sets::{count_sets, set_rank, Sets};
