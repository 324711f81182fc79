//! `%figures`: in which forms figures are shown.

use super::{Call, CommandSpec};
use crate::display::Bundle;
use crate::display::figure::FORMS;
use crate::notebook::{Notebook, Problem};

pub const SPEC: CommandSpec = CommandSpec {
    name: "%figures",
    usage: "%figures [plotly] [png] [svg] [html]",
    summary: "Shows or changes the forms that figures have in later cells; `html` is live everywhere but adds \
              megabytes to the notebook.",
    words: &["plotly", "png", "svg", "html"],
    most: 4,
    least: 0,
    run,
};

fn run(notebook: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    let chosen = FORMS.iter().filter(|(name, _)| call.words.contains(name));
    if !call.words.is_empty() {
        notebook.forms = chosen.map(|(_, form)| *form).collect();
    }
    let shown = FORMS.iter().filter(|(_, form)| notebook.forms.contains(form));
    let names: Vec<&str> = shown.map(|(name, _)| *name).collect();
    let words = format!("figures are shown as {}", names.join(", "));
    call.frontend.display(Bundle::text(words), None);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_words_are_the_forms() {
        let names: Vec<&str> = super::FORMS.iter().map(|(name, _)| *name).collect();
        assert_eq!(super::SPEC.words, names);
    }
}
