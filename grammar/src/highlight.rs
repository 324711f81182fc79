//! Colours for editors and notebooks, from the parser's own tokens and tree.

use crate::ast::{Argument, Pipeline, Script, StageCall, Statement, StatementKind, Value};
use crate::lexer::lex;
use crate::parser::{keyword_span, parse_tokens};
use crate::span::{Span, Spanned};
use crate::token::{Token, TokenKind};
use std::collections::{BTreeMap, BTreeSet};

/// What a piece of text is, for the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tag {
    /// `let`, `use`, `set`, `explain` or `help`, where it opens a statement.
    Keyword,
    /// The verb of a stage.
    Verb,
    /// The method of a stage.
    Method,
    /// The key of an argument.
    Parameter,
    /// An integer or a float, also those of ranges and maps.
    Number,
    /// A string with its quotes.
    String,
    /// `true` or `false`.
    Boolean,
    /// `|`, `=` or `..`.
    Operator,
    /// Brackets, `,` and `:`.
    Punctuation,
    /// `#` to the end of the line.
    Comment,
    /// The name of a pipeline, or a bare word as a value.
    Name,
    /// Text that isn't understood.
    Error,
}

impl Tag {
    /// All tags.
    pub const ALL: [Self; 12] = [
        Self::Keyword,
        Self::Verb,
        Self::Method,
        Self::Parameter,
        Self::Number,
        Self::String,
        Self::Boolean,
        Self::Operator,
        Self::Punctuation,
        Self::Comment,
        Self::Name,
        Self::Error,
    ];

    /// The lower-case name, for instance `keyword`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Verb => "verb",
            Self::Method => "method",
            Self::Parameter => "parameter",
            Self::Number => "number",
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Operator => "operator",
            Self::Punctuation => "punctuation",
            Self::Comment => "comment",
            Self::Name => "name",
            Self::Error => "error",
        }
    }
}

/// The tags of a text, whether it is a script or not: in source order, none overlapping, everything but blanks
/// covered.
pub fn highlight(source: &str) -> Vec<(Span, Tag)> {
    let lexed = lex(source);
    let tokens = lexed.tokens.clone();
    let parse = parse_tokens(source, lexed).parse;
    let words = Words::of(source, &parse.script);
    let errors: BTreeSet<Span> = parse.errors.iter().map(|error| error.span).collect();
    let tag = |token: &Token| {
        let known = words.tags.get(&token.span.start).copied();
        let tag = match known {
            None if errors.contains(&token.span) => Tag::Error,
            _ => known.unwrap_or_else(|| tag_of_kind(token.kind)),
        };
        (token.span, tag)
    };
    tokens.iter().map(tag).collect()
}

pub(crate) fn tag_of_kind(kind: TokenKind) -> Tag {
    match kind {
        TokenKind::Word => Tag::Name,
        TokenKind::Integer(_) | TokenKind::Float(_) => Tag::Number,
        TokenKind::Text => Tag::String,
        TokenKind::Pipe | TokenKind::Equals | TokenKind::Range => Tag::Operator,
        TokenKind::Comma | TokenKind::Colon | TokenKind::Open(_) | TokenKind::Close(_) => Tag::Punctuation,
        TokenKind::Comment => Tag::Comment,
        TokenKind::Invalid => Tag::Error,
    }
}

/// The parts that words play, by the offset of the word.
struct Words {
    tags: BTreeMap<usize, Tag>,
    pipelines: BTreeSet<String>,
}

impl Words {
    fn of(source: &str, script: &Script) -> Self {
        let bound = script.statements.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Let { name, .. } => Some(name.node.clone()),
            _ => None,
        });
        let mut words = Self {
            tags: BTreeMap::new(),
            pipelines: bound.collect(),
        };
        for statement in &script.statements {
            words.statement(source, statement);
        }
        words
    }

    fn put<T>(&mut self, word: &Spanned<T>, tag: Tag) {
        self.tags.insert(word.span.start, tag);
    }

    fn statement(&mut self, source: &str, statement: &Statement) {
        if let Some(span) = keyword_span(source, statement) {
            self.tags.insert(span.start, Tag::Keyword);
        }
        match &statement.kind {
            StatementKind::Run(pipeline) | StatementKind::Use(pipeline) | StatementKind::Explain(pipeline) => {
                self.pipeline(pipeline);
            }
            StatementKind::Let { name, pipeline } => {
                self.put(name, Tag::Name);
                self.pipeline(pipeline);
            }
            StatementKind::Set(arguments) => self.arguments(arguments),
            StatementKind::Help { verb, method } => {
                verb.iter().for_each(|verb| self.put(verb, Tag::Verb));
                method.iter().for_each(|method| self.put(method, Tag::Method));
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        for (index, stage) in pipeline.stages.iter().enumerate() {
            self.stage(stage, index == 0);
        }
    }

    fn stage(&mut self, stage: &StageCall, first: bool) {
        let lone = first && stage.method.is_none() && stage.arguments.is_empty();
        let named = lone && self.pipelines.contains(&stage.verb.node);
        self.put(&stage.verb, if named { Tag::Name } else { Tag::Verb });
        match &stage.method {
            Some(Spanned {
                node: Value::List(methods),
                ..
            }) => methods.iter().for_each(|method| self.put(method, Tag::Method)),
            Some(method) => self.put(method, Tag::Method),
            None => {}
        }
        self.arguments(&stage.arguments);
    }

    fn arguments(&mut self, arguments: &[Argument]) {
        for argument in arguments {
            self.put(&argument.key, Tag::Parameter);
            self.value(&argument.value);
        }
    }

    fn value(&mut self, value: &Spanned<Value>) {
        match &value.node {
            Value::Boolean(_) => self.put(value, Tag::Boolean),
            Value::Name(_) => self.put(value, Tag::Name),
            Value::List(items) | Value::Tuple(items) => items.iter().for_each(|item| self.value(item)),
            Value::PerSize(entries) => entries.iter().for_each(|(_, value)| self.value(value)),
            _ => {}
        }
    }
}
