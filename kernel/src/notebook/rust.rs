//! Cells of Rust in a session.

use crate::notebook::cell::RustCode;
use crate::notebook::commands;
use crate::notebook::frontend::Frontend;
use crate::notebook::{Notebook, Problem};
use crate::rust::{Places, Run, RustSession};
use grn::Source;
use grn::engine::observer::CancelToken;
use grn::report::diagnostics::draw;
use std::mem;

impl Notebook {
    /// With Rust cells, whose programs are looked for in `places`.
    #[must_use]
    pub fn with_rust(mut self, places: Places) -> Self {
        self.rust = RustSession::new(places);
        self
    }

    /// Runs a cell of Rust, whose text is `source`.
    pub(super) fn run_rust(
        &mut self,
        source: &Source,
        rust: &RustCode,
        frontend: &dyn Frontend,
        cancel: &CancelToken,
    ) -> Result<(), Problem> {
        if let Some(diagnostic) = commands::check_rust_cell(rust) {
            let drawn = draw([(Some(source), &diagnostic)], true);
            return Err(Problem::of(&[diagnostic], &drawn));
        }
        self.rust.check()?;
        let folder = self.exchange_folder().map(ToOwned::to_owned);
        let folder = folder.map_err(|error| Problem::plain("rust::no-folder", &error))?;
        // The session answers what the cell asks while the cell runs.
        let mut session = mem::take(&mut self.rust);
        let run = Run {
            source,
            code: &rust.code,
            folder: &folder,
            frontend,
            cancel,
        };
        let ran = session.run(&run, self);
        self.rust = session;
        ran
    }
}
