//! `grn explain`: plans, optimisations and costs.

use super::Exit;
use super::arguments::ScriptArguments;
use super::diagnostics::Reporter;
use super::environment;
use super::output::Output;
use super::source;
use grn::Session;
use grn::plan::explain::Explanation;

/// Explains every pipeline of a script.
pub fn explain(arguments: &ScriptArguments, reporter: &Reporter, output: &mut Output) -> Exit {
    let source = match source::script(arguments) {
        Ok(source) => source,
        Err(problem) => {
            reporter.report(None, &[problem]);
            return Exit::Wrong;
        }
    };
    match Session::new(environment::variables()).explain(&source) {
        Ok((explanations, warnings)) => {
            reporter.report(Some(&source), &warnings);
            let texts: Vec<String> = explanations.iter().map(Explanation::to_text).collect();
            output.print(&texts.join("\n"));
            Exit::Fine
        }
        Err(problems) => {
            reporter.report(Some(&source), &problems);
            reporter.count(&problems);
            Exit::Wrong
        }
    }
}
