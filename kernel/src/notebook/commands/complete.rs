//! Candidates for commands and their words.

use super::{COMMANDS, Takes, find};
use crate::notebook::offsets::code_points;
use crate::notebook::{Completed, Completion};

/// The name of the command that byte `offset` lies in or next to, and where it begins.
pub fn name_at(code: &str, offset: usize) -> Option<(&str, usize)> {
    let (start, end) = line_at(code, offset);
    let line = &code[start..end];
    let word = line.trim_start();
    let begin = start + line.len() - word.len();
    let word = word.split(char::is_whitespace).next().unwrap_or_default();
    let is_there = (begin..=begin + word.len()).contains(&offset);
    (word.starts_with('%') && is_there).then_some((word, begin))
}

/// Candidates for the name of a command or one of its words; `None` where byte `offset` is in grn code.
/// `names` are those of the session.
pub fn complete<'a>(code: &str, offset: usize, names: impl Iterator<Item = &'a str>) -> Option<Completed> {
    if let Some((_, start)) = name_at(code, offset) {
        let candidates = COMMANDS
            .iter()
            .map(|command| (command.name, command.summary.to_owned()));
        return Some(completed(code, start, offset, candidates));
    }
    let (start, _) = line_at(code, offset);
    let line = &code[start..offset];
    let spec = find(line.split_whitespace().next().filter(|name| name.starts_with('%'))?)?;
    if matches!(spec.takes, Takes::Code) {
        return None;
    }
    let space = line.char_indices().rfind(|(_, character)| character.is_whitespace());
    let word = space.map_or(0, |(at, character)| at + character.len_utf8());
    let words: Vec<&str> = match spec.takes {
        Takes::Names => names.collect(),
        _ => spec.takes.words(),
    };
    let candidates = words.into_iter().map(|word| (word, spec.usage()));
    Some(completed(code, start + word, offset, candidates))
}

/// Where the line around byte `offset` begins and ends.
fn line_at(code: &str, offset: usize) -> (usize, usize) {
    let start = code[..offset].rfind('\n').map_or(0, |end| end + 1);
    let end = code[offset..].find('\n').map_or(code.len(), |length| offset + length);
    (start, end)
}

/// The candidates that go on with what stands between two bytes of `code`.
fn completed<'a>(
    code: &str,
    start: usize,
    end: usize,
    candidates: impl Iterator<Item = (&'a str, String)>,
) -> Completed {
    let typed = &code[start..end];
    let fitting = candidates.filter(|(name, _)| name.starts_with(typed));
    let completion = |(name, signature): (&str, String)| Completion {
        text: name.to_owned(),
        kind: "magic",
        signature,
    };
    Completed {
        start: code_points(code, start),
        end: code_points(code, end),
        matches: fitting.map(completion).collect(),
    }
}
