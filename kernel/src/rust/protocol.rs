//! What the worker says, as values; `kernel/rust/worker/src/protocol.rs` describes both sides.

use serde_json::{Map, Value};

/// One event of the worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Cells can run.
    Ready,
    /// They can't.
    Failed(String),
    /// The cell was compiled, and runs.
    Running,
    /// Output.
    Stream {
        /// Whether it is standard error.
        is_error: bool,
        /// What was said.
        text: String,
    },
    /// Something shown, by MIME type.
    Display(Map<String, Value>),
    /// The value of the cell, by MIME type.
    Result(Map<String, Value>),
    /// The code asks for a line.
    Input {
        /// What it says.
        prompt: String,
        /// Whether the answer is hidden while it is typed.
        is_password: bool,
    },
    /// The cell ended.
    Done(Done),
}

/// How a cell ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    /// See [`Outcome`].
    pub outcome: Outcome,
    /// Variables of earlier cells that are gone.
    pub lost: Vec<String>,
    /// Names and types of the variables that are there.
    pub variables: Vec<(String, String)>,
}

/// What became of a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Outcome {
    /// All went well.
    #[default]
    Ok,
    /// It doesn't compile: the compiler's problems.
    Errors(Vec<Value>),
    /// It panicked.
    Panic {
        /// What it said.
        message: String,
        /// The cell, the line and the column (from 1), where they are known.
        place: Option<(u64, usize, usize)>,
    },
    /// A `?` left it.
    Returned(String),
    /// Its process ended: how.
    Ended(String),
    /// The user stopped it; whether its code ran already.
    Interrupted {
        /// Otherwise it was being compiled.
        ran: bool,
    },
    /// Types changed under variables: their names.
    Redefined(Vec<String>),
    /// Something that has no place.
    Message(String),
    /// The worker itself failed.
    Defect,
}

impl Event {
    /// The event that a line holds; `None` where it is none.
    pub fn read(line: &str) -> Option<Self> {
        let Value::Object(event) = serde_json::from_str(line).ok()? else {
            return None;
        };
        let (name, content) = event.into_iter().next()?;
        Some(match (name.as_str(), content) {
            ("ready", _) => Self::Ready,
            ("failed", message) => Self::Failed(text(&message)),
            ("running", _) => Self::Running,
            ("stream", stream) => Self::Stream {
                is_error: stream["name"] == "stderr",
                text: text(&stream["text"]),
            },
            ("display", Value::Object(data)) => Self::Display(data),
            ("result", Value::Object(data)) => Self::Result(data),
            ("input", input) => Self::Input {
                prompt: text(&input["prompt"]),
                is_password: input["password"] == true,
            },
            ("done", done) => Self::Done(Done::read(&done)),
            _ => return None,
        })
    }
}

impl Done {
    fn read(done: &Value) -> Self {
        let variables = done["variables"].as_object();
        let variables = variables.into_iter().flatten();
        Self {
            outcome: Outcome::read(&done["outcome"]),
            lost: texts(&done["lost"]),
            variables: variables.map(|(name, kind)| (name.clone(), text(kind))).collect(),
        }
    }
}

impl Outcome {
    fn read(outcome: &Value) -> Self {
        let message = || text(&outcome["message"]);
        match outcome["kind"].as_str() {
            Some("ok") => Self::Ok,
            Some("errors") => Self::Errors(outcome["problems"].as_array().cloned().unwrap_or_default()),
            Some("panic") => Self::Panic {
                message: message(),
                place: place(&outcome["place"]),
            },
            Some("returned") => Self::Returned(message()),
            Some("ended") => Self::Ended(message()),
            Some("interrupted") => Self::Interrupted {
                ran: outcome["ran"] == true,
            },
            Some("redefined") => Self::Redefined(texts(&outcome["names"])),
            Some("message") => Self::Message(message()),
            _ => Self::Defect,
        }
    }
}

fn place(place: &Value) -> Option<(u64, usize, usize)> {
    Some((
        place["cell"].as_u64()?,
        number(&place["line"])?,
        number(&place["column"])?,
    ))
}

/// A number of the worker's.
pub fn number(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|number| usize::try_from(number).ok())
}

/// A text of the worker's; empty where it is none.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Texts of the worker's.
pub fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::{Event, Outcome};

    #[test]
    fn events_are_read_and_nonsense_is_not() {
        assert_eq!(Event::read(r#"{"ready": {"seconds": 1}}"#), Some(Event::Ready));
        let stream = Event::Stream {
            is_error: true,
            text: "oh".to_owned(),
        };
        assert_eq!(
            Event::read(r#"{"stream": {"name": "stderr", "text": "oh"}}"#),
            Some(stream)
        );
        let input = Event::Input {
            prompt: "word".to_owned(),
            is_password: true,
        };
        let line = r#"{"input": {"prompt": "word", "password": true}}"#;
        assert_eq!(Event::read(line), Some(input));
        for nonsense in ["", "[]", "{}", r#"{"odd": 1}"#, r#"{"display": 1}"#] {
            assert_eq!(Event::read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn the_end_of_a_cell_is_read() {
        let line = r#"{"done": {"cell": 3, "lost": ["s"], "variables": {"x": "i32"}, "seconds": 0.1,
                       "outcome": {"kind": "panic", "message": "oh", "place": {"cell": 2, "line": 4, "column": 1}}}}"#;
        let Some(Event::Done(done)) = Event::read(line) else {
            panic!("{line}");
        };
        assert_eq!((done.lost.as_slice(), done.variables.len()), (&["s".to_owned()][..], 1));
        let place = Some((2, 4, 1));
        let message = "oh".to_owned();
        assert_eq!(done.outcome, Outcome::Panic { message, place });
        let Some(Event::Done(done)) = Event::read(r#"{"done": {}}"#) else {
            panic!("a done event without content");
        };
        assert_eq!(done.outcome, Outcome::Defect);
    }
}
