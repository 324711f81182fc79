//! A session of cells, without any wire: it runs them, and says what it shows through a [`Frontend`].

pub mod cell;
pub mod commands;
mod exchange;
mod frontend;
mod offsets;
mod problem;
mod run;
mod rust;
mod shown;
mod snapshot;
mod sparkline;
mod status;

pub use frontend::{Executed, Frontend, Mute, Problem, Question, StdinRefused, StreamName};
pub use snapshot::{Completed, Completion, Inspected, IsComplete, Snapshot};
pub use status::StageTime;

use crate::display::figure::Form;
use crate::notebook::cell::{Cell, Command};
use crate::notebook::shown::ShownResults;
use crate::rust::RustSession;
use grn::engine::defect;
use grn::engine::observer::CancelToken;
use grn::lang::diagnostics::Diagnostic;
use grn::report::diagnostics::draw;
use grn::{Session, Source};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

/// Bytes of finished stages that a session keeps at most; what was used least recently goes first.
const KEPT_BYTES: usize = 4 << 30;

/// The session behind a notebook; lives on the thread that runs cells.
pub struct Notebook {
    session: Session,
    forms: Vec<Form>,
    /// Results so far, for `%report`.
    shown: ShownResults,
    /// Cells so far, shown or not: displays need names of their own.
    cells: u64,
    /// Values that programs asked for so far.
    values: u64,
    /// Where files of exchanged values lie; made when the first is exchanged.
    exchanged: Option<TempDir>,
    /// Cells of Rust.
    rust: RustSession,
}

impl Notebook {
    /// A session whose cells may name `variables` as `$NAME`.
    pub fn new(variables: BTreeMap<String, String>) -> Self {
        let mut session = Session::new(variables);
        session.set_budget(KEPT_BYTES);
        Self {
            session,
            forms: vec![Form::Plotly, Form::Png],
            shown: ShownResults::default(),
            cells: 0,
            values: 0,
            exchanged: None,
            rust: RustSession::default(),
        }
    }

    /// The same notebook, with its finished stages kept in a folder for other ones.
    pub fn keeping_stages_in(mut self, folder: Option<PathBuf>) -> Self {
        self.session.keep_stages_in(folder);
        self
    }

    /// Runs one cell. `count` is its number; `silent` cells show nothing and are not counted.
    pub fn execute(
        &mut self,
        code: &str,
        count: u32,
        silent: bool,
        frontend: &dyn Frontend,
        cancel: &CancelToken,
    ) -> Executed {
        self.cells += 1;
        let cell = Cell::new(code);
        if let Some(question) = &cell.question {
            return self.answer(question);
        }
        let frontend = match silent {
            true => &Mute,
            false => frontend,
        };
        let problem = match defect::guard("the cell", || self.run_cell(code, count, &cell, frontend, cancel)) {
            Ok(ran) => ran.err(),
            Err(diagnostic) => Some(self.problem(&[diagnostic])),
        };
        Executed {
            problem,
            payload: Vec::new(),
        }
    }

    /// What completion and inspection may know: the state after the last cell, cheap to share with other threads.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        let catalog = self.session.catalog().clone();
        Arc::new(Snapshot::new(catalog, self.session.environment().clone()))
    }

    fn run_cell(
        &mut self,
        code: &str,
        count: u32,
        cell: &Cell,
        frontend: &dyn Frontend,
        cancel: &CancelToken,
    ) -> Result<(), Problem> {
        let name = format!("cell {count}");
        let source = Source::cell(&name, cell.script.as_str());
        let text = Source::cell(&name, code);
        if let Some(rust) = &cell.rust {
            return self.run_rust(&text, rust, frontend, cancel);
        }
        self.check_commands(&text, &source, cell)?;
        self.run_commands(&cell.before, &text, frontend, cancel)?;
        if cell.has_code() {
            self.run_script(&source, frontend, cancel, cell.timed)?;
        }
        self.run_commands(&cell.after, &text, frontend, cancel)
    }

    fn run_commands(
        &mut self,
        commands: &[Command],
        text: &Source,
        frontend: &dyn Frontend,
        cancel: &CancelToken,
    ) -> Result<(), Problem> {
        for command in commands {
            if cancel.is_cancelled() {
                return Err(Problem::interrupted("the commands that follow did not run"));
            }
            commands::run(self, command, text, frontend, cancel)?;
        }
        Ok(())
    }

    /// Wrong commands are told together with what is wrong with the code, and nothing runs.
    fn check_commands(&mut self, text: &Source, script: &Source, cell: &Cell) -> Result<(), Problem> {
        let commands = cell.before.iter().chain(&cell.after);
        let problems: Vec<Diagnostic> = commands.filter_map(commands::check).collect();
        // What follows a misplaced `%%rust` is no grn: its problems would only hide this one.
        if let Some(misplaced) = problems.iter().find(|problem| problem.code == commands::MISPLACED_RUST) {
            let drawn = draw([(Some(text), misplaced)], true);
            return Err(Problem::of(std::slice::from_ref(misplaced), &drawn));
        }
        if problems.is_empty() {
            return Ok(());
        }
        let mut drawn = draw(problems.iter().map(|problem| (Some(text), problem)), true);
        let others = self.session.check(script);
        drawn.push_str(&self.session.draw(&others, true));
        Err(Problem::of(&[problems, others].concat(), &drawn))
    }

    /// `name?`: a page for the pager.
    fn answer(&self, question: &str) -> Executed {
        match self.snapshot().look_up(question) {
            Some(page) => Executed {
                problem: None,
                payload: vec![json!({"source": "page", "data": page.data, "start": 0})],
            },
            None => {
                let value = format!("nothing is known of `{question}`; `help` lists the stages, `%who` the names");
                Executed {
                    problem: Some(Problem::plain("grn::unknown-name", &value)),
                    payload: Vec::new(),
                }
            }
        }
    }
}
