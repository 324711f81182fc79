//! Whether a notebook or prompt should wait for another line.

use crate::lexer::lex;
use crate::parser::parse_tokens;
use crate::token::TokenKind;

/// What a text is so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// A script without syntax errors.
    Complete,
    /// Ends inside brackets or a string, and is fine up to there.
    Incomplete,
    /// More text won't mend it.
    Invalid,
}

/// Whether `source` is a whole script. A pipeline is complete wherever it stops, though a line that begins with `|`
/// could go on with it.
pub fn is_complete(source: &str) -> Completeness {
    let lexed = lex(source);
    let end = source.trim_end().len();
    let open_string = lexed
        .errors
        .iter()
        .any(|error| error.code == "unterminated-string" && error.span.end >= end)
        && lexed
            .tokens
            .last()
            .is_some_and(|token| token.kind == TokenKind::Invalid)
        && !source.ends_with('\n');
    let outcome = parse_tokens(source, lexed);
    let errors = &outcome.parse.errors;
    let at_end = |code| match code {
        "unclosed-bracket" => outcome.open_at_end,
        "unterminated-string" => open_string,
        _ => false,
    };
    if errors.is_empty() {
        Completeness::Complete
    } else if errors.iter().all(|error| at_end(error.code)) {
        Completeness::Incomplete
    } else {
        Completeness::Invalid
    }
}
