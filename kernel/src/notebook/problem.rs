//! How a cell that fails says so: the diagnostics of the command line, coloured.

use crate::notebook::frontend::Problem;
use grn::engine::executor::Interrupted;
use grn::lang::diagnostics::{Diagnostic, Severity};

impl Problem {
    /// A problem without a place.
    pub fn plain(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            traceback: vec![format!("\u{1b}[31m{name}\u{1b}[0m: {value}")],
        }
    }

    /// The user stopped it; `words` say what is left of it.
    pub fn interrupted(words: &str) -> Self {
        Self::plain("Interrupted", words)
    }

    /// The problems of a cell, all at once; `drawn` is how they look.
    pub fn of(diagnostics: &[Diagnostic], drawn: &str) -> Self {
        let errors: Vec<&Diagnostic> = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .collect();
        let first = errors.first().copied().or(diagnostics.first());
        let more = errors.len().saturating_sub(1);
        let message = first.map_or("", |diagnostic| diagnostic.message.as_str());
        Self {
            name: first.map_or_else(|| "grn".to_owned(), |diagnostic| format!("grn::{}", diagnostic.code)),
            value: match more {
                0 => message.to_owned(),
                1 => format!("{message} (and 1 more error)"),
                _ => format!("{message} (and {more} more errors)"),
            },
            traceback: drawn.trim_end().lines().map(str::to_owned).collect(),
        }
    }
}

/// What an interrupted run leaves, in words.
pub fn interrupted_words(interrupted: &Interrupted) -> String {
    let finished = interrupted.finished.len();
    let stopped = interrupted
        .stopped()
        .map_or_else(String::new, |stopped| format!("{stopped}; "));
    match finished {
        0 => format!("{stopped}no stage had finished; names are kept"),
        _ => format!(
            "{stopped}{finished} of the cell's {} stages were finished, and are kept with all names",
            interrupted.total
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::interrupted_words;
    use crate::notebook::Problem;
    use grn::engine::executor::Interrupted;
    use grn::lang::diagnostics::Diagnostic;

    #[test]
    fn the_first_error_gives_the_name() {
        let problems = [
            Diagnostic::warning("unused", "w"),
            Diagnostic::error("unknown-method", "`select` has no method `a`"),
            Diagnostic::error("unknown-verb", "b"),
        ];
        let problem = Problem::of(&problems, "one\ntwo\n\n");
        assert_eq!(problem.name, "grn::unknown-method");
        assert_eq!(problem.value, "`select` has no method `a` (and 1 more error)");
        assert_eq!(problem.traceback, ["one", "two"]);
    }

    #[test]
    fn an_interrupt_says_what_is_kept() {
        let interrupted = Interrupted {
            finished: vec!["load sergio".to_owned()],
            running: vec!["retrieve attn".to_owned()],
            total: 7,
        };
        assert_eq!(
            interrupted_words(&interrupted),
            "retrieve attn was stopped; 1 of the cell's 7 stages were finished, and are kept with all names"
        );
    }
}
