//! One Rust cell, from its code to its end.

use crate::display::Bundle;
use crate::notebook::{Frontend, Problem, Question as Prompt, StreamName};
use crate::rust::diagnostics::plain;
use crate::rust::exchange::Exchange;
use crate::rust::listener::{Asked, Question};
use crate::rust::protocol::{Done, Event, Outcome};
use crate::rust::session::{RustSession, Variable};
use crate::rust::worker::{Message, Worker};
use grn::Source;
use grn::engine::observer::CancelToken;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// Time between two looks at the interrupt.
const LOOK: Duration = Duration::from_millis(20);

/// How long an interrupted cell may take to end before its worker is ended.
const PATIENCE: Duration = Duration::from_millis(2500);

/// Lines of standard error that are kept for the case that the worker ends.
const LAST_LINES: usize = 6;

/// One cell.
pub struct Run<'a> {
    /// Its text as it is in the notebook.
    pub source: &'a Source,
    /// Its Rust code, every line where it is in the text.
    pub code: &'a str,
    /// Where values cross.
    pub folder: &'a Path,
    /// Who shows things.
    pub frontend: &'a dyn Frontend,
    /// Who may stop it.
    pub cancel: &'a CancelToken,
}

impl RustSession {
    /// Runs a cell; its code gets values from `exchange` and puts them there. The first cell starts the worker.
    ///
    /// # Errors
    /// What keeps the cell from running or ended it, with what became of the variables.
    pub fn run(&mut self, run: &Run<'_>, exchange: &mut dyn Exchange) -> Result<(), Problem> {
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => self.start(run.folder)?,
        };
        let number = self.add_cell(run.source.clone());
        let ended = match worker
            .input()
            .send(&json!({ "execute": { "cell": number, "code": run.code } }))
        {
            Ok(()) => self.follow(run, &mut worker, exchange),
            Err(_) => Ended::Gone(Vec::new()),
        };
        if let Some(listener) = &self.listener {
            listener.set_hand(None);
        }
        match ended {
            Ended::Done(done) => {
                let variables = done.variables.iter().cloned();
                self.variables = variables.map(|(name, kind)| Variable { name, kind }).collect();
                if done.outcome != Outcome::Defect {
                    self.worker = Some(worker);
                }
                self.close(run, done)
            }
            Ended::Gone(last) => Err(self.gone(run, worker.status(), &last)),
            Ended::Failed(message) => Err(failed(run, &message)),
            Ended::Unstarted => Err(Problem::interrupted(
                "the Rust session was still starting; it was ended, and the next Rust cell starts it again",
            )),
            Ended::Killed => {
                self.forget_all();
                let words = "the Rust session did not end by itself and was ended: its variables, functions and \
                             imports are lost";
                Err(Problem::interrupted(words))
            }
        }
    }

    /// What the cell's code asks comes to the messages of `worker` from now on.
    fn listen(&self, worker: &Worker) {
        if let Some(listener) = &self.listener {
            let sender = worker.sender.clone();
            let give_back = |message| match message {
                Message::Asked(asked) => Err(asked),
                _ => Ok(()),
            };
            let hand = move |asked| sender.send(Message::Asked(asked)).or_else(|error| give_back(error.0));
            listener.set_hand(Some(Arc::new(hand)));
        }
    }

    /// Shows what the cell says, until it has ended.
    fn follow(&self, run: &Run<'_>, worker: &mut Worker, exchange: &mut dyn Exchange) -> Ended {
        self.listen(worker);
        let mut last = Vec::new();
        let mut interrupted: Option<Instant> = None;
        loop {
            match interrupted {
                None if run.cancel.is_cancelled() && !worker.is_ready => return Ended::Unstarted,
                None if run.cancel.is_cancelled() => {
                    interrupted = Some(Instant::now());
                    // Where it can't be sent, the worker is gone.
                    let _ = worker.input().send(&json!({ "interrupt": {} }));
                }
                Some(since) if since.elapsed() > PATIENCE => return Ended::Killed,
                _ => {}
            }
            let message = match worker.messages.recv_timeout(LOOK) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => Message::Gone,
            };
            match message {
                Message::Event(Event::Done(done)) => return Ended::Done(done),
                Message::Event(Event::Failed(_)) if run.cancel.is_cancelled() => return Ended::Unstarted,
                Message::Event(Event::Failed(message)) => return Ended::Failed(message),
                Message::Event(Event::Ready) => worker.is_ready = true,
                // An interrupted cell may have said more than anybody waits for.
                Message::Event(Event::Stream { .. } | Event::Display(_)) if interrupted.is_some() => {}
                Message::Event(event) => show(run, worker, event),
                Message::Error(line) => error_line(run, line, &mut last),
                Message::Gone if interrupted.is_some() => return Ended::Killed,
                Message::Gone => return Ended::Gone(last),
                Message::Asked(asked) => answer(run, asked, exchange),
            }
        }
    }

    fn gone(&mut self, run: &Run<'_>, status: Option<String>, last: &[String]) -> Problem {
        self.forget_all();
        let how = status.map_or_else(String::new, |status| format!(" ({status})"));
        let message = format!("the program that runs Rust cells is gone{how}");
        let note = "Rust variables, functions and imports are lost; the next Rust cell starts it anew";
        let last = last.iter().map(|line| format!("it said: {line}"));
        plain(
            run.source,
            "worker-ended",
            &message,
            [note.to_owned()].into_iter().chain(last).collect(),
        )
    }

    fn forget_all(&mut self) {
        self.variables.clear();
    }
}

/// How following a cell ended.
enum Ended {
    /// The worker says how.
    Done(Done),
    /// The worker is gone; its last words.
    Gone(Vec<String>),
    /// The worker can't run cells.
    Failed(String),
    /// It was interrupted before any cell ran in it.
    Unstarted,
    /// It is to be ended, after an interrupt.
    Killed,
}

fn failed(run: &Run<'_>, message: &str) -> Problem {
    let message = format!("Rust cells can't start: {}", message.trim());
    let note = "help: the Rust compiler must be able to build a library; `cargo build` in an empty project shows more";
    plain(run.source, "no-start", &message, vec![note.to_owned()])
}

fn show(run: &Run<'_>, worker: &Worker, event: Event) {
    match event {
        Event::Stream { is_error, text } => {
            let name = if is_error { StreamName::Err } else { StreamName::Out };
            run.frontend.stream(name, &text);
        }
        Event::Display(data) => run.frontend.display(bundle(data), None),
        Event::Result(data) => run.frontend.result(bundle(data)),
        Event::Input { prompt, is_password } => {
            let prompt = Prompt {
                prompt: &prompt,
                is_password,
            };
            let answer = run.frontend.ask(&prompt).unwrap_or_default();
            let _ = worker.input().send(&json!({ "answer": answer }));
        }
        _ => {}
    }
}

/// JSON types are JSON in a bundle, all others text.
fn bundle(data: Map<String, Value>) -> Bundle {
    let mut bundle = Bundle::default();
    for (mime, value) in data {
        let is_json = mime.ends_with("json");
        let parsed = value
            .as_str()
            .filter(|_| is_json)
            .and_then(|text| serde_json::from_str(text).ok());
        bundle = bundle.with(&mime, parsed.unwrap_or(value));
    }
    bundle
}

/// Dependencies that are being built are told as they come; everything else only where the worker ends.
fn error_line(run: &Run<'_>, line: String, last: &mut Vec<String>) {
    if let Some(compiled) = line.trim_start().strip_prefix("Compiling ") {
        if compiled.starts_with("grn_nb ") {
            return;
        }
        run.frontend.stream(StreamName::Err, &format!("{}\n", line.trim()));
        return;
    }
    if !line.trim().is_empty() {
        last.push(line);
        last.drain(..last.len().saturating_sub(LAST_LINES));
    }
}

fn answer(run: &Run<'_>, asked: Asked, exchange: &mut dyn Exchange) {
    let answer = match &asked.question {
        Question::Get(name) => exchange.get(name, run.frontend, run.cancel).map(Some),
        Question::Put(name, path) => exchange.put(name, path).map(|()| None),
    };
    // Who asked may be gone.
    let _ = asked.answer.send(answer);
}

#[cfg(test)]
mod tests {
    use super::bundle;
    use serde_json::{Map, json};

    #[test]
    fn json_is_json_in_a_bundle_and_text_is_text() {
        let mut data = Map::new();
        data.insert("application/vnd.plotly.v1+json".to_owned(), json!("{\"data\": []}"));
        data.insert("text/plain".to_owned(), json!("{}"));
        data.insert("application/json".to_owned(), json!("{"));
        let bundle = bundle(data);
        assert_eq!(bundle.data["application/vnd.plotly.v1+json"], json!({"data": []}));
        assert_eq!(bundle.data["text/plain"], json!("{}"));
        assert_eq!(bundle.data["application/json"], json!("{"));
    }
}
