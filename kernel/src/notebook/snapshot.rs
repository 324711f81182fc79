//! What can be answered while a cell runs.

use crate::display::Bundle;

/// The state after the last finished cell, as far as completion and inspection need it.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {}

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

impl Snapshot {
    /// What could stand at `cursor` (in code points).
    pub fn complete(&self, _code: &str, cursor: usize) -> Completed {
        Completed {
            start: cursor,
            end: cursor,
            matches: Vec::new(),
        }
    }

    /// What is known of the word at `cursor` (in code points); more with `detail` 1.
    pub fn inspect(&self, _code: &str, _cursor: usize, _detail: u8) -> Inspected {
        None
    }

    /// Whether a cell is complete, by the parser.
    pub fn is_complete(&self, _code: &str) -> IsComplete {
        IsComplete::Complete
    }
}
