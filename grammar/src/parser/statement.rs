//! Statements and their contextual keywords.

use super::Parser;
use crate::SyntaxError;
use crate::ast::{Pipeline, Script, Statement, StatementKind};
use crate::span::Span;
use crate::token::{Token, TokenKind};

/// The words that can open a statement.
pub(crate) const KEYWORDS: [&str; 5] = ["let", "use", "set", "explain", "help"];

impl Parser<'_> {
    pub(super) fn script(&mut self) -> Script {
        let mut statements = Vec::new();
        while let Some(first) = self.peek() {
            let before = self.at;
            let kind = self.statement(first);
            self.end_statement();
            if self.at == before {
                self.bump();
            }
            if let Some(kind) = kind {
                let span = self.span_from(first.span.start);
                statements.push(Statement { kind, span });
            }
        }
        Script { statements }
    }

    fn statement(&mut self, first: Token) -> Option<StatementKind> {
        match self.keyword(self.at) {
            Some("let") => self.let_statement(),
            Some("use") => {
                self.bump();
                self.pipeline_of("use").map(StatementKind::Use)
            }
            Some("explain") => {
                self.bump();
                self.pipeline_of("explain").map(StatementKind::Explain)
            }
            Some("set") => self.set_statement(),
            Some("help") => self.help_statement(),
            _ if first.kind == TokenKind::Word && self.peek_beyond(1) == Some(TokenKind::Equals) => {
                self.binding_without_let(first)
            }
            _ => self.pipeline().map(StatementKind::Run),
        }
    }

    /// The keyword that stands at token `at`; a word before `|` is the name of a pipeline, whatever it is.
    pub(super) fn keyword(&self, at: usize) -> Option<&'static str> {
        let token = *self.tokens.get(at)?;
        let keyword = KEYWORDS.into_iter().find(|keyword| *keyword == self.text(token))?;
        let next = self.tokens.get(at + 1).map(|token| token.kind);
        (token.kind == TokenKind::Word && next != Some(TokenKind::Pipe)).then_some(keyword)
    }

    fn let_statement(&mut self) -> Option<StatementKind> {
        self.bump();
        let name = match self.peek_in_stage() {
            Some(token) if token.kind == TokenKind::Word => {
                self.bump();
                Some(self.name(token))
            }
            Some(token) if token.kind == TokenKind::Invalid => {
                self.bump();
                None
            }
            _ => {
                let error = self.unexpected("missing-name", "a name after `let`");
                self.report(error.help("a pipeline is named like this: `let pools = retrieve attn k=80`"));
                None
            }
        };
        match self.kind_in_stage() {
            Some(TokenKind::Equals) => self.bump(),
            _ if name.is_none() => {
                self.skip_statement();
                return None;
            }
            _ => {
                let error = self.unexpected("missing-equals", "`=` after the name");
                self.report(error.help("a pipeline is named like this: `let pools = retrieve attn k=80`"));
                if self.kind_in_stage().is_none() {
                    self.skip_statement();
                    return None;
                }
            }
        }
        let pipeline = self.pipeline_of("let")?;
        Some(StatementKind::Let { name: name?, pipeline })
    }

    /// `name = pipeline`: understood, but not the language. What can't begin a pipeline is an argument instead.
    fn binding_without_let(&mut self, first: Token) -> Option<StatementKind> {
        let name = self.name(first);
        if self.peek_beyond(2) != Some(TokenKind::Word) {
            let message = format!(
                "found `{}=` at the start of a line, expected a stage or a keyword",
                name.node
            );
            let error = SyntaxError::new("misplaced-argument", first.span, message);
            self.report(error.help("arguments stand on the same line as their stage"));
            self.bump();
            self.skip_statement();
            return None;
        }
        let message = format!(
            "found `=` after `{}`, expected `let` before a name that is bound",
            name.node
        );
        self.bump();
        let error = SyntaxError::new("missing-let", first.span, message);
        self.report(error.help(format!("write `let {} = …`", name.node)));
        self.bump();
        let pipeline = self.pipeline_of("let")?;
        Some(StatementKind::Let { name, pipeline })
    }

    /// The pipeline after a keyword or `=`.
    fn pipeline_of(&mut self, keyword: &str) -> Option<Pipeline> {
        if self.peek_in_statement().is_some() {
            return self.pipeline();
        }
        let error = self.unexpected("missing-pipeline", "a pipeline");
        let place = if keyword == "let" { "=" } else { keyword };
        self.report(error.help(format!("the pipeline begins on the same line as `{place}`")));
        None
    }

    fn set_statement(&mut self) -> Option<StatementKind> {
        self.bump();
        if self.peek_in_stage().is_none() {
            let error = self.unexpected("missing-argument", "`key=value` after `set`");
            self.report(error.help("options are set like this: `set threads=2`"));
            return None;
        }
        let arguments = self.arguments(false);
        Some(StatementKind::Set(arguments))
    }

    fn help_statement(&mut self) -> Option<StatementKind> {
        self.bump();
        let mut words = Vec::new();
        while words.len() < 2 && self.kind_in_stage() == Some(TokenKind::Word) {
            words.extend(self.peek().map(|token| self.name(token)));
            self.bump();
        }
        let mut words = words.into_iter();
        Some(StatementKind::Help {
            verb: words.next(),
            method: words.next(),
        })
    }

    /// Reports and skips whatever is left of the statement.
    fn end_statement(&mut self) {
        let Some(token) = self.peek_in_statement() else { return };
        if token.kind != TokenKind::Invalid {
            let error = match token.kind {
                TokenKind::Pipe => self
                    .unexpected("unexpected-pipe", "the end of the statement")
                    .help("only a pipeline goes on with `|`"),
                _ => self
                    .unexpected("unexpected-text", "the end of the line")
                    .help("help takes a verb and a method: `help retrieve attn`"),
            };
            self.report(error);
        }
        self.skip_statement();
    }

    fn skip_statement(&mut self) {
        while let Some(token) = self.peek_in_statement() {
            self.skip_one(token);
        }
    }
}

/// The span of the keyword that opens a statement of this kind, if it has one.
pub(crate) fn keyword_span(source: &str, statement: &Statement) -> Option<Span> {
    let word = match &statement.kind {
        StatementKind::Run(_) => return None,
        StatementKind::Let { .. } => "let",
        StatementKind::Use(_) => "use",
        StatementKind::Set(_) => "set",
        StatementKind::Explain(_) => "explain",
        StatementKind::Help { .. } => "help",
    };
    let start = statement.span.start;
    let named = matches!(&statement.kind, StatementKind::Let { name, .. } if name.span.start == start);
    let there = source.get(start..).is_some_and(|rest| rest.starts_with(word));
    (there && !named).then(|| Span::new(start, start + word.len()))
}
