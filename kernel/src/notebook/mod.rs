//! A session of cells, without any wire: it runs them, and says what it shows through a [`Frontend`].

pub mod cell;
pub mod commands;
mod frontend;
mod offsets;
mod problem;
mod run;
mod snapshot;
mod sparkline;
mod status;

pub use frontend::{Executed, Frontend, Mute, Problem, StdinRefused, StreamName};
pub use snapshot::{Completed, Completion, Inspected, IsComplete, Snapshot};
pub use status::{Ending, StageTime};

use crate::display::figure::Form;
use crate::notebook::cell::Cell;
use grn::engine::observer::CancelToken;
use grn::lang::diagnostics::Diagnostic;
use grn::report::diagnostics::draw;
use grn::report::page::Section;
use grn::{Session, Source};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Bytes of finished stages that a session keeps at most; what was used least recently goes first.
const KEPT_BYTES: usize = 4 << 30;

/// The session behind a notebook; lives on the thread that runs cells.
pub struct Notebook {
    session: Session,
    forms: Vec<Form>,
    /// Every result so far, for `%report`.
    shown: Vec<Section>,
    /// Cells so far, shown or not: displays need names of their own.
    cells: u64,
}

impl Notebook {
    /// A session whose cells may name `variables` as `$NAME`.
    pub fn new(variables: BTreeMap<String, String>) -> Self {
        let mut session = Session::new(variables);
        session.set_budget(KEPT_BYTES);
        Self {
            session,
            forms: vec![Form::Plotly, Form::Png],
            shown: Vec::new(),
            cells: 0,
        }
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
        let problem = self.run_cell(code, count, &cell, frontend, cancel).err();
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
        self.check_commands(&Source::cell(&name, code), &source, cell)?;
        for command in &cell.before {
            commands::run(self, command, frontend, cancel)?;
        }
        if cell.has_code() {
            self.run_script(&source, frontend, cancel, cell.timed)?;
        }
        for command in &cell.after {
            commands::run(self, command, frontend, cancel)?;
        }
        Ok(())
    }

    /// Wrong commands are told together with what is wrong with the code, and nothing runs.
    fn check_commands(&mut self, text: &Source, script: &Source, cell: &Cell) -> Result<(), Problem> {
        let commands = cell.before.iter().chain(&cell.after);
        let problems: Vec<Diagnostic> = commands.filter_map(commands::check).collect();
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
