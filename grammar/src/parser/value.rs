//! Values: atoms and ranges.

use super::Parser;
use super::group::may_hold;
use crate::SyntaxError;
use crate::ast::Value;
use crate::span::Spanned;
use crate::text;
use crate::token::{Bracket, Token, TokenKind};

impl Parser<'_> {
    /// A value of an argument, from the next token.
    pub(super) fn value(&mut self) -> Option<Spanned<Value>> {
        self.value_within(None)
    }

    /// A value directly inside `outer` brackets, or outside any.
    pub(super) fn value_within(&mut self, outer: Option<Bracket>) -> Option<Spanned<Value>> {
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
        if self.range_follows() {
            self.range(value, outer)
        } else {
            Some(value)
        }
    }

    fn range_follows(&self) -> bool {
        self.peek()
            .is_some_and(|token| token.kind == TokenKind::Range && token.breaks == 0)
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
                let message = format!("found {}, expected a value", text::excerpt(self.text(token)));
                let error = SyntaxError::new("missing-value", token.span, message);
                self.report(error.help("a value is a number, a word, `true`, `false` or a string in quotes"));
                self.bump();
                if token.kind == TokenKind::Range {
                    self.skip_word();
                    self.skip_range_end();
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
        let more = self.range_follows();
        self.skip_range_end();
        let span = self.span_from(first.span.start);
        let shown = text::excerpt(self.source.get(span.start..span.end).unwrap_or_default());
        match (first.node, last) {
            (Value::Integer(_), Some(TokenKind::Integer(_))) if outer.is_some() && !more => {
                let message = format!("found the range {shown} inside brackets, expected single values");
                let error = SyntaxError::new("nested-value", span, message);
                self.report(error.help("a range stands on its own, as in `seed=42..44`"));
                None
            }
            (Value::Integer(first), Some(TokenKind::Integer(last))) if !more => {
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

    /// Drops every further `..` with what it leads to.
    fn skip_range_end(&mut self) {
        while self.range_follows() {
            self.bump();
            self.skip_word();
        }
    }

    fn skip_word(&mut self) {
        let is_word = |kind| {
            use TokenKind::{Float, Integer, Invalid, Text, Word};
            matches!(kind, Word | Integer(_) | Float(_) | Text | Invalid)
        };
        let argument = self.peek_beyond(1) == Some(TokenKind::Equals);
        if !argument
            && self
                .peek()
                .is_some_and(|token| token.breaks == 0 && is_word(token.kind))
        {
            self.bump();
        }
    }
}
