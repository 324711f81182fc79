//! What a running cell may ask of whoever shows it.

use crate::display::Bundle;
use serde_json::Value;

/// Which of a cell's streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamName {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Shows what a cell gives; every call returns quickly, but for [`Frontend::ask`]. Called from any thread.
pub trait Frontend: Send + Sync {
    /// `display_data`; with an `id`, later [`Frontend::update`]s replace it.
    fn display(&self, bundle: Bundle, id: Option<&str>);
    /// `update_display_data`.
    fn update(&self, bundle: Bundle, id: &str);
    /// `execute_result`, at most once a cell.
    fn result(&self, bundle: Bundle);
    /// Text on a stream; the implementation joins what comes in quick succession.
    fn stream(&self, name: StreamName, text: &str);
    /// Asks the user for a line (`input_request`) and waits for it; an interrupt ends the wait.
    fn ask(&self, question: &Question<'_>) -> Result<String, StdinRefused>;
}

/// A question to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// What it says.
    pub prompt: &'a str,
    /// Whether the answer is hidden while it is typed.
    pub is_password: bool,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StdinRefused {
    /// The frontend can't be asked (`allow_stdin` is false).
    NotAllowed,
    /// The user interrupted the cell.
    Interrupted,
}

/// How a cell ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Executed {
    /// `None` where all went well.
    pub problem: Option<Problem>,
    /// Pager payloads (`{"source": "page", "data": {…}, "start": 0}`) for `name?`.
    pub payload: Vec<Value>,
}

/// The content of an `error` message and of an execute reply that fails.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problem {
    /// A stable name, for instance `grn::unknown-method` or `Interrupted`.
    pub name: String,
    /// One line.
    pub value: String,
    /// Lines, coloured by ANSI sequences.
    pub traceback: Vec<String>,
}

/// Shows nothing.
pub struct Mute;

impl Frontend for Mute {
    fn display(&self, _bundle: Bundle, _id: Option<&str>) {}

    fn update(&self, _bundle: Bundle, _id: &str) {}

    fn result(&self, _bundle: Bundle) {}

    fn stream(&self, _name: StreamName, _text: &str) {}

    fn ask(&self, _question: &Question<'_>) -> Result<String, StdinRefused> {
        Err(StdinRefused::NotAllowed)
    }
}
