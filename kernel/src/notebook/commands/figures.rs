//! `%figures`: in which forms figures are shown.

use super::{Call, CommandSpec, Takes};
use crate::display::Bundle;
use crate::display::figure::FORMS;
use crate::notebook::{Notebook, Problem};

pub const SPEC: CommandSpec = CommandSpec {
    name: "%figures",
    takes: Takes::Choice {
        of: forms,
        most: FORMS.len(),
    },
    summary: "Shows or changes the forms that figures have in later cells; `html` is live everywhere but adds \
              megabytes to the notebook.",
    run,
};

fn forms() -> Vec<&'static str> {
    FORMS.iter().map(|(name, _)| *name).collect()
}

fn run(notebook: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    let is_given = |name: &str| call.words.iter().any(|(word, _)| word == name);
    let chosen = FORMS.iter().filter(|(name, _)| is_given(name));
    if !call.words.is_empty() {
        notebook.forms = chosen.map(|(_, form)| *form).collect();
    }
    let shown = FORMS.iter().filter(|(_, form)| notebook.forms.contains(form));
    let names: Vec<&str> = shown.map(|(name, _)| *name).collect();
    let words = format!("figures are shown as {}", names.join(", "));
    call.frontend.display(Bundle::text(words), None);
    Ok(())
}
