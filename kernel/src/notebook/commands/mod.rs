//! Lines that begin with `%`: what a session can do beside running grn.

mod complete;
mod device;
mod echo;
mod figures;
mod list;
mod report;
mod reset;
mod rust;
mod takes;
mod time;
mod who;

pub use complete::{complete, name_at};
pub use rust::{MISPLACED as MISPLACED_RUST, check_cell as check_rust_cell};
pub use takes::Takes;

use crate::notebook::cell::Command;
use crate::notebook::{Frontend, Notebook, Problem};
use grn::Source;
use grn::engine::observer::CancelToken;
use grn::lang::diagnostics::Diagnostic;
use grn::lang::page::{Block, Page};
use grn::lang::suggest::nearest;
use grn::report::diagnostics::draw;
use grn_grammar::span::Span;

/// A command of the notebook.
pub struct CommandSpec {
    /// With its `%`.
    pub name: &'static str,
    /// What stands behind its name.
    pub takes: Takes,
    /// One sentence.
    pub summary: &'static str,
    run: fn(&mut Notebook, &Call<'_>) -> Result<(), Problem>,
}

/// One use of a command.
pub struct Call<'a> {
    /// What stands behind its name, with its place.
    pub words: &'a [(String, Span)],
    /// The cell.
    pub source: &'a Source,
    /// Where it shows things.
    pub frontend: &'a dyn Frontend,
    /// Who may stop it.
    pub cancel: &'a CancelToken,
}

/// Every command, in the order in which they are listed.
pub static COMMANDS: &[CommandSpec] = &[
    who::SPEC,
    time::SPEC,
    device::SPEC,
    figures::SPEC,
    report::SPEC,
    echo::SPEC,
    reset::FORGET,
    reset::SPEC,
    rust::SPEC,
    list::SPEC,
];

/// What is known of a command's name.
pub fn find(name: &str) -> Option<&'static CommandSpec> {
    COMMANDS.iter().find(|command| command.name == name)
}

impl CommandSpec {
    /// For instance `%device [auto | cpu | cuda]`.
    pub fn usage(&self) -> String {
        format!("{} {}", self.name, self.takes.usage()).trim_end().to_owned()
    }

    /// Its page.
    pub fn page(&self) -> Page {
        Page {
            title: self.name.to_owned(),
            blocks: vec![Block::Prose(self.summary.to_owned()), Block::Code(self.usage())],
        }
    }
}

impl Call<'_> {
    /// A failure with its place in the cell.
    pub fn problem(&self, diagnostic: Diagnostic) -> Problem {
        let drawn = draw([(Some(self.source), &diagnostic)], true);
        Problem::of(&[diagnostic], &drawn)
    }

    /// The first word behind the name.
    pub fn first(&self) -> Option<&str> {
        self.words.first().map(|(word, _)| word.as_str())
    }
}

/// What is wrong with a command, before anything runs.
pub fn check(command: &Command) -> Option<Diagnostic> {
    let ((name, span), words) = command.words.split_first()?;
    match find(name) {
        Some(spec) if spec.name == rust::SPEC.name => Some(rust::misplaced(*span)),
        Some(spec) => spec.takes.check(spec, words, *span),
        None => {
            let known = COMMANDS.iter().map(|command| command.name);
            let label = nearest(name, known).map_or_else(String::new, |near| format!("did you mean `{near}`?"));
            let problem = Diagnostic::error("unknown-command", format!("there is no command `{name}`"));
            Some(problem.at(*span, label).help("`%commands` lists them"))
        }
    }
}

/// Runs a checked command of the cell `source`.
pub fn run(
    notebook: &mut Notebook,
    command: &Command,
    source: &Source,
    frontend: &dyn Frontend,
    cancel: &CancelToken,
) -> Result<(), Problem> {
    let Some(((name, _), words)) = command.words.split_first() else {
        return Ok(());
    };
    let call = Call {
        words,
        source,
        frontend,
        cancel,
    };
    find(name).map_or(Ok(()), |spec| (spec.run)(notebook, &call))
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, check};
    use crate::notebook::cell::Cell;

    fn problem(code: &str) -> Option<String> {
        let cell = Cell::new(code);
        let problem = cell.before.first().and_then(check);
        problem.map(|problem| {
            let label = problem.label.map_or_else(String::new, |label| label.1);
            format!("{}: {label}", problem.message)
        })
    }

    #[test]
    fn mistakes_are_named() {
        for (code, expected) in [
            ("%who", None),
            ("%echo anything at all", None),
            ("%whoo", Some("there is no command `%whoo`: did you mean `%who`?")),
            (
                "%device cud",
                Some("`%device` does not know `cud`, expected `%device [auto | cpu | cuda]`: did you mean `cuda`?"),
            ),
            (
                "%device cpu cuda",
                Some("`%device` takes at most 1 word, found 2: expected `%device [auto | cpu | cuda]`"),
            ),
            ("%who pools", Some("`%who` stands alone, found 1 word: expected `%who`")),
            ("%report", Some("`%report` needs a file: expected `%report FILE.html`")),
            (
                "%report tutorial.ipynb",
                Some("`%report` writes `.html`, found `tutorial.ipynb`: expected `%report FILE.html`"),
            ),
            ("%forget", Some("`%forget` needs a name: expected `%forget NAME …`")),
        ] {
            assert_eq!(problem(code).as_deref(), expected, "{code}");
        }
    }

    #[test]
    fn every_command_is_described() {
        for command in COMMANDS {
            assert!(command.name.starts_with('%') && command.usage().starts_with(command.name));
            assert!(command.summary.ends_with('.'));
        }
    }

    /// The table of docs/notebook.md lists them by hand; it must list them all, as they are.
    #[test]
    fn the_documentation_knows_every_command() {
        let docs = include_str!("../../../../docs/notebook.md");
        for command in COMMANDS.iter().filter(|command| command.name != "%commands") {
            let usage = command.usage().replace('|', "\\|");
            assert!(docs.contains(&format!("| `{usage}` |")), "{usage}");
        }
    }
}
