//! `%reset` and `%forget`: taking names away.

use super::{Call, CommandSpec};
use crate::display::Bundle;
use crate::notebook::{Notebook, Problem, StdinRefused};

pub const SPEC: CommandSpec = CommandSpec {
    name: "%reset",
    usage: "%reset [-f]",
    summary: "Takes away all names, options and finished stages; asks before unless `-f` is given.",
    words: &["-f"],
    most: 1,
    least: 0,
    run: reset,
};

pub const FORGET: CommandSpec = CommandSpec {
    name: "%forget",
    usage: "%forget NAME …",
    summary: "Takes names away; what was finished stays for other pipelines.",
    words: &[],
    most: usize::MAX,
    least: 1,
    run: forget,
};

fn reset(notebook: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    if call.words.is_empty() {
        match call
            .frontend
            .ask("Take away all names, options and finished stages? (y/n) ")
        {
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
    call.frontend.display(Bundle::text("everything was taken away"), None);
    Ok(())
}

fn forget(notebook: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    for name in &call.words {
        if !notebook.session.forget(name) {
            let value = format!("there is no name `{name}`; `%who` lists them");
            return Err(Problem::plain("grn::unknown-name", &value));
        }
    }
    Ok(())
}
