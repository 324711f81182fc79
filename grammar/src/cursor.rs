//! What is being typed at a place of a text, for completion and inspection.

use crate::ast::{StageCall, StatementKind};
use crate::lexer::lex;
use crate::parser::{KEYWORDS, parse, significant};
use crate::span::{Span, Spanned};
use crate::token::{Bracket, Token, TokenKind};

/// What stands at a cursor.
#[derive(Clone, Debug, PartialEq)]
pub struct CursorContext {
    /// What the grammar expects there.
    pub place: Place,
    /// Code, string or comment.
    pub inside: Inside,
    /// The part of the word left of the cursor (in a string: all since its quote, as written); empty between words.
    /// A completion replaces its span.
    pub word: Spanned<String>,
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
        stages,
        ..context(place, inside, word)
    }
}

fn context(place: Place, inside: Inside, word: Spanned<String>) -> CursorContext {
    CursorContext {
        place,
        inside,
        word,
        stages: Vec::new(),
    }
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

fn keys(source: &str, tokens: &[Token]) -> Vec<String> {
    let pairs = tokens.windows(2).filter_map(|pair| match pair {
        [key, equals] if key.kind == TokenKind::Word && equals.kind == TokenKind::Equals => Some(key.text(source)),
        _ => None,
    });
    pairs.map(str::to_owned).collect()
}

/// The tokens of the statement at the cursor.
struct Line<'a> {
    left: &'a str,
    tokens: Vec<Token>,
    /// Where the last `|` stands.
    pipe: Option<usize>,
}

impl<'a> Line<'a> {
    fn new(left: &'a str, tokens: Vec<Token>, word_start: usize) -> Self {
        let start = statement_start(left, &tokens, word_start);
        let tokens: Vec<Token> = tokens.into_iter().skip(start).collect();
        let pipe = tokens.iter().rev().find(|token| token.kind == TokenKind::Pipe);
        Self {
            left,
            pipe: pipe.map(|token| token.span.start),
            tokens,
        }
    }

    fn text(&self, token: Token) -> String {
        token.text(self.left).to_owned()
    }

    fn place(&self, keys_after: impl FnOnce() -> Vec<String>) -> Place {
        let Some(first) = self.tokens.first() else {
            return Place::Statement;
        };
        let keyword = KEYWORDS.into_iter().find(|word| *word == first.text(self.left));
        let pipeline = self.tokens.get(1).is_some_and(|token| token.kind == TokenKind::Pipe);
        let rest = self.tokens.get(1..).unwrap_or_default();
        match keyword.filter(|_| !pipeline) {
            Some("help") => match rest {
                [] => Place::HelpVerb,
                [verb] => Place::HelpMethod { verb: self.text(*verb) },
                _ => Place::Nothing,
            },
            Some("let") if rest.is_empty() => Place::Binding,
            Some("let") if rest.len() == 1 => Place::Nothing,
            Some("let") => self.stage(rest.get(2..).unwrap_or_default(), keys_after),
            Some("set") => self.setting(rest, keys_after),
            Some(_) => self.stage(rest, keys_after),
            None if rest.first().is_some_and(|token| token.kind == TokenKind::Equals) => {
                self.stage(rest.get(1..).unwrap_or_default(), keys_after)
            }
            None => self.stage(&self.tokens, keys_after),
        }
    }

    fn setting(&self, rest: &[Token], keys_after: impl FnOnce() -> Vec<String>) -> Place {
        match self.value_key(rest) {
            Some(key) => Place::SettingValue { key },
            None => {
                let mut keys = keys(self.left, rest);
                keys.extend(keys_after());
                Place::SettingKey { keys }
            }
        }
    }

    /// The place in the last stage of a pipeline.
    fn stage(&self, pipeline: &[Token], keys_after: impl FnOnce() -> Vec<String>) -> Place {
        let start = pipeline
            .iter()
            .rposition(|token| token.kind == TokenKind::Pipe)
            .map_or(0, |at| at + 1);
        let Some((first, rest)) = pipeline.get(start..).and_then(<[Token]>::split_first) else {
            return Place::Verb;
        };
        if first.kind != TokenKind::Word {
            return Place::Nothing;
        }
        let verb = self.text(*first);
        let (methods, arguments) = match self.methods(rest) {
            Ok(split) => split,
            Err(listed) => return Place::Method { verb, listed },
        };
        if let Some(key) = self.value_key(arguments) {
            return Place::Value { verb, methods, key };
        }
        let mut keys = keys(self.left, arguments);
        keys.extend(keys_after());
        Place::Key { verb, methods, keys }
    }

    /// Splits what follows a verb into methods and arguments; the methods listed so far where they are unfinished.
    fn methods<'t>(&self, rest: &'t [Token]) -> Result<(Vec<String>, &'t [Token]), Vec<String>> {
        let words = |tokens: &[Token]| {
            let words = tokens.iter().filter(|token| token.kind == TokenKind::Word);
            words.map(|word| self.text(*word)).collect::<Vec<_>>()
        };
        match rest {
            [] => Err(Vec::new()),
            [first, list @ ..] if first.kind == TokenKind::Open(Bracket::Square) => {
                let end = list.iter().position(|token| matches!(token.kind, TokenKind::Close(_)));
                let end = end.ok_or_else(|| words(list))?;
                let (inside, after) = list.split_at(end);
                Ok((words(inside), after.get(1..).unwrap_or_default()))
            }
            [key, sign, ..]
                if key.kind == TokenKind::Word && matches!(sign.kind, TokenKind::Equals | TokenKind::Colon) =>
            {
                Ok((Vec::new(), rest))
            }
            [method, arguments @ ..] if method.kind == TokenKind::Word => Ok((vec![self.text(*method)], arguments)),
            _ => Ok((Vec::new(), rest)),
        }
    }

    /// The key of the argument whose value is being typed, if one is.
    fn value_key(&self, arguments: &[Token]) -> Option<String> {
        let mut depth = 0_usize;
        for token in arguments {
            match token.kind {
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        let last = arguments.last()?.kind;
        let unfinished = depth > 0 || matches!(last, TokenKind::Equals | TokenKind::Range);
        keys(self.left, arguments).pop().filter(|_| unfinished)
    }
}

/// The index of the first token of the statement that holds the cursor; the number of tokens where it stands on a
/// new line.
fn statement_start(left: &str, tokens: &[Token], word_start: usize) -> usize {
    let mut start = 0;
    let mut depth = 0_usize;
    let mut before = TokenKind::Comma;
    let opens = |kind| matches!(kind, TokenKind::Comma | TokenKind::Colon | TokenKind::Open(_));
    for (index, token) in tokens.iter().enumerate() {
        let goes_on = opens(before);
        let new_line = token.breaks > 0 && token.kind != TokenKind::Pipe;
        let closes = matches!(token.kind, TokenKind::Comma | TokenKind::Close(_));
        if new_line && (depth == 0 || !(goes_on || closes)) {
            start = index;
            depth = 0;
        }
        match token.kind {
            TokenKind::Pipe => depth = 0,
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = token.kind;
    }
    let end = tokens.last().map_or(0, |token| token.span.end);
    let on_new_line = left.get(end..word_start).is_some_and(|gap| gap.contains('\n'));
    let is_item = depth > 0 && (opens(before) || word_start == left.len());
    if on_new_line && !is_item { tokens.len() } else { start }
}
