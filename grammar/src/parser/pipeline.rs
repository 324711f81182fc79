//! Pipelines, stages and arguments.

use super::Parser;
use crate::SyntaxError;
use crate::ast::{Argument, Pipeline, StageCall, Value};
use crate::span::{Span, Spanned};
use crate::text;
use crate::token::{Bracket, Token, TokenKind};

const STAGE: &str = "a stage, such as `retrieve attn k=80`";
const ONE_METHOD: &str = "a stage has one method, right after its verb; `[a, b]` compares several";

/// What may stand after an argument, in a stage or after `set`.
fn expected_argument(in_stage: bool) -> &'static str {
    if in_stage {
        "`key=value`, `|` or the end of the line"
    } else {
        "`key=value`"
    }
}

impl Parser<'_> {
    /// Stages joined by `|`, from the next token, whatever line it is on.
    pub(super) fn pipeline(&mut self) -> Option<Pipeline> {
        let mut stages = Vec::new();
        if self.peek().is_some_and(|token| token.kind == TokenKind::Pipe) {
            let error = SyntaxError::new("leading-pipe", self.here(), format!("found `|`, expected {STAGE}"));
            self.report(error.help("a pipeline begins with a stage or the name of a pipeline, not with `|`"));
            self.bump();
            self.peek_in_statement()?;
        }
        loop {
            if self.peek().is_some_and(|token| token.kind != TokenKind::Pipe) {
                stages.extend(self.stage());
            }
            match self.peek_in_statement() {
                Some(pipe) if pipe.kind == TokenKind::Pipe => {
                    self.bump();
                    if !self.stage_follows(pipe) {
                        break;
                    }
                }
                _ => break,
            }
        }
        let span = match (stages.first(), stages.last()) {
            (Some(first), Some(last)) => first.span.join(last.span),
            _ => return None,
        };
        Some(Pipeline { stages, span })
    }

    /// Whether the pipeline goes on after `pipe`; reports where a stage is missing.
    fn stage_follows(&mut self, pipe: Token) -> bool {
        match self.peek() {
            Some(next) if next.breaks == 0 && next.kind == TokenKind::Pipe => {
                let message = format!("found `|` after `|`, expected {STAGE}");
                self.report(SyntaxError::new("missing-stage", next.span, message).help("remove one `|`"));
                true
            }
            Some(next) if next.breaks == 0 => true,
            next => {
                let here = if next.is_some() { "line" } else { "text" };
                let message = format!("found the end of the {here} after `|`, expected {STAGE}");
                let help = match next.is_some() {
                    true => "a pipeline goes on where the next line begins with `|`: put it there",
                    false => "remove the `|`, or add a stage after it",
                };
                self.report(SyntaxError::new("trailing-pipe", pipe.span, message).help(help));
                next.is_some_and(|next| self.goes_on(next))
            }
        }
    }

    /// After a `|` at the end of a line: whether the next line is meant to go on with the pipeline.
    fn goes_on(&self, next: Token) -> bool {
        let statement = self.keyword(self.at).is_some() || self.peek_beyond(1) == Some(TokenKind::Equals);
        next.kind == TokenKind::Pipe || (next.kind == TokenKind::Word && next.breaks == 1 && !statement)
    }

    fn stage(&mut self) -> Option<StageCall> {
        let first = self.peek()?;
        if first.kind != TokenKind::Word {
            if first.kind != TokenKind::Invalid {
                let message = format!("found {}, expected {STAGE}", text::excerpt(self.text(first)));
                let error = SyntaxError::new("missing-stage", first.span, message);
                self.report(error.help("a stage begins with its verb: `verb method key=value …`"));
            }
            self.skip_one(first);
            self.skip_stage();
            return None;
        }
        self.bump();
        let verb = self.name(first);
        let method = self.method();
        let arguments = self.arguments(true);
        let end = arguments.last().map(|argument| argument.span);
        let end = end.or(method.as_ref().map(|method| method.span)).unwrap_or(verb.span);
        Some(StageCall {
            span: verb.span.join(end),
            verb,
            method,
            arguments,
        })
    }

    fn method(&mut self) -> Option<Spanned<Value>> {
        let token = self.peek_in_stage()?;
        match token.kind {
            TokenKind::Word if !matches!(self.peek_beyond(1), Some(TokenKind::Equals | TokenKind::Colon)) => {
                self.bump();
                Some(Spanned::new(Value::Name(self.text(token).to_owned()), token.span))
            }
            TokenKind::Invalid => {
                self.bump();
                None
            }
            TokenKind::Open(Bracket::Square) => self.method_list(),
            _ => None,
        }
    }

    fn method_list(&mut self) -> Option<Spanned<Value>> {
        let Spanned { node, span } = self.value()?;
        let Value::List(items) = node else { return None };
        let (names, others): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| matches!(item.node, Value::Name(_)));
        for other in &others {
            let shown = text::excerpt(self.source.get(other.span.start..other.span.end).unwrap_or_default());
            let error = SyntaxError::new(
                "bad-method",
                other.span,
                format!("found {shown}, expected a method's name"),
            );
            self.report(error.help("methods are compared like this: `select [pairs2, residual_hos2]`"));
        }
        (!names.is_empty()).then_some(Spanned::new(Value::List(names), span))
    }

    /// `key=value …` to the end of the stage. `in_stage` says whether they follow a verb rather than `set`.
    pub(super) fn arguments(&mut self, in_stage: bool) -> Vec<Argument> {
        let mut arguments = Vec::new();
        while let Some(token) = self.peek_in_stage() {
            match token.kind {
                TokenKind::Word => arguments.extend(self.argument(token, in_stage)),
                TokenKind::Invalid => self.bump(),
                TokenKind::Comma => {
                    let error = self.unexpected("unexpected-comma", "a blank between arguments");
                    self.report(error.help("arguments are separated by blanks; several values stand in `[…]`"));
                    self.bump();
                }
                _ => {
                    let error = self.unexpected("unexpected-text", expected_argument(in_stage));
                    let help = match token.kind {
                        TokenKind::Close(_) => "remove it, or open the bracket",
                        TokenKind::Equals | TokenKind::Colon | TokenKind::Range => "an argument is written `key=value`",
                        _ => "a value follows its key, as in `k=80`; several stand in brackets: `k=[80, 90]`",
                    };
                    self.report(error.help(help));
                    self.skip_one(token);
                    self.skip_to_argument();
                }
            }
        }
        arguments
    }

    fn argument(&mut self, token: Token, in_stage: bool) -> Option<Argument> {
        let key = self.name(token);
        let next = self.peek_beyond(1);
        self.bump();
        match next {
            Some(TokenKind::Equals) => self.bump(),
            Some(TokenKind::Colon) => {
                let error = self.unexpected("missing-equals", "`=`");
                self.report(error.help(format!("write `{}=…`", key.node)));
                self.bump();
            }
            Some(
                TokenKind::Integer(_) | TokenKind::Float(_) | TokenKind::Text | TokenKind::Open(_) | TokenKind::Invalid,
            ) => {
                let message = format!("found `{}` without `=`, expected `key=value`", key.node);
                let error = SyntaxError::new("missing-equals", key.span, message);
                self.report(error.help(format!("write `{}=…`", key.node)));
            }
            _ => {
                self.unexpected_word(&key, in_stage);
                return None;
            }
        }
        let value = self.argument_value(&key)?;
        Some(Argument {
            span: key.span.join(value.span),
            key,
            value,
        })
    }

    fn unexpected_word(&mut self, word: &Spanned<String>, in_stage: bool) {
        let message = format!("found `{}`, expected {}", word.node, expected_argument(in_stage));
        let error = SyntaxError::new("unexpected-word", word.span, message);
        self.report(match in_stage {
            true => error.help(ONE_METHOD),
            false => error.help(format!("write `{}=…`", word.node)),
        });
    }

    fn argument_value(&mut self, key: &Spanned<String>) -> Option<Spanned<Value>> {
        if self.kind_in_stage() == Some(TokenKind::Equals) {
            let error = self.unexpected("unexpected-equals", "a value");
            self.report(error.help(format!("write `{}=…`, with one `=`", key.node)));
            while self.kind_in_stage() == Some(TokenKind::Equals) {
                self.bump();
            }
        }
        let next_argument =
            self.kind_in_stage() == Some(TokenKind::Word) && self.peek_beyond(1) == Some(TokenKind::Equals);
        if next_argument || self.peek_in_stage().is_none() {
            let mut error = self.unexpected("missing-value", &format!("a value after `{}=`", key.node));
            error.span = Span::new(self.last_end(), self.last_end());
            self.report(error.help(format!("add a value, or remove `{}=`", key.node)));
            return None;
        }
        self.value()
    }
}
