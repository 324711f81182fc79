//! Lines of numbers separated by commas, without a header, with errors that name line and column.

use crate::data::matrix_row::printable;
use crate::engine::context::{RunError, RunResult};
use crate::lang::diagnostics::Diagnostic;
use std::path::Path;

/// The fields of one line, with where they stand.
pub(super) struct Fields<'a> {
    path: &'a Path,
    pub(super) line: usize,
    pub(super) fields: Vec<&'a str>,
}

/// The lines of `text` that aren't blank.
pub(super) fn lines<'a>(path: &'a Path, text: &'a str) -> impl Iterator<Item = Fields<'a>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let numbered = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    numbered.map(move |(i, line)| Fields {
        path,
        line: i + 1,
        fields: line.split(',').map(str::trim).collect(),
    })
}

impl Fields<'_> {
    pub(super) fn error(&self, code: &'static str, message: String, column: usize, help: &str) -> RunError {
        let error = Diagnostic::error(code, message).in_file(self.path, Some(self.line), Some(column));
        error.help(help).into()
    }

    /// The finite number in a column, counted from 1.
    pub(super) fn number(&self, column: usize, meaning: &str) -> RunResult<f64> {
        let text = self.fields.get(column - 1).copied().unwrap_or_default();
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| {
            let found = if text.is_empty() {
                "an empty field".to_owned()
            } else {
                format!("`{}`", printable(text))
            };
            self.error(
                "not-a-number",
                format!("expected {meaning}, found {found}"),
                column,
                "fields are numbers separated by commas, without a header",
            )
        })
    }

    /// A gene number, which SERGIO may write as `53.0`.
    pub(super) fn gene(&self, column: usize, meaning: &str) -> RunResult<u64> {
        self.whole(column, meaning, 0.0)
    }

    pub(super) fn whole(&self, column: usize, meaning: &str, least: f64) -> RunResult<u64> {
        let number = self.number(column, meaning)?;
        if number.fract() != 0.0 || number < least || number > f64::from(u32::MAX) {
            let message = format!("expected {meaning}, found `{number}`");
            let help = format!("a whole number of {least} or more is wanted here");
            return Err(self.error("not-a-whole-number", message, column, &help));
        }
        Ok(number as u64)
    }
}
