//! From the tokens left of a cursor to what is expected there.

use super::{Place, ValuePart};
use crate::parser::KEYWORDS;
use crate::token::{Bracket, Token, TokenKind};

/// The keys of the arguments among some tokens.
pub(super) fn keys(source: &str, tokens: &[Token]) -> Vec<String> {
    let pairs = tokens.windows(2).filter_map(|pair| match pair {
        [key, equals] if key.kind == TokenKind::Word && equals.kind == TokenKind::Equals => Some(key.text(source)),
        _ => None,
    });
    pairs.map(str::to_owned).collect()
}

/// The tokens of the statement at the cursor.
pub(super) struct Line<'a> {
    left: &'a str,
    tokens: Vec<Token>,
    /// Where the last `|` stands.
    pub(super) pipe: Option<usize>,
    /// Where the statement begins.
    pub(super) start: usize,
}

impl<'a> Line<'a> {
    pub(super) fn new(left: &'a str, tokens: Vec<Token>, word_start: usize) -> Self {
        let start = statement_start(left, &tokens, word_start);
        let tokens: Vec<Token> = tokens.into_iter().skip(start).collect();
        let pipe = tokens.iter().rev().find(|token| token.kind == TokenKind::Pipe);
        Self {
            left,
            pipe: pipe.map(|token| token.span.start),
            start: tokens.first().map_or(word_start, |token| token.span.start),
            tokens,
        }
    }

    fn text(&self, token: Token) -> String {
        token.text(self.left).to_owned()
    }

    pub(super) fn place(&self, keys_after: impl FnOnce() -> Vec<String>) -> Place {
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
        match self.value(rest) {
            Some((key, _)) => Place::SettingValue { key },
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
        if let Some((key, part)) = self.value(arguments) {
            return Place::Value {
                verb,
                methods,
                key,
                part,
            };
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

    /// The argument whose value is being typed, if one is: its key, and the part of its value.
    fn value(&self, arguments: &[Token]) -> Option<(String, ValuePart)> {
        let mut open: Vec<(Bracket, usize)> = Vec::new();
        for (index, token) in arguments.iter().enumerate() {
            match token.kind {
                TokenKind::Open(bracket) => open.push((bracket, index)),
                TokenKind::Close(_) => drop(open.pop()),
                _ => {}
            }
        }
        let last = arguments.last()?.kind;
        let part = match open.last() {
            Some((bracket, start)) => self.part(*bracket, arguments.get(start + 1..).unwrap_or_default()),
            None if last == TokenKind::Equals => ValuePart::Whole,
            None if last == TokenKind::Range => ValuePart::RangeEnd {
                first: arguments.iter().rev().nth(1).and_then(|token| match token.kind {
                    TokenKind::Integer(first) => Some(first),
                    _ => None,
                }),
            },
            None => return None,
        };
        Some((keys(self.left, arguments).pop()?, part))
    }

    /// What is expected after `inside`, the tokens since an open bracket.
    fn part(&self, bracket: Bracket, inside: &[Token]) -> ValuePart {
        let items = inside.split(|token| token.kind == TokenKind::Comma);
        let given = |items: &[Token]| items.first().map(|token| self.text(*token));
        let (bracket_open, last) = (inside.is_empty(), inside.last().map(|token| token.kind));
        match (bracket, last) {
            (Bracket::Curly, Some(TokenKind::Colon)) => ValuePart::OfSize {
                size: inside
                    .iter()
                    .rev()
                    .nth(1)
                    .map_or(String::new(), |token| self.text(*token)),
            },
            _ if !bracket_open && last != Some(TokenKind::Comma) => ValuePart::End,
            (Bracket::Curly, _) => ValuePart::Size {
                given: items.filter_map(given).collect(),
            },
            (Bracket::Square, _) => ValuePart::Item {
                given: items.filter_map(given).collect(),
            },
            (Bracket::Round, _) => ValuePart::Member {
                given: items.filter_map(given).collect(),
            },
        }
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
