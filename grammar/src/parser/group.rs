//! Values in brackets: lists, maps by team size, tuples.

use super::Parser;
use crate::SyntaxError;
use crate::ast::Value;
use crate::span::Spanned;
use crate::text;
use crate::token::{Bracket, Token, TokenKind};

/// How many tokens are looked at to find a closing bracket after a line that lacks a comma.
pub(crate) const LOOK_AHEAD: usize = 64;

impl Parser<'_> {
    pub(super) fn nested(&mut self, outer: Option<Bracket>, inner: Bracket, token: Token) {
        let outer = outer.map_or("a value", group_name);
        let message = format!("found {} inside {outer}, expected a single value", group_name(inner));
        let error = SyntaxError::new("nested-value", token.span, message);
        self.report(error.help("a list may hold maps and tuples, a map may hold tuples, a tuple holds neither"));
        self.skip_group();
    }

    pub(super) fn group(&mut self, bracket: Bracket, open: Token) -> Option<Value> {
        self.bump();
        let errors = self.errors.len();
        let value = match bracket {
            Bracket::Square => Value::List(self.items(bracket, open, |parser| parser.value_within(Some(bracket)))),
            Bracket::Round => Value::Tuple(self.items(bracket, open, |parser| parser.value_within(Some(bracket)))),
            Bracket::Curly => Value::PerSize(self.items(bracket, open, Self::entry)),
        };
        let empty = match &value {
            Value::List(items) | Value::Tuple(items) => items.is_empty(),
            Value::PerSize(entries) => entries.is_empty(),
            _ => false,
        };
        if empty && errors == self.errors.len() && !self.holds_invalid(open) {
            let message = format!(
                "found an empty pair of brackets, expected {} of at least one value",
                group_name(bracket)
            );
            let error = SyntaxError::new("empty-brackets", self.span_from(open.span.start), message);
            self.report(error.help("add a value, or remove the brackets"));
        }
        (!empty).then_some(value)
    }

    /// Whether the consumed tokens since `open` hold one that the lexer has reported.
    fn holds_invalid(&self, open: Token) -> bool {
        let consumed = self.tokens.get(..self.at).unwrap_or_default().iter().rev();
        consumed
            .take_while(|token| token.span.start > open.span.start)
            .any(|token| token.kind == TokenKind::Invalid)
    }

    /// `2: 80`
    fn entry(&mut self) -> Option<(Spanned<i64>, Spanned<Value>)> {
        let key = self.peek()?;
        let size = match key.kind {
            TokenKind::Integer(size) => Some(Spanned::new(size, key.span)),
            TokenKind::Invalid => None,
            _ => {
                let shown = text::excerpt(self.text(key));
                let error = SyntaxError::new("bad-size", key.span, format!("found {shown}, expected a team size"));
                self.report(error.help("a value for each team size is written `{2: 80, 3: 80, 4: 55}`"));
                None
            }
        };
        self.skip_one(key);
        match self.peek().map(|token| token.kind) {
            Some(TokenKind::Colon) => self.bump(),
            Some(TokenKind::Equals) => {
                let error = self.unexpected("missing-colon", "`:` after the team size");
                self.report(error.help("a value for each team size is written `{2: 80, 3: 80, 4: 55}`"));
                self.bump();
            }
            Some(TokenKind::Pipe) | None => return None,
            _ if size.is_none() => return None,
            _ => {
                let error = self.unexpected("missing-colon", "`:` after the team size");
                self.report(error.help("a value for each team size is written `{2: 80, 3: 80, 4: 55}`"));
                return None;
            }
        }
        match self.peek().map(|token| token.kind) {
            None | Some(TokenKind::Pipe) => None,
            Some(TokenKind::Comma | TokenKind::Close(_)) => {
                let error = self.unexpected("missing-value", "a value after `:`");
                self.report(error.help("add a value, or remove the team size"));
                None
            }
            _ => Some((size, self.value_within(Some(Bracket::Curly))?)).and_then(|(size, value)| Some((size?, value))),
        }
    }

    /// Items up to the closing bracket, which is consumed.
    fn items<T>(&mut self, bracket: Bracket, open: Token, item: impl Fn(&mut Self) -> Option<T>) -> Vec<T> {
        let mut items = Vec::new();
        let mut separated = true;
        loop {
            let Some(token) = self.peek() else {
                self.open_at_end = true;
                self.unclosed(bracket, open);
                return items;
            };
            match token.kind {
                TokenKind::Close(found) => {
                    self.close(bracket, found, token);
                    return items;
                }
                TokenKind::Comma => {
                    self.bump();
                    if separated {
                        let error = SyntaxError::new("missing-value", token.span, "found `,`, expected a value");
                        self.report(error.help("remove one `,`"));
                    }
                    separated = true;
                }
                _ if self.leaves_group(token, separated) => {
                    self.unclosed(bracket, open);
                    return items;
                }
                _ => {
                    if !separated && token.kind != TokenKind::Invalid && !self.after_invalid() {
                        self.missing_comma(bracket, token);
                    }
                    if self.at_argument() {
                        self.argument_in_group(token);
                        separated = true;
                        continue;
                    }
                    let before = self.at;
                    items.extend(item(self));
                    if self.at == before {
                        self.bump();
                    }
                    separated = false;
                }
            }
        }
    }

    /// Whether `token` can't belong to an open group, so that its closing bracket must be missing.
    fn leaves_group(&self, token: Token, separated: bool) -> bool {
        let argument = self.at_argument() && (token.breaks > 0 || !self.closes_ahead(2));
        let new_line = token.breaks > 0 && !separated && !self.closes_ahead(0);
        token.kind == TokenKind::Pipe || argument || new_line
    }

    fn at_argument(&self) -> bool {
        let word = self.peek().is_some_and(|token| token.kind == TokenKind::Word);
        word && self.peek_beyond(1) == Some(TokenKind::Equals)
    }

    /// `key=` where only values belong: drops it, and the value counts.
    fn argument_in_group(&mut self, token: Token) {
        let message = format!("found `{}=`, expected a value", self.text(token));
        let error = SyntaxError::new("missing-value", token.span, message);
        self.report(error.help("brackets hold values only; arguments stand after them"));
        self.bump();
        self.bump();
    }

    /// Whether a closing bracket comes before any sign of a new statement or stage, from the token `skipped` ahead.
    fn closes_ahead(&self, skipped: usize) -> bool {
        let ahead = self.tokens.iter().skip(self.at + skipped).take(LOOK_AHEAD);
        for token in ahead {
            match token.kind {
                TokenKind::Close(_) => return true,
                TokenKind::Pipe | TokenKind::Equals | TokenKind::Open(_) => return false,
                _ => {}
            }
        }
        false
    }

    /// Whether the last consumed token is one that the lexer has reported.
    fn after_invalid(&self) -> bool {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.is_some_and(|token| token.kind == TokenKind::Invalid)
    }

    fn close(&mut self, expected: Bracket, found: Bracket, token: Token) {
        self.bump();
        if expected != found {
            let message = format!("found `{}`, expected `{}`", found.close(), expected.close());
            let error = SyntaxError::new("mismatched-bracket", token.span, message);
            self.report(error.help(format!("`{}` is closed by `{}`", expected.open(), expected.close())));
        }
    }

    fn unclosed(&mut self, bracket: Bracket, open: Token) {
        let message = format!(
            "found `{}` without `{}`, expected it to be closed",
            bracket.open(),
            bracket.close()
        );
        let error = SyntaxError::new("unclosed-bracket", open.span, message);
        self.report(error.help(format!("add `{}` after the last value", bracket.close())));
    }

    fn missing_comma(&mut self, bracket: Bracket, token: Token) {
        let shown = text::excerpt(self.text(token));
        let message = format!("found {shown}, expected `,` or `{}`", bracket.close());
        self.report(SyntaxError::new("missing-comma", token.span, message).help("values are separated by `,`"));
    }
}

/// Lists hold maps and tuples, to sweep over them; maps hold tuples; tuples hold neither.
pub(crate) fn may_hold(outer: Option<Bracket>, inner: Bracket) -> bool {
    match outer {
        None => true,
        Some(Bracket::Square) => inner != Bracket::Square,
        Some(Bracket::Curly) => inner == Bracket::Round,
        Some(Bracket::Round) => false,
    }
}

fn group_name(bracket: Bracket) -> &'static str {
    match bracket {
        Bracket::Square => "a list",
        Bracket::Curly => "a map by team size",
        Bracket::Round => "a tuple",
    }
}
