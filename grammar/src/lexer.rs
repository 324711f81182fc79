//! Text to tokens, with every lexical error. Total: any text gives tokens that cover all but its blanks.
//!
//! A run of characters without delimiters is taken whole and only then classified, so that no number or name is
//! ever read from a mere prefix: `NANOG` is not NaN, `1.0` is not `1`, and `selector` is not `select`.

use crate::SyntaxError;
use crate::span::Span;
use crate::text;
use crate::token::{Bracket, Token, TokenKind};
use crate::word;
use nom::branch::alt;
use nom::bytes::complete::{is_not, take_while, take_while1};
use nom::character::complete::{char, none_of};
use nom::combinator::{map, opt, recognize, value};
use nom::multi::many0_count;
use nom::{IResult, Parser};

/// What the lexer makes of a text.
pub(crate) struct Lexed {
    /// Every token, comments included.
    pub tokens: Vec<Token>,
    /// Every lexical error, in source order.
    pub errors: Vec<SyntaxError>,
}

/// A piece of text before words and numbers are told apart.
#[derive(Clone, Copy)]
enum Piece {
    Break,
    Blank,
    Comment,
    Text,
    Sign(TokenKind),
    Semicolon,
    Chunk,
}

/// Cuts `source` into tokens.
pub(crate) fn lex(source: &str) -> Lexed {
    let mut lexer = Lexer {
        tokens: Vec::new(),
        errors: Vec::new(),
        breaks: 0,
    };
    let mut rest = source.strip_prefix('\u{feff}').unwrap_or(source);
    while let Some(first) = rest.chars().next() {
        let start = source.len() - rest.len();
        let (after, piece) = piece(rest).unwrap_or((&rest[first.len_utf8()..], Piece::Chunk));
        lexer.push(piece, &rest[..rest.len() - after.len()], start);
        rest = after;
    }
    Lexed {
        tokens: lexer.tokens,
        errors: lexer.errors,
    }
}

struct Lexer {
    tokens: Vec<Token>,
    errors: Vec<SyntaxError>,
    breaks: usize,
}

impl Lexer {
    fn push(&mut self, piece: Piece, text: &str, start: usize) {
        match piece {
            Piece::Break => self.breaks += 1,
            Piece::Blank => {}
            Piece::Comment => self.token(TokenKind::Comment, start, text.trim_end()),
            Piece::Sign(kind) => self.token(kind, start, text),
            Piece::Text => {
                let errors = text::check(text, start);
                let kind = if errors.is_empty() {
                    TokenKind::Text
                } else {
                    TokenKind::Invalid
                };
                self.errors.extend(errors);
                self.token(kind, start, text.trim_end_matches('\r'));
            }
            Piece::Semicolon => self.semicolon(text, start),
            Piece::Chunk => self.chunk(text, start),
        }
    }

    /// Not grn, but what is meant by it is clear: what follows counts as a new line.
    fn semicolon(&mut self, text: &str, start: usize) {
        self.token(TokenKind::Invalid, start, text);
        self.breaks = 1;
        let span = Span::new(start, start + text.len());
        let error = SyntaxError::new("unexpected-semicolon", span, "found `;`, expected the end of the line");
        self.errors
            .push(error.help("every statement stands on a line of its own"));
    }

    fn token(&mut self, kind: TokenKind, start: usize, text: &str) {
        let span = Span::new(start, start + text.len());
        let breaks = std::mem::take(&mut self.breaks);
        self.tokens.push(Token { kind, span, breaks });
    }

    /// A name, a number, or several around `..`; anything else is invalid as a whole.
    fn chunk(&mut self, text: &str, start: usize) {
        if !text.contains("..")
            || !text
                .split("..")
                .all(|part| part.is_empty() || word::classify(part).is_some())
        {
            return self.word(text, start);
        }
        let mut offset = start;
        for (index, part) in text.split("..").enumerate() {
            if index > 0 {
                self.token(TokenKind::Range, offset, "..");
                offset += 2;
            }
            if !part.is_empty() {
                self.word(part, offset);
            }
            offset += part.len();
        }
    }

    fn word(&mut self, text: &str, start: usize) {
        let kind = word::classify(text).unwrap_or(TokenKind::Invalid);
        if kind == TokenKind::Invalid {
            self.errors.push(word::explain(text, start));
        }
        self.token(kind, start, text);
    }
}

fn piece(input: &str) -> IResult<&str, Piece> {
    alt((
        value(Piece::Break, char('\n')),
        value(Piece::Blank, take_while1(|c: char| c.is_whitespace() && c != '\n')),
        value(Piece::Comment, (char('#'), take_while(|c| c != '\n'))),
        value(Piece::Text, quoted),
        map(sign, Piece::Sign),
        value(Piece::Semicolon, char(';')),
        value(Piece::Chunk, take_while1(|c| !is_delimiter(c))),
    ))
    .parse(input)
}

fn sign(input: &str) -> IResult<&str, TokenKind> {
    alt((
        value(TokenKind::Pipe, char('|')),
        value(TokenKind::Equals, char('=')),
        value(TokenKind::Comma, char(',')),
        value(TokenKind::Colon, char(':')),
        value(TokenKind::Open(Bracket::Square), char('[')),
        value(TokenKind::Close(Bracket::Square), char(']')),
        value(TokenKind::Open(Bracket::Curly), char('{')),
        value(TokenKind::Close(Bracket::Curly), char('}')),
        value(TokenKind::Open(Bracket::Round), char('(')),
        value(TokenKind::Close(Bracket::Round), char(')')),
    ))
    .parse(input)
}

/// From a quote to the closing quote, or to the end of the line where it is missing.
fn quoted(input: &str) -> IResult<&str, &str> {
    let plain = is_not("\"\\\n");
    let escaped = recognize((char('\\'), opt(none_of("\n"))));
    recognize((char('"'), many0_count(alt((plain, escaped))), opt(char('"')))).parse(input)
}

pub(crate) fn is_delimiter(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ';' | '|' | '=' | ',' | ':' | '[' | ']' | '{' | '}' | '(' | ')' | '"' | '#'
        )
}
