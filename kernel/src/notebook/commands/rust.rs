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
    run,
};

fn run(_: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    let at = call.source.text.find(SPEC.name).unwrap_or_default();
    let problem = Diagnostic::error("command-place", "`%%rust` stands in the first line of a cell");
    let problem = problem.at(Span::new(at, at + SPEC.name.len()), "code or commands stand before it");
    Err(call.problem(problem.help("a cell holds either grn or Rust")))
}
