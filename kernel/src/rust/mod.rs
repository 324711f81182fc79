//! Cells of real Rust (`%%rust`): started, fed and watched from here; compiled and run by a program of its own.
//!
//! The kernel itself knows no compiler. `session` keeps the worker, `kernel/rust/worker/`, from cell to cell; a
//! `run` of one cell follows what the worker says and answers what the cell's code asks by TCP (`listener`).

mod diagnostics;
mod end;
pub mod exchange;
mod helper;
mod listener;
pub(crate) mod places;
mod protocol;
mod run;
mod session;
mod worker;

pub use exchange::Exchange;
pub use places::Places;
pub use run::Run;
pub use session::{RustSession, Variable};
