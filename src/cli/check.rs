//! `grn check`: every problem of scripts.

use super::Exit;
use super::diagnostics::Reporter;
use super::environment;
use super::source;
use grn::Session;
use grn::lang::diagnostics::{Diagnostic, Severity};
use std::path::PathBuf;

/// Checks scripts one by one, each on its own.
pub fn check(files: &[PathBuf], reporter: &Reporter) -> Exit {
    let variables = environment::variables();
    let mut all: Vec<Diagnostic> = Vec::new();
    for file in files {
        let (source, problems) = match source::read(file) {
            Ok(source) => {
                let problems = Session::new(variables.clone()).check(&source);
                (Some(source), problems)
            }
            Err(problem) => (None, vec![problem]),
        };
        reporter.report(source.as_ref(), &problems);
        all.extend(problems);
    }
    reporter.count(&all);
    match all.iter().any(|problem| problem.severity == Severity::Error) {
        true => Exit::Wrong,
        false => Exit::Fine,
    }
}
