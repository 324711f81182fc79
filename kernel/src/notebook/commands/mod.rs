//! Lines that begin with `%`: what a session can do beside running grn.

mod device;
mod echo;
mod figures;
mod list;
mod report;
mod reset;
mod who;

use crate::notebook::cell::Command;
use crate::notebook::{Frontend, Notebook, Problem};
use grn::engine::observer::CancelToken;
use grn::lang::diagnostics::Diagnostic;
use grn::lang::page::{Block, Page};
use grn::lang::suggest::nearest;

/// A command of the notebook.
pub struct CommandSpec {
    /// With its `%`.
    pub name: &'static str,
    /// For instance `%device [auto | cpu | cuda]`.
    pub usage: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The words that it understands; none means any.
    pub words: &'static [&'static str],
    /// How many words it takes at most.
    pub most: usize,
    /// How many words it needs.
    pub least: usize,
    run: fn(&mut Notebook, &Call<'_>) -> Result<(), Problem>,
}

/// One use of a command.
pub struct Call<'a> {
    /// What stands behind its name.
    pub words: Vec<&'a str>,
    /// Where it shows things.
    pub frontend: &'a dyn Frontend,
    /// Who may stop it.
    pub cancel: &'a CancelToken,
}

/// Every command, in the order in which they are listed.
pub static COMMANDS: &[CommandSpec] = &[
    who::SPEC,
    TIME,
    device::SPEC,
    figures::SPEC,
    report::SPEC,
    echo::SPEC,
    reset::FORGET,
    reset::SPEC,
    list::SPEC,
];

/// Part of how a cell is read (`notebook/cell.rs`); here it is only described.
const TIME: CommandSpec = CommandSpec {
    name: "%time",
    usage: "%time [PIPELINE]",
    summary: "Runs the cell, then shows what each of its stages took.",
    words: &[],
    most: usize::MAX,
    least: 0,
    run: |_, _| Ok(()),
};

/// What is known of a command's name.
pub fn find(name: &str) -> Option<&'static CommandSpec> {
    COMMANDS.iter().find(|command| command.name == name)
}

impl CommandSpec {
    /// Its page.
    pub fn page(&self) -> Page {
        Page {
            title: self.name.to_owned(),
            blocks: vec![
                Block::Prose(self.summary.to_owned()),
                Block::Code(self.usage.to_owned()),
            ],
        }
    }
}

/// What is wrong with a command, before anything runs.
pub fn check(command: &Command) -> Option<Diagnostic> {
    let (name, span) = command.words.first()?;
    let Some(spec) = find(name) else {
        let known = COMMANDS.iter().map(|command| command.name);
        let label = nearest(name, known).map_or_else(String::new, |near| format!("did you mean `{near}`?"));
        let problem = Diagnostic::error("unknown-command", format!("there is no command `{name}`"));
        return Some(problem.at(*span, label).help("`%commands` lists them"));
    };
    let given = command.words.len() - 1;
    if given > spec.most || given < spec.least {
        let message = format!("`{name}` does not take {given} words, expected `{}`", spec.usage);
        return Some(Diagnostic::error("command-words", message).at(*span, ""));
    }
    let wrong = |(word, _): &&(String, _)| !spec.words.is_empty() && !spec.words.contains(&word.as_str());
    let (word, span) = command.words.iter().skip(1).find(wrong)?;
    let label = nearest(word, spec.words.iter().copied());
    let label = label.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
    let message = format!("`{name}` does not know `{word}`, expected `{}`", spec.usage);
    Some(Diagnostic::error("command-words", message).at(*span, label))
}

/// Runs a checked command.
pub fn run(
    notebook: &mut Notebook,
    command: &Command,
    frontend: &dyn Frontend,
    cancel: &CancelToken,
) -> Result<(), Problem> {
    let words: Vec<&str> = command.words.iter().map(|(word, _)| word.as_str()).collect();
    let Some((spec, words)) = words.split_first().and_then(|(name, words)| Some((find(name)?, words))) else {
        return Ok(());
    };
    let call = Call {
        words: words.to_vec(),
        frontend,
        cancel,
    };
    (spec.run)(notebook, &call)
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, check};
    use crate::notebook::cell::Cell;

    fn problem(code: &str) -> Option<String> {
        let cell = Cell::new(code);
        let problem = cell.before.first().and_then(check);
        problem.map(|problem| {
            format!(
                "{}: {}",
                problem.message,
                problem.label.map_or(String::new(), |label| label.1)
            )
        })
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(problem("%who"), None);
        assert_eq!(
            problem("%whoo").as_deref(),
            Some("there is no command `%whoo`: did you mean `%who`?")
        );
        assert_eq!(
            problem("%device cud").as_deref(),
            Some("`%device` does not know `cud`, expected `%device [auto | cpu | cuda]`: did you mean `cuda`?")
        );
        assert_eq!(
            problem("%report").as_deref(),
            Some("`%report` does not take 0 words, expected `%report FILE.html`: ")
        );
    }

    #[test]
    fn every_command_is_described() {
        for command in COMMANDS {
            assert!(command.name.starts_with('%') && command.usage.starts_with(command.name));
            assert!(command.summary.ends_with('.'));
        }
    }
}
