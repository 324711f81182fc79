//! Whether a notebook or prompt should wait for another line.

use crate::lexer::lex;
use crate::parser::parse_tokens;

/// What a text is so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// A script without syntax errors.
    Complete,
    /// Ends inside brackets, and is fine up to there.
    Incomplete,
    /// More text won't mend it.
    Invalid,
}

/// Whether `source` is a whole script. A pipeline is complete wherever it stops, though a line that begins with `|`
/// could go on with it. A string ends in its line, so an open one is invalid at once.
pub fn is_complete(source: &str) -> Completeness {
    let outcome = parse_tokens(source, lex(source));
    let errors = &outcome.parse.errors;
    let is_open = |code| code == "unclosed-bracket" && outcome.open_at_end;
    if errors.is_empty() {
        Completeness::Complete
    } else if errors.iter().all(|error| is_open(error.code)) {
        Completeness::Incomplete
    } else {
        Completeness::Invalid
    }
}
