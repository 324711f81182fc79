//! The one canonical layout of a script.
//!
//! Works on tokens, so that comments and the spelling of numbers survive: a pipeline stands on one line where it
//! fits and its author did not break it; otherwise every stage after the first has its own line. Brackets are closed
//! up onto one line unless a comment stands inside or their stage is too long. Blank lines between statements are kept, at most one; those
//! inside a statement are dropped.

mod layout;

use crate::lexer::lex;
use crate::parser::parse_tokens;
use crate::token::{Token, TokenKind};
use crate::{Parse, SyntaxError};
use layout::{Group, render, tree};

/// Longest line of a pipeline that stays on one line, in characters.
pub const WIDTH: usize = 100;

/// The canonical text of a script: idempotent, keeps every comment, and says the same. A text that is no script is
/// left alone: its errors come back.
pub fn format(source: &str) -> Result<String, Vec<SyntaxError>> {
    let lexed = lex(source);
    let tokens = lexed.tokens.clone();
    let Parse { errors, .. } = parse_tokens(source, lexed).parse;
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut text = String::new();
    let mut rest = tokens.as_slice();
    while let Some(first) = rest.first() {
        if first.breaks > 1 && !text.is_empty() {
            text.push('\n');
        }
        let (statement, after) = rest.split_at(statement_length(rest));
        if first.kind == TokenKind::Comment {
            text.push_str(first.text(source));
        } else {
            text.push_str(&statement_text(source, statement));
        }
        text.push('\n');
        rest = after;
    }
    Ok(text)
}

/// How many tokens the first statement or comment takes, with the comments inside and at its end.
fn statement_length(tokens: &[Token]) -> usize {
    if tokens.first().is_some_and(|token| token.kind == TokenKind::Comment) {
        return 1;
    }
    let mut depth = 0_usize;
    let mut length = 0;
    while let Some(token) = tokens.get(length) {
        let joined = length == 0 || depth > 0 || token.breaks == 0 || token.kind == TokenKind::Pipe;
        match token.kind {
            TokenKind::Comment if !joined => match comments_before_pipe(&tokens[length..]) {
                Some(comments) => length += comments,
                None => return length,
            },
            _ if !joined => return length,
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        length += 1;
    }
    length
}

/// The number of comments that lead to a `|`.
fn comments_before_pipe(tokens: &[Token]) -> Option<usize> {
    let comments = tokens
        .iter()
        .take_while(|token| token.kind == TokenKind::Comment)
        .count();
    let next = tokens.get(comments)?;
    (next.kind == TokenKind::Pipe).then_some(comments)
}

/// One stage with the comments around it.
#[derive(Default)]
struct Stage {
    /// Comments on lines of their own before its `|`.
    above: Vec<Token>,
    tokens: Vec<Token>,
    /// The comment at the end of its line.
    beside: Option<Token>,
}

fn statement_text(source: &str, tokens: &[Token]) -> String {
    let (stages, broken) = stages(tokens);
    let groups: Vec<Group> = stages.iter().map(|stage| tree(&stage.tokens)).collect();
    let texts: Vec<String> = groups
        .iter()
        .enumerate()
        .map(|(index, group)| render(source, group, if index == 0 { 0 } else { 4 }))
        .collect();
    let flat = texts.join(" | ");
    let broken = broken || flat.contains('\n') || flat.chars().count() > WIDTH;
    let mut text = String::new();
    for (index, (stage, stage_text)) in stages.iter().zip(&texts).enumerate() {
        for comment in &stage.above {
            text.push_str("\n  ");
            text.push_str(comment.text(source));
        }
        text.push_str(match (index, broken) {
            (0, _) => "",
            (_, true) => "\n  | ",
            (_, false) => " | ",
        });
        text.push_str(stage_text);
        if let Some(comment) = stage.beside {
            text.push(' ');
            text.push_str(comment.text(source));
        }
    }
    text
}

/// The stages of a statement, and whether its author gave some `|` a line of its own. A keyword belongs to the first.
fn stages(tokens: &[Token]) -> (Vec<Stage>, bool) {
    let mut stages = Vec::new();
    let mut stage = Stage::default();
    let mut above = Vec::new();
    let mut depth = 0_usize;
    let mut broken = false;
    for token in tokens {
        match token.kind {
            TokenKind::Pipe if depth == 0 => {
                broken |= token.breaks > 0;
                let next = Stage {
                    above: std::mem::take(&mut above),
                    ..Stage::default()
                };
                stages.push(std::mem::replace(&mut stage, next));
                continue;
            }
            TokenKind::Comment if depth == 0 => {
                match token.breaks {
                    0 => stage.beside = Some(*token),
                    _ => above.push(*token),
                }
                continue;
            }
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        stage.tokens.push(*token);
    }
    stages.push(stage);
    (stages, broken)
}
