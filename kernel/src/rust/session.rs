//! What stays from one Rust cell to the next: the worker, and what is known of it.

use crate::notebook::Problem;
use crate::rust::helper;
use crate::rust::listener::Listener;
use crate::rust::places::{Places, problem};
use crate::rust::worker::{Start, Worker};
use grn::Source;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Cells whose text is kept, for panics in their functions.
const MOST: usize = 500;

/// A Rust variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its type, as evcxr writes it.
    pub kind: String,
}

/// The Rust side of a notebook. Nothing is started before its first cell.
#[derive(Default)]
pub struct RustSession {
    places: Places,
    pub(super) worker: Option<Worker>,
    pub(super) listener: Option<Listener>,
    pub(super) variables: Vec<Variable>,
    /// Cells so far, by a number that counts them.
    pub(super) cells: BTreeMap<u64, Source>,
}

impl RustSession {
    /// A session whose programs are looked for in `places`.
    pub fn new(places: Places) -> Self {
        Self {
            places,
            ..Self::default()
        }
    }

    /// One that hasn't begun, with the same places.
    pub fn fresh(&self) -> Self {
        Self::new(self.places.clone())
    }

    /// The variables after the last cell.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Forgets everything, and ends the worker.
    pub fn reset(&mut self) {
        self.worker = None;
        self.variables.clear();
        self.cells.clear();
    }

    /// What keeps Rust cells from running, before anything is made for them.
    ///
    /// # Errors
    /// The program or the compiler is not there.
    pub fn check(&self) -> Result<(), Problem> {
        if self.worker.is_none() {
            self.places.program()?;
            self.places.path_with_rust()?;
        }
        Ok(())
    }

    /// The number of a new cell.
    pub(super) fn add_cell(&mut self, source: Source) -> u64 {
        let number = self.cells.last_key_value().map_or(1, |(number, _)| number + 1);
        self.cells.insert(number, source);
        if self.cells.len() > MOST {
            self.cells.pop_first();
        }
        number
    }

    /// Starts a worker. Its values cross in `folder`, which is the session's own and holds the helper crate too.
    pub(super) fn start(&mut self, folder: &Path) -> Result<Worker, Problem> {
        let program = self.places.program()?;
        let path = self.places.path_with_rust()?;
        self.variables.clear();
        let started = self.start_program(program.clone(), path, folder);
        started.map_err(|error| {
            let words = format!("`{}` doesn't start: {error}", program.display());
            problem(
                "rust::no-worker",
                &words,
                "the Rust cells need it; cells of grn run without it",
            )
        })
    }

    fn start_program(&mut self, program: PathBuf, path: std::ffi::OsString, folder: &Path) -> io::Result<Worker> {
        let helper = helper::write(folder)?;
        let listener = match self.listener.take() {
            Some(listener) => listener,
            None => Listener::start()?,
        };
        let listener = self.listener.insert(listener);
        Worker::start(&Start {
            program,
            path,
            helper: &helper,
            folder,
            listener,
        })
    }
}
