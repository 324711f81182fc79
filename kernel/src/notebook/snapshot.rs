//! What can be answered while a cell runs: completion, inspection, whether a cell is complete.

use crate::display::{Bundle, page};
use crate::notebook::cell::Cell;
use crate::notebook::commands::{COMMANDS, find};
use crate::notebook::offsets::{byte_offset, code_points};
use grn::lang::catalog::Catalog;
use grn::lang::checked::Environment;
use grn::lang::complete::{Candidate, CandidateKind, complete};
use grn::lang::inspect::inspect;
use grn_grammar::Completeness;

/// The state after the last finished cell, as far as completion and inspection need it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    catalog: Catalog,
    environment: Environment,
}

/// The answer to a completion request. Positions count code points, as the protocol does since 5.2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completed {
    /// Where the replaced word begins and ends.
    pub start: usize,
    /// See `start`.
    pub end: usize,
    /// Best first.
    pub matches: Vec<Completion>,
}

/// One candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// What replaces the word.
    pub text: String,
    /// Jupyter's type, for instance `function`, `keyword`, `instance`, `path`, `magic`, `param`, `value`.
    pub kind: &'static str,
    /// One line: type, range and default, or a summary.
    pub signature: String,
}

/// The answer to an inspection request: nothing found, or a page.
pub type Inspected = Option<Bundle>;

/// The answer to an is-complete request.
#[derive(Clone, Debug, PartialEq)]
pub enum IsComplete {
    /// It can run.
    Complete,
    /// More must follow; the next line starts with this indent.
    Incomplete(&'static str),
    /// It never becomes right.
    Invalid,
}

/// Of a session without any cell yet.
impl Default for Snapshot {
    fn default() -> Self {
        Self::new(grn::stages::catalog(), Environment::default())
    }
}

impl Snapshot {
    /// What these know.
    pub fn new(catalog: Catalog, environment: Environment) -> Self {
        Self { catalog, environment }
    }

    /// What could stand at `cursor` (in code points).
    pub fn complete(&self, code: &str, cursor: usize) -> Completed {
        let offset = byte_offset(code, cursor);
        if let Some(completed) = commands(code, offset) {
            return completed;
        }
        let script = Cell::new(code).script;
        // A cell that only asks a question has no code to complete.
        let completions = complete(&script, offset.min(script.len()), &self.catalog, &self.environment);
        Completed {
            start: code_points(code, completions.span.start),
            end: code_points(code, completions.span.end),
            matches: completions.candidates.into_iter().map(completion).collect(),
        }
    }

    /// What is known of the word at `cursor` (in code points). One page says all, so `detail` changes nothing.
    pub fn inspect(&self, code: &str, cursor: usize, _detail: u8) -> Inspected {
        let offset = byte_offset(code, cursor);
        if let Some((word, _)) = word_of_command(code, offset) {
            return find(word).map(|command| page::page(&command.page()));
        }
        let text = match Cell::new(code).question {
            Some(question) => return self.look_up(&question),
            None => Cell::new(code).script,
        };
        inspect(&text, offset.min(text.len()), &self.catalog, &self.environment).map(|found| page::page(&found))
    }

    /// The page of a name, a stage, a command: what `name?` shows.
    pub fn look_up(&self, question: &str) -> Inspected {
        if let Some(command) = find(question) {
            return Some(page::page(&command.page()));
        }
        inspect(question, question.len(), &self.catalog, &self.environment).map(|found| page::page(&found))
    }

    /// Whether a cell is complete, by the parser.
    pub fn is_complete(&self, code: &str) -> IsComplete {
        let cell = Cell::new(code);
        if cell.question.is_some() {
            return IsComplete::Complete;
        }
        match grn_grammar::is_complete(&cell.script) {
            Completeness::Complete => IsComplete::Complete,
            Completeness::Incomplete => IsComplete::Incomplete("  "),
            Completeness::Invalid => IsComplete::Invalid,
        }
    }
}

fn completion(candidate: Candidate) -> Completion {
    let kind = match candidate.kind {
        CandidateKind::Keyword => "keyword",
        CandidateKind::Verb | CandidateKind::Method => "function",
        CandidateKind::Name => "instance",
        CandidateKind::Parameter => "param",
        CandidateKind::Value => "value",
        CandidateKind::Path => "path",
    };
    Completion {
        text: candidate.text,
        kind,
        signature: candidate.detail,
    }
}

/// The word at `offset` where its line begins with `%`, with its start.
fn word_of_command(code: &str, offset: usize) -> Option<(&str, usize)> {
    let start = code[..offset].rfind('\n').map_or(0, |end| end + 1);
    let end = code[offset..].find('\n').map_or(code.len(), |length| offset + length);
    let line = &code[start..end];
    let indent = line.len() - line.trim_start().len();
    let word = line.trim_start();
    let word = &word[..word.find(char::is_whitespace).unwrap_or(word.len())];
    let begin = start + indent;
    (word.starts_with('%') && (begin..=begin + word.len()).contains(&offset)).then_some((word, begin))
}

/// Candidates for the name of a command or one of its words; `None` where the cursor is in grn code.
fn commands(code: &str, offset: usize) -> Option<Completed> {
    let (start, typed, candidates) = match word_of_command(code, offset) {
        Some((_, start)) => {
            let candidates = COMMANDS.iter().map(|command| (command.name, command.summary));
            (start, &code[start..offset], candidates.collect::<Vec<_>>())
        }
        None => {
            let start = code[..offset].rfind('\n').map_or(0, |end| end + 1);
            let line = &code[start..offset];
            let spec = find(line.split_whitespace().next().filter(|name| name.starts_with('%'))?)?;
            if spec.name == "%time" {
                return None;
            }
            let word = line.rfind(char::is_whitespace).map_or(0, |at| at + 1);
            let candidates = spec.words.iter().map(|word| (*word, spec.usage));
            (start + word, &line[word..], candidates.collect())
        }
    };
    let matches = candidates
        .into_iter()
        .filter(|(name, _)| name.starts_with(typed))
        .map(|(name, summary)| Completion {
            text: name.to_owned(),
            kind: "magic",
            signature: summary.to_owned(),
        });
    Some(Completed {
        start: code_points(code, start),
        end: code_points(code, offset),
        matches: matches.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::{IsComplete, Snapshot};
    use crate::notebook::Notebook;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    fn snapshot() -> Arc<Snapshot> {
        Notebook::new(BTreeMap::new()).snapshot()
    }

    fn texts(code: &str) -> (usize, usize, Vec<String>) {
        let completed = snapshot().complete(code, code.chars().count());
        let texts = completed.matches.into_iter().map(|found| found.text);
        (completed.start, completed.end, texts.collect())
    }

    #[test]
    fn positions_count_code_points() {
        let (start, end, texts) = texts("# 🧬é\nretrieve att");
        assert_eq!((start, end), (14, 17));
        assert_eq!(texts, ["attn"]);
    }

    #[test]
    fn commands_complete_by_name_and_word() {
        assert_eq!(texts("%wh"), (0, 3, vec!["%who".to_owned()]));
        assert_eq!(texts("%device c"), (8, 9, vec!["cpu".to_owned(), "cuda".to_owned()]));
        assert!(texts("%time retrieve at").2.contains(&"attn".to_owned()));
    }

    #[test]
    fn questions_and_words_are_looked_up() {
        let snapshot = snapshot();
        let text = |found: super::Inspected| found.unwrap_or_default().text_of("text/plain").to_owned();
        assert!(text(snapshot.look_up("decode exact")).starts_with("decode exact"));
        assert!(text(snapshot.look_up("%device")).contains("cuda"));
        assert!(text(snapshot.inspect("retrieve attn k=80", 10, 0)).starts_with("retrieve attn"));
        assert_eq!(snapshot.inspect("nothing", 3, 0), None);
    }

    #[test]
    fn the_parser_says_whether_a_cell_is_complete() {
        let snapshot = snapshot();
        assert_eq!(snapshot.is_complete("%who\nretrieve attn"), IsComplete::Complete);
        assert_eq!(
            snapshot.is_complete("decode exact cap={2: 80,"),
            IsComplete::Incomplete("  ")
        );
        assert_eq!(snapshot.is_complete("retrieve attn |"), IsComplete::Invalid);
        assert_eq!(snapshot.is_complete("decode exact?"), IsComplete::Complete);
    }
}
