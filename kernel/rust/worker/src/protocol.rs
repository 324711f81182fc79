//! What the kernel and the worker say to each other: a JSON object a line, with one key that names it.
//!
//! | from the kernel | |
//! | --- | --- |
//! | `{"execute": {"cell": 3, "code": "…"}}` | runs a cell; `done` answers |
//! | `{"interrupt": {}}` | stops the running cell |
//! | `{"answer": "…"}` | answers `input` |
//!
//! | from the worker | |
//! | --- | --- |
//! | `{"ready": {"seconds": 1.2}}` | cells can run |
//! | `{"failed": "…"}` | they can't, and the worker ends |
//! | `{"running": {"seconds": 0.3}}` | the cell was compiled, and runs from now on |
//! | `{"stream": {"name": "stdout", "text": "…"}}` | output, as it comes |
//! | `{"display": {"text/plain": "…"}}` | something shown while the cell runs |
//! | `{"result": {"text/plain": "…"}}` | the value of the cell |
//! | `{"input": {"prompt": "…", "password": false}}` | the code asks for a line |
//! | `{"done": {"cell": 3, "outcome": …, "lost": […], "variables": […], "seconds": 0.4}}` | the cell ended |

use serde_json::{Value, json};
use std::io::{self, BufRead, Write};
use std::sync::{Mutex, PoisonError};

/// A request of the kernel.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Run a cell.
    Execute {
        /// Its number.
        cell: u64,
        /// Its code.
        code: String,
    },
    /// Stop the running cell.
    Interrupt,
    /// What the user answered.
    Answer(String),
}

impl Request {
    /// The request that a line holds.
    pub fn read(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line).ok()?;
        if let Some(execute) = value.get("execute") {
            return Some(Self::Execute {
                cell: execute.get("cell")?.as_u64()?,
                code: execute.get("code")?.as_str()?.to_owned(),
            });
        }
        if let Some(answer) = value.get("answer") {
            return Some(Self::Answer(answer.as_str()?.to_owned()));
        }
        value.get("interrupt").map(|_| Self::Interrupt)
    }
}

/// Reads requests until the kernel closes the pipe or is gone; lines that are none are left out.
pub fn requests() -> impl Iterator<Item = Request> {
    let lines = io::stdin().lock().lines();
    lines.map_while(Result::ok).filter_map(|line| Request::read(&line))
}

/// Standard output, from several threads.
#[derive(Default)]
pub struct Events(Mutex<()>);

impl Events {
    /// Writes one event.
    pub fn send(&self, name: &str, content: Value) {
        let _whole = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut output = io::stdout().lock();
        // Where nobody reads any more, standard input ends as well.
        let _ = writeln!(output, "{}", json!({ name: content }));
        let _ = output.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::Request;

    #[test]
    fn requests_are_read_and_nonsense_is_not() {
        let execute = Request::Execute {
            cell: 3,
            code: "1 + 1".to_owned(),
        };
        let read = Request::read(r#"{"execute": {"cell": 3, "code": "1 + 1"}}"#);
        assert_eq!(read, Some(execute));
        assert_eq!(Request::read(r#"{"interrupt": {}}"#), Some(Request::Interrupt));
        assert_eq!(
            Request::read(r#"{"answer": "a"}"#),
            Some(Request::Answer("a".to_owned()))
        );
        for nonsense in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"execute": {"cell": -1, "code": ""}}"#,
            r#"{"answer": 1}"#,
        ] {
            assert_eq!(Request::read(nonsense), None, "{nonsense}");
        }
    }
}
