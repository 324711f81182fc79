//! What is being typed at a place of a text, for completion and inspection.

mod line;

use crate::ast::{StageCall, StatementKind};
use crate::lexer::lex;
use crate::parser::{parse, significant};
use crate::span::{Span, Spanned};
use crate::token::{Token, TokenKind};
use line::{Line, keys};

/// What stands at a cursor.
#[derive(Clone, Debug, PartialEq)]
pub struct CursorContext {
    /// What the grammar expects there.
    pub place: Place,
    /// Code, string or comment.
    pub inside: Inside,
    /// The part of the word left of the cursor (in a string: all since its quote, as written); empty between words.
    pub word: Spanned<String>,
    /// The word on both sides of the cursor; in a string without a closing quote, the left side alone.
    pub whole: Span,
    /// Where the statement at the cursor begins.
    pub statement: usize,
    /// The stages of the same pipeline before the one that is being typed; where there are none, the name of a
    /// pipeline may stand for a verb.
    pub stages: Vec<StageCall>,
}

/// Where in its line a cursor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Neither of the others.
    Code,
    /// After the opening quote of a string.
    String,
    /// After `#`.
    Comment,
}

/// What the grammar expects at a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The start of a statement: a keyword, a verb or the name of a pipeline.
    Statement,
    /// The start of a stage: after `|`, `use`, `explain` or `let name =`.
    Verb,
    /// After a verb, or inside the list of methods after it. For a verb without methods, keys are expected.
    Method {
        /// The verb.
        verb: String,
        /// The methods already listed in `[…]`.
        listed: Vec<String>,
    },
    /// The key of an argument.
    Key {
        /// The stage's verb.
        verb: String,
        /// The stage's methods: none, one, or a list's.
        methods: Vec<String>,
        /// The keys that the stage has already, on both sides of the cursor.
        keys: Vec<String>,
    },
    /// The value of an argument, or a part of one inside brackets.
    Value {
        /// The stage's verb.
        verb: String,
        /// The stage's methods: none, one, or a list's.
        methods: Vec<String>,
        /// The argument's key.
        key: String,
        /// Which part of the value.
        part: ValuePart,
    },
    /// The key of a session option, after `set`.
    SettingKey {
        /// The keys already there.
        keys: Vec<String>,
    },
    /// The value of a session option.
    SettingValue {
        /// The option's key.
        key: String,
    },
    /// The new name after `let`.
    Binding,
    /// The verb after `help`.
    HelpVerb,
    /// The method after `help verb`.
    HelpMethod {
        /// The verb.
        verb: String,
    },
    /// Nothing that could be completed: a comment, or a place that is broken.
    Nothing,
}

/// Where in a value a cursor stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValuePart {
    /// A value of its own.
    Whole,
    /// After `first..`.
    RangeEnd {
        /// The first value of the range.
        first: Option<i64>,
    },
    /// In `[…]`.
    Item {
        /// The items left of the cursor, as written.
        given: Vec<String>,
    },
    /// In `(…)`.
    Member {
        /// The members left of the cursor, as written.
        given: Vec<String>,
    },
    /// A team size, in `{…}` before `:`.
    Size {
        /// The sizes left of the cursor, as written.
        given: Vec<String>,
    },
    /// In `{…}` after `:`.
    OfSize {
        /// The team size, as written.
        size: String,
    },
    /// After an item, where a comma or a closing bracket is missing.
    End,
}

/// What is being typed at byte `offset`, which is moved to the character boundary before it where necessary.
pub fn cursor(source: &str, offset: usize) -> CursorContext {
    let offset = (0..=offset.min(source.len()))
        .rev()
        .find(|at| source.is_char_boundary(*at))
        .unwrap_or(0);
    let left = &source[..offset];
    let all = lex(left).tokens;
    let gap = all.last().map_or("", |token| &left[token.span.end..]);
    if all.last().is_some_and(|token| token.kind == TokenKind::Comment) && !gap.contains('\n') {
        return context(
            Place::Nothing,
            Inside::Comment,
            Spanned::new(String::new(), Span::new(offset, offset)),
            offset,
        );
    }
    let mut tokens = significant(&all);
    let (word, inside) = typed_word(left, &mut tokens);
    let line = Line::new(left, tokens, word.span.start);
    let stages = match (inside, line.pipe) {
        (_, Some(pipe)) => stages_before(&left[..pipe]),
        _ => Vec::new(),
    };
    let place = line.place(|| keys_after(source, offset));
    CursorContext {
        whole: whole_word(source, inside, word.span),
        stages,
        ..context(place, inside, word, line.start)
    }
}

fn context(place: Place, inside: Inside, word: Spanned<String>, statement: usize) -> CursorContext {
    CursorContext {
        place,
        inside,
        whole: word.span,
        word,
        statement,
        stages: Vec::new(),
    }
}

/// The word that begins as `left` does, up to its end right of the cursor.
fn whole_word(source: &str, inside: Inside, left: Span) -> Span {
    let quote = usize::from(inside == Inside::String);
    let tokens = lex(source).tokens;
    let token = tokens.iter().find(|token| token.span.start + quote == left.start);
    let end = token.and_then(|token| match (inside, token.kind) {
        (Inside::String, _) if is_open_string(token.text(source)) => None,
        (Inside::String, _) => Some(token.span.end - 1),
        (_, TokenKind::Word | TokenKind::Integer(_) | TokenKind::Float(_)) if left.end > left.start => {
            Some(token.span.end)
        }
        _ => None,
    });
    Span::new(left.start, end.unwrap_or(left.end).max(left.end))
}

/// Takes the unfinished word or string at the end of `left` off the tokens.
fn typed_word(left: &str, tokens: &mut Vec<Token>) -> (Spanned<String>, Inside) {
    let offset = left.len();
    let last = tokens
        .last()
        .copied()
        .filter(|token| left[token.span.end..].trim_matches('\r').is_empty());
    let string = last.filter(|token| token.text(left).starts_with('"') && is_open_string(token.text(left)));
    let word = last.filter(|token| {
        let kind = matches!(
            token.kind,
            TokenKind::Word | TokenKind::Integer(_) | TokenKind::Float(_) | TokenKind::Invalid
        );
        kind && token.span.end == offset && !token.text(left).starts_with('"')
    });
    let (start, inside) = match (string, word) {
        (Some(token), _) => (token.span.start + 1, Inside::String),
        (None, Some(token)) => (token.span.start, Inside::Code),
        (None, None) => return (Spanned::new(String::new(), Span::new(offset, offset)), Inside::Code),
    };
    tokens.pop();
    (Spanned::new(left[start..].to_owned(), Span::new(start, offset)), inside)
}

/// Whether a string as written lacks its closing quote.
fn is_open_string(text: &str) -> bool {
    let mut escaped = false;
    let mut quotes = 0;
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quotes += 1,
            _ => {}
        }
    }
    quotes < 2
}

fn stages_before(text: &str) -> Vec<StageCall> {
    match parse(text).script.statements.pop().map(|statement| statement.kind) {
        Some(
            StatementKind::Run(pipeline)
            | StatementKind::Use(pipeline)
            | StatementKind::Explain(pipeline)
            | StatementKind::Let { pipeline, .. },
        ) => pipeline.stages,
        _ => Vec::new(),
    }
}

/// The keys of the same stage right of the cursor.
fn keys_after(source: &str, offset: usize) -> Vec<String> {
    let tokens = significant(&lex(source).tokens);
    let right = tokens.into_iter().skip_while(|token| token.span.start < offset);
    let stage = right.take_while(|token| token.breaks == 0 && token.kind != TokenKind::Pipe);
    keys(source, &stage.collect::<Vec<_>>())
}
