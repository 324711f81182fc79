//! Problems that are shown to the user, as values. Only the edges (`main.rs`, the kernel) print them.

use grn_grammar::span::Span;
use std::path::PathBuf;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing runs.
    Error,
    /// It runs, but probably not as meant.
    Warning,
}

/// One problem with its place, what was found, what was expected and a fix.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable kebab-case code, shown as `grn::code`.
    pub code: &'static str,
    /// What was found and what was expected, in one sentence without a second person.
    pub message: String,
    /// The place in the script, and the words beneath it; `None` where no script is at fault.
    pub label: Option<(Span, String)>,
    /// The place in a data file.
    pub file: Option<FilePlace>,
    /// How to mend it.
    pub help: Option<String>,
}

/// A place in a data file. Lines and columns count from 1; a column is a field of a delimited file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePlace {
    /// The file.
    pub path: PathBuf,
    /// The line, where one is known.
    pub line: Option<usize>,
    /// The column, where one is known.
    pub column: Option<usize>,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            label: None,
            file: None,
            help: None,
        }
    }

    /// A warning without a place yet.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Puts it at `span` of the script, with words beneath (may be empty).
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.label = Some((span, label.into()));
        self
    }

    /// Puts it in a data file.
    pub fn in_file(mut self, path: impl Into<PathBuf>, line: Option<usize>, column: Option<usize>) -> Self {
        self.file = Some(FilePlace {
            path: path.into(),
            line,
            column,
        });
        self
    }

    /// Says how to mend it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A diagnostic is also how a stage fails while it runs.
impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}
