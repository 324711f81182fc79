//! `grn run`: tables to standard output, progress to standard error, a page and JSON to files.

use super::Exit;
use super::arguments::RunArguments;
use super::diagnostics::Reporter;
use super::environment;
use super::interrupt;
use super::output::Output;
use super::page::{PageFile, Results};
use super::progress;
use super::source;
use grn::engine::executor::Interrupted;
use grn::engine::observer::CancelToken;
use grn::lang::diagnostics::Diagnostic;
use grn::report::write::{check_writable, write_atomically};
use grn::{Failure, Session, Source};
use std::path::Path;

/// Runs a script.
pub fn run(arguments: &RunArguments, reporter: &Reporter, output: &mut Output) -> Exit {
    let source = match source::script(&arguments.script) {
        Ok(source) => source,
        Err(problem) => return wrong(reporter, None, &[problem]),
    };
    let mut session = Session::new(environment::variables());
    for assignment in &arguments.set {
        if let Err((set, problems)) = session.override_option(assignment) {
            return wrong(reporter, Some(&set), &problems);
        }
    }
    let page = PageFile::new(&arguments.out, &source);
    let cancel = interrupt::token();
    let mut results = Results::default();
    match execute(&mut session, &source, arguments, &page, &cancel, reporter, output, &mut results) {
        Ok(()) => write_results(&source, arguments, &page, &results, reporter),
        Err(Failure::Script(problems)) => wrong(reporter, Some(&source), &problems),
        Err(Failure::Run(problem)) => {
            reporter.report(Some(&source), &[*problem]);
            Exit::Failed
        }
        Err(Failure::Cancelled(interrupted)) => {
            reporter.note(&interrupted_words(&interrupted));
            Exit::Failed
        }
    }
}
