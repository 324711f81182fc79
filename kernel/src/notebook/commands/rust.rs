//! `%%rust`: how a cell begins that holds Rust (`notebook/rust.rs`); elsewhere it is a mistake.

use super::{Call, CommandSpec, Takes};
use crate::notebook::cell::RustCode;
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

/// What is wrong with a Rust cell before its code is looked at.
pub fn check_cell(cell: &RustCode) -> Option<Diagnostic> {
    let (name, words) = cell.command.words.split_first()?;
    if let Some(problem) = SPEC.takes.check(&SPEC, words, name.1) {
        return Some(problem.help("the Rust code begins in the next line"));
    }
    cell.code.trim().is_empty().then(|| {
        Diagnostic::error("no-code", "a `%%rust` cell holds no Rust yet")
            .at(name.1, "nothing follows")
            .help("the lines below `%%rust` are Rust, for instance `let x = 40;`")
    })
}

#[cfg(test)]
mod tests {
    use super::{MISPLACED, check_cell};
    use crate::notebook::cell::Cell;
    use crate::notebook::commands::check;

    #[test]
    fn code_before_it_is_the_only_problem_that_is_told() {
        let cell = Cell::new("let p = retrieve dot\n%%rust\n1 + 1");
        let problems: Vec<_> = cell.before.iter().chain(&cell.after).filter_map(check).collect();
        assert_eq!(
            problems.iter().map(|problem| problem.code).collect::<Vec<_>>(),
            [MISPLACED]
        );
    }

    #[test]
    fn a_rust_cell_has_its_code_below_its_first_line() {
        let problem = |code: &str| {
            let problem = Cell::new(code).rust.as_ref().and_then(check_cell);
            problem.map(|problem| problem.message)
        };
        assert_eq!(problem("%%rust\n1"), None);
        for empty in ["%%rust", "\n%%rust\n \n", "%%rust # note"] {
            let expected = Some("a `%%rust` cell holds no Rust yet".to_owned());
            assert_eq!(problem(empty), expected, "{empty}");
        }
        let words = problem("%%rust let x = 1;\nx");
        assert_eq!(words.as_deref(), Some("`%%rust` stands alone, found 4 words"));
    }
}
