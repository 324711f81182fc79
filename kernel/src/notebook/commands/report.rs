//! `%report`: everything shown so far as one page.

use super::{Call, CommandSpec};
use crate::notebook::{Notebook, Problem, StreamName};
use grn::report::page::{Page, page};
use grn::report::write::write_atomically;
use std::path::Path;

pub const SPEC: CommandSpec = CommandSpec {
    name: "%report",
    usage: "%report FILE.html",
    summary: "Writes all results of the session so far as one page with live figures that needs no network.",
    words: &[],
    most: 1,
    least: 1,
    run,
};

fn run(notebook: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    let path = Path::new(call.words.first().copied().unwrap_or_default());
    let title = path
        .file_stem()
        .map_or_else(|| "report".into(), |stem| stem.to_string_lossy());
    let html = page(&Page {
        title: &title,
        script: "",
        sections: &notebook.shown,
    });
    write_atomically(path, html.as_bytes()).map_err(|problem| notebook.problem(&[problem]))?;
    call.frontend
        .stream(StreamName::Out, &format!("wrote {}\n", path.display()));
    Ok(())
}
