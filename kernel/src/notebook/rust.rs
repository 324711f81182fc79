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
        // The notebook answers what the cell asks while the cell runs. Should that panic, a session that can begin again
        // is what stays.
        let fresh = self.rust.fresh();
        let mut session = mem::replace(&mut self.rust, fresh);
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

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::display::Bundle;
    use crate::notebook::frontend::{Frontend, Question, StdinRefused, StreamName};
    use crate::notebook::{Mute, Notebook};
    use crate::rust::Places;
    use grn::engine::observer::CancelToken;
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    /// A frontend with a defect.
    struct Panics;

    impl Frontend for Panics {
        fn display(&self, _bundle: Bundle, _id: Option<&str>) {}
        fn update(&self, _bundle: Bundle, _id: &str) {}
        fn result(&self, _bundle: Bundle) {}
        fn stream(&self, _name: StreamName, text: &str) {
            panic!("{text}");
        }
        fn ask(&self, _question: &Question<'_>) -> Result<String, StdinRefused> {
            Err(StdinRefused::NotAllowed)
        }
    }

    /// A worker that answers every cell with output and success. Another process writes it: what this one writes could
    /// still be open in a child of another test, and then it couldn't be run.
    fn worker(folder: &Path) -> Places {
        let script = r#"#!/bin/sh
while read line; do
    echo '{"stream": {"name": "stdout", "text": "oh"}}'
    echo '{"done": {"outcome": {"kind": "ok"}}}'
done
"#;
        let program = folder.join("worker");
        let write = ["-c", "printf %s \"$1\" > \"$2\" && chmod +x \"$2\"", "sh", script];
        let status = Command::new("/bin/sh").args(write).arg(&program).status().unwrap();
        assert!(status.success());
        for tool in ["cargo", "rustc"] {
            fs::write(folder.join(tool), "").unwrap();
        }
        Places {
            named: Some(program),
            path: folder.into(),
            ..Places::default()
        }
    }

    #[test]
    fn a_defect_while_a_cell_runs_leaves_a_session_that_can_begin_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut notebook = Notebook::new(BTreeMap::new()).with_rust(worker(folder.path()));
        let mut run = |frontend: &dyn Frontend| {
            let executed = notebook.execute("%%rust\n1", 1, false, frontend, &CancelToken::default());
            executed.problem
        };
        assert_eq!(run(&Panics).unwrap().value, "the cell broke off: oh");
        assert_eq!(run(&Mute), None);
    }
}
