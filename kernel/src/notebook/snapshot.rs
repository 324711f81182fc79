//! What can be answered while a cell runs: completion, inspection, whether a cell is complete.

use crate::display::{Bundle, page};
use crate::notebook::cell::Cell;
use crate::notebook::commands::{self, find};
use crate::notebook::offsets::{byte_offset, code_points};
use grn::lang::catalog::Catalog;
use grn::lang::checked::Environment;
use grn::lang::complete::{Candidate, CandidateKind, complete};
use grn::lang::help;
use grn::lang::inspect::inspect;
use grn::lang::page::Page;
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
        if Cell::new(code).rust.is_some_and(|rust| offset > rust.command_end()) {
            return Completed {
                start: cursor,
                end: cursor,
                matches: Vec::new(),
            };
        }
        let names = self.environment.forgettable();
        if let Some(completed) = commands::complete(code, offset, names) {
            return completed;
        }
        let cell = Cell::new(code);
        if cell.question.is_some() {
            return Completed {
                start: cursor,
                end: cursor,
                matches: Vec::new(),
            };
        }
        let completions = complete(&cell.script, offset, &self.catalog, &self.environment);
        Completed {
            start: code_points(code, completions.span.start),
            end: code_points(code, completions.span.end),
            matches: completions.candidates.into_iter().map(completion).collect(),
        }
    }

    /// What is known of the word at `cursor` (in code points). One page says all, so `detail` changes nothing.
    pub fn inspect(&self, code: &str, cursor: usize, _detail: u8) -> Inspected {
        let offset = byte_offset(code, cursor);
        if let Some((word, _)) = commands::name_at(code, offset) {
            return find(word).map(|command| page::page(&command.page()));
        }
        let cell = Cell::new(code);
        if let Some(question) = &cell.question {
            return self.look_up(question);
        }
        if cell.rust.is_some() {
            return None;
        }
        let text = cell.script;
        inspect(&text, offset.min(text.len()), &self.catalog, &self.environment).map(|found| page::page(&found))
    }

    /// The page of a name, a stage, a command: what `name?` shows.
    pub fn look_up(&self, question: &str) -> Inspected {
        if let Some(command) = find(question) {
            return Some(page::page(&command.page()));
        }
        let found = inspect(question, question.len(), &self.catalog, &self.environment);
        found.or_else(|| self.method(question)).map(|found| page::page(&found))
    }

    /// `attn?` without its verb: the first method of that name.
    fn method(&self, name: &str) -> Option<Page> {
        let spec = self.catalog.specs().find(|spec| spec.method == Some(name))?;
        help::page(&self.catalog, Some(spec.verb), spec.method)
    }

    /// Whether a cell is complete, by the parser.
    pub fn is_complete(&self, code: &str) -> IsComplete {
        let cell = Cell::new(code);
        if cell.question.is_some() || cell.rust.is_some() {
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

#[cfg(test)]
mod tests {
    use super::{IsComplete, Snapshot};
    use crate::notebook::Notebook;
    use proptest::prelude::*;
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
        assert_eq!(texts("retrieve attn?").2, Vec::<String>::new());
        assert!(texts("%time retrieve at").2.contains(&"attn".to_owned()));
        assert_eq!(texts("%%ru"), (0, 4, vec!["%%rust".to_owned()]));
        assert_eq!(texts("%%rust\nretrieve att").2, Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn any_text_has_answers(text in "[ %a-zé=|\\[{\"#🧬\u{a0}\u{3000}\n]{0,40}", cursor in 0usize..45) {
            let snapshot = Snapshot::default();
            let completed = snapshot.complete(&text, cursor);
            prop_assert!(completed.start <= completed.end && completed.end <= text.chars().count());
            snapshot.inspect(&text, cursor, 0);
            snapshot.is_complete(&text);
        }
    }

    #[test]
    fn questions_and_words_are_looked_up() {
        let snapshot = snapshot();
        let text = |found: super::Inspected| found.unwrap_or_default().text_of("text/plain").to_owned();
        assert!(text(snapshot.look_up("decode exact")).starts_with("decode exact"));
        assert!(text(snapshot.look_up("attn")).starts_with("retrieve attn"));
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
        assert_eq!(snapshot.is_complete("%%rust\nfn open() {"), IsComplete::Complete);
    }
}
