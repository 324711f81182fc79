//! `%%rust`: how a cell begins that holds Rust (`notebook/rust.rs`); elsewhere it is a mistake.

use super::{Call, CommandSpec, Takes};
use crate::notebook::{Notebook, Problem};
use grn::lang::diagnostics::Diagnostic;
use grn_grammar::span::Span;

pub const SPEC: CommandSpec = CommandSpec {
    name: "%%rust",
    takes: Takes::Nothing,
    summary: "As the first line of a cell: all that follows is Rust; `grn_nb::get` reads values of grn, and \
              `grn_nb::put` gives some back.",
    run: |_: &mut Notebook, call: &Call<'_>| -> Result<(), Problem> {
        let at = call.source.text.find(SPEC.name).unwrap_or_default();
        Err(call.problem(misplaced(Span::new(at, at + SPEC.name.len()))))
    },
};

/// The code of the problem that it stands in the wrong place.
pub const MISPLACED: &str = "command-place";

/// It stands anywhere but at the beginning.
pub fn misplaced(place: Span) -> Diagnostic {
    Diagnostic::error(MISPLACED, "`%%rust` stands in the first line of a cell")
        .at(place, "code or commands stand before it")
        .help("a cell holds either grn or Rust")
}
