//! Tokens to syntax tree, with every error. Total: any text gives a tree of what could be understood.
//!
//! Invariant: every loop consumes a token or ends, and values nest at most three deep, so neither time nor stack
//! depends on how broken a text is.

mod group;
mod pipeline;
mod statement;
mod value;

pub(crate) use group::{LOOK_AHEAD, may_hold};
pub(crate) use statement::{KEYWORDS, keyword_span};

use crate::lexer::{Lexed, lex};
use crate::span::{Span, Spanned};
use crate::token::{Bracket, Token, TokenKind};
use crate::{Parse, SyntaxError, text};

/// Reads a script. Never fails: what could not be understood is in [`Parse::errors`], each problem once, in source
/// order, and the tree holds the rest.
pub fn parse(source: &str) -> Parse {
    parse_tokens(source, lex(source)).parse
}

/// A parse, and whether the text ends inside brackets.
pub(crate) struct Outcome {
    pub parse: Parse,
    pub open_at_end: bool,
}

/// [`parse`] for callers that have the tokens already.
pub(crate) fn parse_tokens(source: &str, lexed: Lexed) -> Outcome {
    let mut parser = Parser {
        source,
        tokens: significant(&lexed.tokens),
        at: 0,
        errors: lexed.errors,
        open_at_end: false,
    };
    let script = parser.script();
    parser.errors.sort_by_key(|error| error.span);
    Outcome {
        parse: Parse {
            script,
            errors: parser.errors,
        },
        open_at_end: parser.open_at_end,
    }
}

/// The tokens without comments; their line breaks go to the token after them.
pub(crate) fn significant(tokens: &[Token]) -> Vec<Token> {
    let mut breaks = 0;
    let mut kept = Vec::with_capacity(tokens.len());
    for token in tokens {
        breaks += token.breaks;
        if token.kind != TokenKind::Comment {
            kept.push(Token { breaks, ..*token });
            breaks = 0;
        }
    }
    kept
}

struct Parser<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    at: usize,
    errors: Vec<SyntaxError>,
    open_at_end: bool,
}

impl<'a> Parser<'a> {
    /// The next token, on this line or a later one.
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    /// The token `ahead` of the next one, if it is on the next one's line.
    fn peek_beyond(&self, ahead: usize) -> Option<TokenKind> {
        let between = self.tokens.get(self.at + 1..=self.at + ahead)?;
        let same_line = between.iter().all(|token| token.breaks == 0);
        between.last().filter(|_| same_line).map(|token| token.kind)
    }

    /// The next token, if it belongs to the same statement: on the same line, or a `|` on a later one.
    fn peek_in_statement(&self) -> Option<Token> {
        self.peek()
            .filter(|token| token.breaks == 0 || token.kind == TokenKind::Pipe)
    }

    /// The next token, if it belongs to the same stage.
    fn peek_in_stage(&self) -> Option<Token> {
        self.peek_in_statement().filter(|token| token.kind != TokenKind::Pipe)
    }

    fn kind_in_stage(&self) -> Option<TokenKind> {
        self.peek_in_stage().map(|token| token.kind)
    }

    fn bump(&mut self) {
        self.at += 1;
    }

    fn text(&self, token: Token) -> &'a str {
        token.text(self.source)
    }

    fn name(&self, token: Token) -> Spanned<String> {
        Spanned::new(self.text(token).to_owned(), token.span)
    }

    /// Where the last consumed token ends.
    fn last_end(&self) -> usize {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(0, |token| token.span.end)
    }

    /// From `start` to the end of the last consumed token.
    fn span_from(&self, start: usize) -> Span {
        Span::new(start, self.last_end().max(start))
    }

    fn report(&mut self, error: SyntaxError) {
        self.errors.push(error);
    }

    /// Where the next token of the statement stands, or the empty place after the last one.
    fn here(&self) -> Span {
        let end = self.last_end();
        self.peek_in_statement().map_or(Span::new(end, end), |token| token.span)
    }

    /// The next token of the statement in words.
    fn found(&self) -> String {
        match (self.peek_in_statement(), self.peek()) {
            (Some(token), _) => text::excerpt(self.text(token)),
            (None, Some(_)) => "the end of the line".to_owned(),
            (None, None) => "the end of the text".to_owned(),
        }
    }

    /// "found …, expected …" at the next token.
    fn unexpected(&self, code: &'static str, expected: &str) -> SyntaxError {
        SyntaxError::new(
            code,
            self.here(),
            format!("found {}, expected {expected}", self.found()),
        )
    }

    /// Goes to the next `|` or to the end of the statement.
    fn skip_stage(&mut self) {
        while let Some(token) = self.peek_in_stage() {
            self.skip_one(token);
        }
    }

    /// Goes to the next `key=`, `|` or to the end of the statement.
    fn skip_to_argument(&mut self) {
        while let Some(token) = self.peek_in_stage() {
            if token.kind == TokenKind::Word && self.peek_beyond(1) == Some(TokenKind::Equals) {
                return;
            }
            self.skip_one(token);
        }
    }

    /// Skips one token, or a whole bracketed group.
    fn skip_one(&mut self, token: Token) {
        match token.kind {
            TokenKind::Open(_) => self.skip_group(),
            _ => self.bump(),
        }
    }

    /// Skips a bracketed group of any depth; one that is never closed ends at `|` or where a new line can't go on.
    fn skip_group(&mut self) {
        let mut open: Vec<Bracket> = Vec::new();
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::Pipe => return,
                TokenKind::Open(bracket) => open.push(bracket),
                TokenKind::Close(_) => {
                    open.pop();
                }
                TokenKind::Comma => {}
                _ if token.breaks > 0 && !self.wants_more() => return,
                _ => {}
            }
            self.bump();
            if open.is_empty() {
                return;
            }
        }
        self.open_at_end = true;
    }

    /// Whether the last consumed token is one after which a group goes on.
    fn wants_more(&self) -> bool {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.is_some_and(|token| matches!(token.kind, TokenKind::Comma | TokenKind::Colon | TokenKind::Open(_)))
    }
}
