//! `%reset` and `%forget`: taking names away.

use super::{Call, CommandSpec, Takes};
use crate::display::Bundle;
use crate::notebook::{Notebook, Problem, Question, StdinRefused};
use grn::lang::diagnostics::Diagnostic;
use grn::lang::suggest::nearest;

pub const SPEC: CommandSpec = CommandSpec {
    name: "%reset",
    takes: Takes::Choice {
        of: || vec!["-f"],
        most: 1,
    },
    summary: "Takes away all names, options and finished stages, and the Rust session; asks before unless `-f` is given.",
    run: reset,
};

pub const FORGET: CommandSpec = CommandSpec {
    name: "%forget",
    takes: Takes::Names,
    summary: "Takes names away, and with `use` the default source; what was finished stays for other pipelines.",
    run: forget,
};

fn reset(notebook: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    if call.words.is_empty() {
        let question = Question {
            prompt: "Take away all names, options and finished stages? (y/n) ",
            is_password: false,
        };
        match call.frontend.ask(&question) {
            Ok(answer) if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") => {}
            Ok(_) => {
                call.frontend.display(Bundle::text("nothing was taken away"), None);
                return Ok(());
            }
            Err(StdinRefused::Interrupted) => return Err(Problem::interrupted("nothing was taken away")),
            Err(StdinRefused::NotAllowed) => {
                let value = "`%reset` can't ask here; `%reset -f` does not ask";
                return Err(Problem::plain("grn::cannot-ask", value));
            }
        }
    }
    notebook.session.reset();
    notebook.shown.clear();
    notebook.rust.reset();
    call.frontend.display(Bundle::text("everything was taken away"), None);
    Ok(())
}

fn forget(notebook: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    let names: Vec<&str> = notebook.session.environment().forgettable().collect();
    if let Some((word, place)) = call.words.iter().find(|(word, _)| !names.contains(&word.as_str())) {
        let label = nearest(word, names.iter().copied());
        let label = label.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
        let problem = Diagnostic::error("unknown-name", format!("there is no name `{word}`"));
        return Err(call.problem(problem.at(*place, label).help("`%who` lists the names")));
    }
    for (name, _) in call.words {
        notebook.session.forget(name);
    }
    Ok(())
}
