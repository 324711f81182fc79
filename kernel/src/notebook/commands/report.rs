//! `%report`: everything shown so far as one page.

use super::{Call, CommandSpec, Takes};
use crate::notebook::{Notebook, Problem, StreamName};
use grn::lang::diagnostics::Diagnostic;
use grn::report::page::{Page, page};
use grn::report::write::write_atomically;
use grn_grammar::span::Span;

pub const SPEC: CommandSpec = CommandSpec {
    name: "%report",
    takes: Takes::File(".html"),
    summary: "Writes all results of the session so far as one page with live figures that needs no network.",
    run,
};

fn run(notebook: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    let words: Vec<&str> = call.words.iter().map(|(word, _)| word.as_str()).collect();
    let place = call.words.iter().map(|(_, place)| *place).reduce(Span::join);
    let placed = |problem: Diagnostic| match place {
        Some(place) => call.problem(problem.at(place, "")),
        None => call.problem(problem),
    };
    let path = notebook.session.output_path(&words.join(" ")).map_err(placed)?;
    let title = path.file_stem().unwrap_or_default().to_string_lossy();
    let html = page(&Page {
        title: &title,
        script: "",
        sections: notebook.shown.sections(),
    });
    write_atomically(&path, html.as_bytes()).map_err(placed)?;
    let words = format!("wrote {}\n", path.display());
    call.frontend.stream(StreamName::Out, &words);
    Ok(())
}
