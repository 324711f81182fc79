//! Diagnostics on standard error.

use super::environment;
use grn::Source;
use grn::lang::diagnostics::Diagnostic;
use grn::report::diagnostics;
use std::io::{IsTerminal, Write};

/// Prints diagnostics and notes to standard error. What can't be printed there is dropped.
pub struct Reporter {
    coloured: bool,
}

impl Reporter {
    /// In colour on a terminal that wants it.
    pub fn new() -> Self {
        Self {
            coloured: std::io::stderr().is_terminal() && !environment::forbids_colour(),
        }
    }

    /// Prints diagnostics about `source`, in order.
    pub fn report(&self, source: Option<&Source>, problems: &[Diagnostic]) {
        let placed = problems.iter().map(|problem| (source, problem));
        print(&diagnostics::draw(placed, self.coloured));
    }

    /// Prints one line.
    pub fn note(&self, text: &str) {
        print(&format!("{text}\n"));
    }

    /// Prints `2 errors, 1 warning` where there are several.
    pub fn count(&self, problems: &[Diagnostic]) {
        if let Some(words) = diagnostics::count(problems) {
            self.note(&words);
        }
    }
}

fn print(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
