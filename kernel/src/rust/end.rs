//! What the end of a Rust cell means, in words.

use crate::notebook::Problem;
use crate::rust::diagnostics::{compile_errors, panic, plain};
use crate::rust::protocol::{Done, Outcome};
use crate::rust::run::Run;
use crate::rust::session::RustSession;

impl RustSession {
    /// What the cell's end means.
    pub(super) fn close(&self, run: &Run<'_>, done: Done) -> Result<(), Problem> {
        let kept = some_lost(&done.lost);
        match done.outcome {
            Outcome::Ok => Ok(()),
            Outcome::Errors(problems) => Err(compile_errors(run.source, &problems)),
            Outcome::Panic { message, place } => {
                let source = place.and_then(|(cell, ..)| self.cells.get(&cell));
                let place = place
                    .map(|(_, line, column)| (line, column))
                    .filter(|_| source.is_some());
                Err(panic(source.unwrap_or(run.source), &message, place, vec![kept]))
            }
            Outcome::Returned(message) => {
                let message = format!("the cell returned an error: {message}");
                Err(plain(run.source, "returned-error", &message, vec![kept]))
            }
            Outcome::Ended(how) => {
                let message = format!("the process of the cell's code is gone: {how}");
                Err(plain(run.source, "process-ended", &message, vec![all_lost(&done.lost)]))
            }
            Outcome::Interrupted { ran: true } => Err(Problem::interrupted(&all_lost(&done.lost))),
            Outcome::Interrupted { ran: false } => {
                let words = "the compiler was stopped; the cell did not run, and all of the Rust session is kept";
                Err(Problem::interrupted(words))
            }
            Outcome::Redefined(variables) => {
                let message = "types of variables changed, so the variables are lost";
                let note = names(&variables);
                Err(plain(run.source, "type-redefined", message, vec![note]))
            }
            Outcome::Message(message) => Err(plain(run.source, "not-run", message.trim(), Vec::new())),
            Outcome::Defect => Err(defect(run)),
        }
    }
}

/// What is left when the process of the code is gone.
fn all_lost(lost: &[String]) -> String {
    match names(lost).as_str() {
        "" => "functions, types and imports are kept".to_owned(),
        lost => format!("the Rust variables are lost ({lost}); functions, types and imports are kept"),
    }
}

/// What is left when the code left the cell early.
fn some_lost(lost: &[String]) -> String {
    match names(lost).as_str() {
        "" => "variables of this cell are not kept; those of earlier cells are".to_owned(),
        lost => format!("variables of this cell are not kept, nor what it took over ({lost}); all others are"),
    }
}

fn defect(run: &Run<'_>) -> Problem {
    let message = "the compiler of Rust cells ended by a defect";
    let note = "Rust variables, functions and imports are lost; the next Rust cell starts anew";
    plain(run.source, "worker-ended", message, vec![note.to_owned()])
}

fn names(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
