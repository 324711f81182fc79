//! A kernel whose cells are commands that exercise the wire; what `tests/python` runs for whatever pipelines can't do
//! on demand. One command a line: `print N`, `write TEXT`, `warn TEXT`, `flood MEGABYTES`, `picture MEGABYTES`,
//! `spill MEGABYTES`, `redraw TIMES`, `sleep SECONDS`, `stubborn SECONDS`, `ask PROMPT`, `show`, `fail`, `panic`.

use grn::engine::observer::CancelToken;
use grn_kernel::display::Bundle;
use grn_kernel::notebook::{Executed, Frontend, Mute, Problem, Question, Snapshot, StdinRefused, StreamName};
use grn_kernel::wire::{Cells, PARENT_VARIABLE, serve};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

struct Probe;

impl Cells for Probe {
    fn execute(
        &mut self,
        code: &str,
        _count: u32,
        silent: bool,
        frontend: &dyn Frontend,
        cancel: &CancelToken,
    ) -> Executed {
        let frontend = if silent { &Mute } else { frontend };
        let commands = code.lines().filter(|line| !line.trim().is_empty());
        let mut results = commands.map(|line| run(line.trim(), frontend, cancel));
        Executed {
            problem: results.find_map(Result::err),
            payload: Vec::new(),
        }
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::default()
    }
}

fn run(line: &str, frontend: &dyn Frontend, cancel: &CancelToken) -> Result<(), Problem> {
    let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
    match command {
        "print" => {
            for number in 0..rest.parse().unwrap_or(1) {
                frontend.stream(StreamName::Out, &format!("line {number}\n"));
            }
        }
        "write" => frontend.stream(StreamName::Out, rest),
        "warn" => frontend.stream(StreamName::Err, rest),
        "picture" => frontend.display(Bundle::text(megabytes(rest.parse().unwrap_or(1))), None),
        "spill" => frontend.stream(StreamName::Out, &megabytes(rest.parse().unwrap_or(1))),
        "redraw" => redraw(rest.parse().unwrap_or(1), frontend),
        "flood" => flood(rest.parse().unwrap_or(1), frontend, cancel),
        "sleep" => sleep(rest, || cancel.is_cancelled()),
        "stubborn" => sleep(rest, || false),
        "ask" => return ask(rest, frontend),
        "show" => show(frontend),
        "panic" => panic!("as asked"),
        _ => return Err(problem("probe::fail", line)),
    }
    match cancel.is_cancelled() {
        true => Err(problem("Interrupted", "the cell was interrupted")),
        false => Ok(()),
    }
}

fn problem(name: &str, value: &str) -> Problem {
    Problem {
        name: name.to_owned(),
        value: value.to_owned(),
        traceback: vec![format!("\u{1b}[31merror[{name}]\u{1b}[0m: {value}")],
    }
}

fn flood(megabytes: usize, frontend: &dyn Frontend, cancel: &CancelToken) {
    let line = "0123456789abcdef".repeat(64);
    for _ in 0..megabytes * 1024 {
        if cancel.is_cancelled() {
            return;
        }
        frontend.stream(StreamName::Out, &line);
    }
}

/// So much text.
fn megabytes(count: usize) -> String {
    "0123456789abcdef".repeat(count << 16)
}

fn redraw(times: usize, frontend: &dyn Frontend) {
    let line = "0123456789abcdef".repeat(1 << 10);
    frontend.display(Bundle::text("0"), Some("line"));
    for time in 1..=times {
        frontend.update(Bundle::text(format!("{time} {line}")), "line");
    }
}

fn sleep(seconds: &str, stop: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs_f64(seconds.parse().unwrap_or(1.0));
    while Instant::now() < end && !stop() {
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn ask(prompt: &str, frontend: &dyn Frontend) -> Result<(), Problem> {
    let question = Question {
        prompt,
        is_password: false,
    };
    match frontend.ask(&question) {
        Ok(answer) => frontend.stream(StreamName::Out, &format!("answer: {answer}")),
        Err(StdinRefused::NotAllowed) => return Err(problem("probe::not-allowed", "nobody can be asked")),
        Err(StdinRefused::Interrupted) => return Err(problem("Interrupted", "the cell was interrupted")),
    }
    Ok(())
}

fn show(frontend: &dyn Frontend) {
    let bundle = Bundle::text("α")
        .with(
            "application/vnd.plotly.v1+json",
            json!({"data": [{"type": "scatter", "y": [1, null]}], "layout": {}}),
        )
        .with("image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .with("image/png", "iVBORw0KGgo=")
        .with("text/x-unheard-of", "as it is")
        .with("application/x-unheard-of+json", json!([1, {"two": null}]));
    frontend.display(Bundle::text("first"), Some("probe"));
    frontend.update(Bundle::text("second"), "probe");
    frontend.display(bundle.clone(), None);
    frontend.result(bundle);
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let connection_file = arguments.last().map(String::as_str).unwrap_or_default();
    let parent = std::env::var_os(PARENT_VARIABLE).and_then(|id| id.into_string().ok());
    match serve(Path::new(connection_file), parent, || Probe) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("probe: {failure}");
            ExitCode::FAILURE
        }
    }
}
