//! The grammar of grn: text in, syntax tree and every error out.
//!
//! This crate knows nothing of biology or models: verbs, methods and parameters are plain names here. The normative
//! grammar is `grn.ebnf`, beside this crate's sources.
//!
//! | function | takes → gives | for |
//! | --- | --- | --- |
//! | [`parse`] | text → [`Script`] and every [`SyntaxError`] | the checker |
//! | [`format`](format()) | text → its one canonical form, comments kept | `grn fmt` |
//! | [`highlight`](highlight()) | text → tagged spans | editors, notebooks |
//! | [`cursor`](cursor()) | text, offset → what stands there | completion, inspection |
//! | [`lexicon`](lexicon::lexicon()) | – → keywords, signs, patterns | highlighters in other languages |
//! | [`is_complete`] | text → whether a line ends a statement | prompts |
//!
//! All of them accept any text and never panic.
//!
//! ```
//! let parse = grn_grammar::parse("retrieve attn k=80 |\nselect pairs2 m=");
//! let codes: Vec<&str> = parse.errors.iter().map(|error| error.code).collect();
//! assert_eq!(codes, ["trailing-pipe", "missing-value"]);
//!
//! let text = grn_grammar::format("retrieve attn k = 80|select pairs2");
//! assert_eq!(text.as_deref(), Ok("retrieve attn k=80 | select pairs2\n"));
//! ```

pub mod ast;
mod completeness;
mod cursor;
mod display;
mod format;
mod highlight;
mod lexer;
pub mod lexicon;
mod parser;
pub mod span;
mod spans;
mod text;
mod token;
mod word;

pub use completeness::{Completeness, is_complete};
pub use cursor::{CursorContext, Inside, Place, ValuePart, cursor};
pub use format::{WIDTH, format};
pub use highlight::{Tag, highlight};
pub use parser::parse;
pub use text::quote;
pub use word::is_name;

use ast::{Script, Statement};
use span::Span;

/// What the parser makes of a text: it never fails, it reports.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Parse {
    /// Everything that could be understood.
    pub script: Script,
    /// Everything that could not, in source order.
    pub errors: Vec<SyntaxError>,
}

impl Parse {
    /// Whether `statement`, one of this script's, has no error inside: what is missing from its tree is then missing
    /// from the text, and worth reporting.
    pub fn is_whole(&self, statement: &Statement) -> bool {
        let Span { start, end } = statement.span;
        !self
            .errors
            .iter()
            .any(|error| start <= error.span.start && error.span.end <= end)
    }
}

/// A place where the text is not grn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// A stable kebab-case code, for instance `trailing-pipe`.
    pub code: &'static str,
    /// The offending text, or an empty span where something is missing.
    pub span: Span,
    /// What was found and what was expected.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl SyntaxError {
    /// An error without a fix yet.
    pub(crate) fn new(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            span,
            message: message.into(),
            help: None,
        }
    }

    /// Says how to mend it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
