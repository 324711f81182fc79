//! `grn fmt`: the one canonical form of a script.

use super::Exit;
use super::diagnostics::Reporter;
use super::output::Output;
use super::source;
use grn::Source;
use grn::lang::diagnostics::Diagnostic;
use grn::report::write::write_atomically;
use std::path::{Path, PathBuf};

/// Formats scripts in place, or standard input to standard output. With `only_check` nothing is written.
pub fn format(files: &[PathBuf], only_check: bool, reporter: &Reporter, output: &mut Output) -> Exit {
    let each = files.iter().map(|file| match formatted(file) {
        Ok((source, text)) => settle(file, &source, &text, only_check, reporter, output),
        Err((source, problems)) => {
            reporter.report(source.as_ref(), &problems);
            Exit::Wrong
        }
    });
    each.max().unwrap_or(Exit::Fine)
}

type Problems = (Option<Source>, Vec<Diagnostic>);

fn formatted(file: &Path) -> Result<(Source, String), Problems> {
    let source = source::read(file).map_err(|problem| (None, vec![problem]))?;
    match grn::format(&source.text) {
        Ok(text) => Ok((source, text)),
        Err(problems) => Err((Some(source), problems)),
    }
}

/// Does with a formatted text what was asked for.
fn settle(
    file: &Path,
    source: &Source,
    text: &str,
    only_check: bool,
    reporter: &Reporter,
    output: &mut Output,
) -> Exit {
    let changes = text != source.text;
    if only_check {
        if changes {
            output.print(&source.name);
        }
        return if changes { Exit::Failed } else { Exit::Fine };
    }
    if source::is_stdin(file) {
        output.write(text);
    } else if changes && let Err(problem) = write_atomically(file, text.as_bytes()) {
        reporter.report(None, &[problem]);
        return Exit::Failed;
    }
    Exit::Fine
}
