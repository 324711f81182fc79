//! Names and numbers: what a run of characters without delimiters means.

use crate::SyntaxError;
use crate::span::Span;
use crate::text;
use crate::token::TokenKind;
use nom::bytes::complete::take_while1;
use nom::character::complete::{char, digit1, one_of, satisfy};
use nom::combinator::{all_consuming, opt, recognize};
use nom::multi::many0_count;
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// The token that the whole of `text` is, if it is one. A number out of range is [`TokenKind::Invalid`].
pub(crate) fn classify(text: &str) -> Option<TokenKind> {
    if is_name(text) {
        return Some(TokenKind::Word);
    }
    if all_consuming(integer).parse(text).is_ok() {
        return Some(text.parse().map_or(TokenKind::Invalid, TokenKind::Integer));
    }
    if all_consuming(float).parse(text).is_ok() {
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        return Some(number.map_or(TokenKind::Invalid, TokenKind::Float));
    }
    None
}

/// Whether `text` is a bare name, such as `attn`, `NANOG`, `HLA-A`, `NKX2.5` or `été`: a letter or `_`, then letters,
/// digits and `_`, with single `-` or `.` between them.
pub fn is_name(text: &str) -> bool {
    all_consuming(name).parse(text).is_ok()
}

fn name(input: &str) -> IResult<&str, &str> {
    let first = satisfy(|c| c.is_alphabetic() || c == '_');
    let joint = preceded(one_of("-."), take_while1(is_name_character));
    let more = nom::branch::alt((take_while1(is_name_character), joint));
    recognize((first, many0_count(more))).parse(input)
}

pub(crate) fn is_name_character(c: char) -> bool {
    // Combining accents follow their letter in decomposed text.
    c.is_alphanumeric() || c == '_' || ('\u{300}'..='\u{36f}').contains(&c)
}

fn integer(input: &str) -> IResult<&str, &str> {
    recognize((opt(char('-')), digit1)).parse(input)
}

fn float(input: &str) -> IResult<&str, &str> {
    let fraction = (char('.'), digit1);
    let exponent = (one_of("eE"), opt(one_of("+-")), digit1);
    recognize((integer, opt(fraction), opt(exponent))).parse(input)
}

/// Why `text` is neither a name nor a number.
pub(crate) fn explain(source_text: &str, start: usize) -> SyntaxError {
    let span = Span::new(start, start + source_text.len());
    let shown = text::excerpt(source_text);
    if let Some(error) = explain_number(source_text, span, &shown) {
        return error;
    }
    if source_text.starts_with(['\'', '`', '“', '”', '„', '‘', '’', '«']) {
        let inner: String = source_text.chars().filter(|c| !"'`“”„‘’«»".contains(*c)).collect();
        let help = format!(
            "strings stand in double quotes: {}",
            text::excerpt(&text::quote(&inner))
        );
        return SyntaxError::new("bad-quote", span, format!("found {shown}, expected a string in `\"`")).help(help);
    }
    if source_text.contains(char::is_alphanumeric) && source_text.chars().all(|c| !c.is_control()) {
        let quoted = text::excerpt(&text::quote(source_text));
        let help =
            format!("a name has letters, digits, `_`, and `-` or `.` inside; other text stands in quotes: {quoted}");
        return SyntaxError::new("bad-name", span, format!("found {shown}, expected a name or a number")).help(help);
    }
    let message = format!("found {shown}, expected a name, a number, a string or a sign such as `|` and `=`");
    SyntaxError::new("unexpected-character", span, message).help("remove it; inside a string any character may stand")
}

fn explain_number(source_text: &str, span: Span, shown: &str) -> Option<SyntaxError> {
    let digits = source_text.trim_start_matches(['-', '+', '.']);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if classify(source_text).is_some() {
        let limit = match all_consuming(integer).parse(source_text).is_ok() {
            true => format!("a whole number from {} to {}", i64::MIN, i64::MAX),
            false => format!("a number from -{:e} to {:e}", f64::MAX, f64::MAX),
        };
        return Some(SyntaxError::new(
            "number-too-large",
            span,
            format!("found {shown}, expected {limit}"),
        ));
    }
    let error = SyntaxError::new("bad-number", span, format!("found {shown}, expected a number"));
    Some(match mended_number(source_text) {
        Some(number) => error.help(format!("write `{number}`")),
        None => error.help(format!(
            "as text it stands in quotes: {}",
            text::excerpt(&text::quote(source_text))
        )),
    })
}

/// The nearest well-formed number: `.5` is meant as `0.5`, `1.` as `1.0`, `+3` as `3`, `1_000` as `1000`.
fn mended_number(source_text: &str) -> Option<String> {
    let plain = source_text.trim_start_matches('+').replace('_', "");
    let candidates = [
        plain.clone(),
        format!("{plain}0"),
        format!("0{plain}"),
        plain.replacen("-.", "-0.", 1),
        plain.replacen('.', ".0", 1),
    ];
    candidates
        .into_iter()
        .find(|number| number != source_text && is_number(number))
}

fn is_number(text: &str) -> bool {
    matches!(classify(text), Some(TokenKind::Integer(_) | TokenKind::Float(_)))
}
