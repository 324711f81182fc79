//! Strings and their escapes.

use crate::SyntaxError;
use crate::span::Span;

/// The errors of a string as it stands in the source, from its opening quote.
pub(crate) fn check(source_text: &str, start: usize) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    let mut closed = false;
    let mut characters = source_text.char_indices().skip(1);
    while let Some((offset, character)) = characters.next() {
        match character {
            '"' => closed = true,
            '\\' => match characters.next() {
                Some((_, '"' | '\\' | 'n' | 't')) | None => {}
                Some((_, other)) => errors.push(bad_escape(start + offset, other)),
            },
            _ => {}
        }
    }
    if !closed {
        let text = source_text.trim_end_matches('\r');
        let span = Span::new(start, start + text.len());
        let message = "found the end of the line, expected `\"` to close the string".to_owned();
        let help = "a string ends on its own line; `\\n` stands for a line break";
        errors.push(SyntaxError::new("unterminated-string", span, message).help(help));
    }
    errors.sort_by_key(|error| error.span);
    errors
}

fn bad_escape(start: usize, character: char) -> SyntaxError {
    let span = Span::new(start, start + 1 + character.len_utf8());
    let shown = excerpt(&format!("\\{character}"));
    let message = format!("found {shown}, expected one of the escapes `\\\"`, `\\\\`, `\\n` and `\\t`");
    SyntaxError::new("bad-escape", span, message).help("a backslash itself is written `\\\\`")
}

/// What a well-formed string stands for.
pub(crate) fn unquote(source_text: &str) -> String {
    let body = source_text.strip_prefix('"').unwrap_or(source_text);
    let body = body.strip_suffix('"').unwrap_or(body);
    let mut text = String::with_capacity(body.len());
    let mut characters = body.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(other) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    text
}

/// `text` as a string of the language.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// `text` in backticks for a message: shortened, and with invisible characters made visible.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown = String::from("`");
    for character in text.chars().take(LONGEST) {
        let plain = matches!(character, '"' | '\'' | '\\') || character.escape_debug().count() == 1;
        if plain {
            shown.push(character);
        } else {
            shown.extend(character.escape_debug());
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown.push('`');
    shown
}
