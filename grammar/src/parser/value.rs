//! Values: atoms, lists, ranges, maps by team size, tuples.

use super::Parser;
use crate::SyntaxError;
use crate::ast::Value;
use crate::span::Spanned;
use crate::text;
use crate::token::{Bracket, Token, TokenKind};

/// How many tokens are looked at to find a closing bracket after a line that lacks a comma.
const LOOK_AHEAD: usize = 64;

impl Parser<'_> {
    /// A value of an argument, from the next token.
    pub(super) fn value(&mut self) -> Option<Spanned<Value>> {
        self.value_within(None)
    }

    /// A value directly inside `outer` brackets, or outside any.
    fn value_within(&mut self, outer: Option<Bracket>) -> Option<Spanned<Value>> {
        let token = self.peek()?;
        let start = token.span.start;
        let node = match token.kind {
            TokenKind::Open(bracket) if !may_hold(outer, bracket) => {
                self.nested(outer, bracket, token);
                return None;
            }
            TokenKind::Open(bracket) => self.group(bracket, token)?,
            _ => self.atom(token)?,
        };
        let value = Spanned::new(node, self.span_from(start));
        match self.peek() {
            Some(next) if next.kind == TokenKind::Range && next.breaks == 0 => self.range(value, outer),
            _ => Some(value),
        }
    }

    fn atom(&mut self, token: Token) -> Option<Value> {
        let value = match token.kind {
            TokenKind::Integer(number) => Value::Integer(number),
            TokenKind::Float(number) => Value::Float(number),
            TokenKind::Text => Value::Text(text::unquote(self.text(token))),
            TokenKind::Word => match self.text(token) {
                "true" => Value::Boolean(true),
                "false" => Value::Boolean(false),
                name => Value::Name(name.to_owned()),
            },
            TokenKind::Invalid => {
                self.bump();
                self.skip_range_end();
                return None;
            }
            _ => {
                let shown = text::excerpt(self.text(token));
                self.report(SyntaxError::new(
                    "missing-value",
                    token.span,
                    format!("found {shown}, expected a value"),
                ));
                self.bump();
                if token.kind == TokenKind::Range {
                    self.skip_word();
                }
                return None;
            }
        };
        self.bump();
        Some(value)
    }

    /// What follows `first`, once `..` is next.
    fn range(&mut self, first: Spanned<Value>, outer: Option<Bracket>) -> Option<Spanned<Value>> {
        self.bump();
        let last = self.peek().filter(|token| token.breaks == 0).map(|token| token.kind);
        self.skip_word();
        let span = self.span_from(first.span.start);
        let shown = text::excerpt(self.source.get(span.start..span.end).unwrap_or_default());
        match (first.node, last) {
            (Value::Integer(_), Some(TokenKind::Integer(_))) if outer.is_some() => {
                let message = format!("found the range {shown} inside brackets, expected single values");
                let error = SyntaxError::new("nested-value", span, message);
                self.report(error.help("a range stands on its own, as in `seed=42..44`"));
                None
            }
            (Value::Integer(first), Some(TokenKind::Integer(last))) => {
                Some(Spanned::new(Value::Range { first, last }, span))
            }
            (_, Some(TokenKind::Invalid)) => None,
            _ => {
                let message = format!("found {shown}, expected whole numbers on both sides of `..`");
                let error = SyntaxError::new("bad-range", span, message);
                self.report(error.help("a range includes both ends: `42..44` is `[42, 43, 44]`"));
                None
            }
        }
    }

    /// After an invalid token: drops `..` and what it leads to.
    fn skip_range_end(&mut self) {
        if self
            .peek()
            .is_some_and(|token| token.kind == TokenKind::Range && token.breaks == 0)
        {
            self.bump();
            self.skip_word();
        }
    }

    fn skip_word(&mut self) {
        let is_word = |kind| {
            use TokenKind::{Float, Integer, Invalid, Text, Word};
            matches!(kind, Word | Integer(_) | Float(_) | Text | Invalid)
        };
        if self
            .peek()
            .is_some_and(|token| token.breaks == 0 && is_word(token.kind))
        {
            self.bump();
        }
    }

    fn nested(&mut self, outer: Option<Bracket>, inner: Bracket, token: Token) {
        let outer = outer.map_or("a value", group_name);
        let message = format!("found {} inside {outer}, expected a single value", group_name(inner));
        self.report(SyntaxError::new("nested-value", token.span, message));
        self.skip_group();
    }

    fn group(&mut self, bracket: Bracket, open: Token) -> Option<Value> {
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
            self.report(SyntaxError::new(
                "empty-brackets",
                self.span_from(open.span.start),
                message,
            ));
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
                self.report(error);
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
                        self.report(SyntaxError::new(
                            "missing-value",
                            token.span,
                            "found `,`, expected a value",
                        ));
                    }
                    separated = true;
                }
                _ if self.leaves_group(token, separated) => {
                    self.unclosed(bracket, open);
                    return items;
                }
                _ => {
                    if !separated {
                        self.missing_comma(bracket, token);
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
        let argument = token.kind == TokenKind::Word && self.peek_beyond(1) == Some(TokenKind::Equals);
        let new_line = token.breaks > 0 && !separated && !self.closes_ahead();
        token.kind == TokenKind::Pipe || argument || new_line
    }

    /// Whether a closing bracket comes before any sign of a new statement or stage.
    fn closes_ahead(&self) -> bool {
        let ahead = self.tokens.iter().skip(self.at).take(LOOK_AHEAD);
        for token in ahead {
            match token.kind {
                TokenKind::Close(_) => return true,
                TokenKind::Pipe | TokenKind::Equals | TokenKind::Open(_) => return false,
                _ => {}
            }
        }
        false
    }

    fn close(&mut self, expected: Bracket, found: Bracket, token: Token) {
        self.bump();
        if expected != found {
            let message = format!("found `{}`, expected `{}`", found.close(), expected.close());
            self.report(SyntaxError::new("mismatched-bracket", token.span, message));
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
        if token.kind == TokenKind::Invalid {
            return;
        }
        let shown = text::excerpt(self.text(token));
        let message = format!("found {shown}, expected `,` or `{}`", bracket.close());
        self.report(SyntaxError::new("missing-comma", token.span, message).help("values are separated by `,`"));
    }
}

/// Lists hold maps and tuples, to sweep over them; maps hold tuples; tuples hold neither.
fn may_hold(outer: Option<Bracket>, inner: Bracket) -> bool {
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
