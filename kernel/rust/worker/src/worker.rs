//! The worker: one thread reads requests, another runs cells.

use crate::cell::Cell;
use crate::groups;
use crate::protocol::{Events, Request, requests};
use crate::session::Session;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Room for deep syntax trees.
const STACK: usize = 64 << 20;

/// How long a running cell may take to end when the kernel is gone.
const LAST_CELL: Duration = Duration::from_millis(1500);

/// What the kernel gives on the command line.
#[derive(Debug, Default, PartialEq)]
struct Arguments {
    /// Crates that every cell knows, as in a Cargo.toml.
    dependencies: Vec<String>,
    /// The folders of this session; they go with the kernel.
    folders: Vec<PathBuf>,
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Self {
        let mut arguments = Self::default();
        while let Some(word) = words.next() {
            match (word.as_str(), words.next()) {
                ("--dependency", Some(value)) => arguments.dependencies.push(value),
                ("--folder", Some(value)) => arguments.folders.push(PathBuf::from(value)),
                _ => {}
            }
        }
        arguments
    }
}

/// Works until the kernel closes standard input or is gone.
pub fn run() -> ExitCode {
    groups::lead();
    let arguments = Arguments::read(std::env::args().skip(1));
    let events = Arc::new(Events::default());
    let cell = Cell::new(Arc::clone(&events));
    let (work, jobs) = channel();
    let (answer, answers) = channel();
    let runs = {
        let (cell, dependencies) = (cell.clone(), arguments.dependencies);
        let serve = move || serve(&dependencies, cell, &events, &jobs, &answers);
        thread::Builder::new()
            .name("cells".to_owned())
            .stack_size(STACK)
            .spawn(serve)
    };
    follow(&cell, &work, &answer);
    drop((work, answer));
    if let Ok(runs) = runs {
        end_cell(&cell, &runs);
    }
    for folder in &arguments.folders {
        let _ = std::fs::remove_dir_all(folder);
    }
    groups::end();
}

/// Passes requests on until there are no more.
fn follow(cell: &Cell, work: &Sender<Request>, answer: &Sender<String>) {
    for request in requests() {
        match request {
            Request::Interrupt => cell.interrupt(),
            Request::Answer(text) => drop(answer.send(text)),
            request @ Request::Execute { .. } => {
                cell.expect();
                if work.send(request).is_err() {
                    return;
                }
            }
        }
    }
}

/// Nobody waits for the cell any more.
fn end_cell(cell: &Cell, runs: &thread::JoinHandle<()>) {
    let began = Instant::now();
    cell.interrupt();
    while !runs.is_finished() && began.elapsed() < LAST_CELL {
        cell.kill();
        groups::interrupt_compilers();
        thread::sleep(Duration::from_millis(20));
    }
}

fn serve(
    dependencies: &[String],
    cell: Cell,
    events: &Arc<Events>,
    jobs: &Receiver<Request>,
    answers: &Receiver<String>,
) {
    let began = Instant::now();
    let mut session = match Session::start(dependencies, cell, Arc::clone(events)) {
        Ok(session) => session,
        Err(message) => {
            events.send("failed", message.into());
            groups::end();
        }
    };
    events.send("ready", json!({ "seconds": began.elapsed().as_secs_f64() }));
    let ask = |prompt: &str, password: bool| {
        events.send("input", json!({ "prompt": prompt, "password": password }));
        answers.recv().unwrap_or_default()
    };
    for request in jobs {
        match request {
            Request::Execute { cell, code } => {
                if !session.execute(cell, &code, &ask) {
                    groups::end();
                }
            }
            Request::Interrupt | Request::Answer(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use std::path::PathBuf;

    #[test]
    fn arguments_come_in_pairs() {
        let words = ["--dependency", "a = \"1\"", "--folder", "/tmp/a", "--odd"];
        let arguments = Arguments::read(words.into_iter().map(str::to_owned));
        assert_eq!(arguments.dependencies, ["a = \"1\""]);
        assert_eq!(arguments.folders, [PathBuf::from("/tmp/a")]);
    }
}
