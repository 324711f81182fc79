//! Values that leave the session as files, and files that become values of the session.

use crate::display::status::Ending;
use crate::notebook::Notebook;
use crate::notebook::frontend::Frontend;
use crate::notebook::problem::interrupted_words;
use crate::notebook::run::Stop;
use crate::notebook::status::Status;
use grn::Failure;
use grn::data::columns::encode;
use grn::engine::observer::CancelToken;
use grn::engine::value::Value;
use grn::lang::diagnostics::Diagnostic;
use grn::report::columns::columns;
use grn::report::write::write_atomically;
use std::path::{Path, PathBuf};
use std::{fs, thread};
use tempfile::TempDir;

impl Notebook {
    /// The folder of this session's exchanged files; it goes with the session.
    ///
    /// # Errors
    /// No temporary folder can be made.
    pub fn exchange_folder(&mut self) -> Result<&Path, String> {
        if self.exchanged.is_none() {
            let made = tempfile::Builder::new().prefix("grn-notebook-").tempdir();
            let made = made.map_err(|error| format!("no temporary folder can be made: {error}"))?;
            self.exchanged = Some(made);
        }
        let folder = self.exchanged.as_ref().map(TempDir::path);
        folder.ok_or_else(|| "there is no temporary folder".to_owned())
    }

    /// The value of a name as a `.grn-columns` file. A value that was put under the name is its own file.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn value_file(&mut self, name: &str, frontend: &dyn Frontend, cancel: &CancelToken) -> Result<PathBuf, String> {
        if let Some(given) = self.session.environment().given.get(name) {
            return Ok(given.path.clone());
        }
        let value = self.value(name, frontend, cancel)?;
        let path = self.exchange_folder()?.join(format!("get-{name}.grn-columns"));
        let bytes = encode(&columns(&value));
        write_atomically(&path, &bytes).map_err(|problem| in_words(&[problem]))?;
        Ok(path)
    }

    /// Evaluates a name with its progress shown.
    fn value(&mut self, name: &str, frontend: &dyn Frontend, cancel: &CancelToken) -> Result<Value, String> {
        let device = self.session.device_name();
        self.values += 1;
        let id = format!("grn-{}-{}-value{}", std::process::id(), self.cells, self.values);
        let status = Status::new(frontend, device, id);
        let session = &mut self.session;
        let value = thread::scope(|scope| {
            scope.spawn(|| status.draw());
            // However the work ends, a panic included: the scope waits for the thread that draws.
            let _stop = Stop(&status);
            let value = session.value(name, &status, cancel);
            match &value {
                Ok(_) => drop(status.finish(Ending::Done)),
                Err(Failure::Script(_)) => {}
                Err(Failure::Cancelled(_)) => drop(status.finish(Ending::Interrupted)),
                Err(Failure::Run(_)) => drop(status.finish(Ending::Failed)),
            }
            value
        });
        value.map_err(|failure| match failure {
            Failure::Script(problems) => in_words(&problems),
            Failure::Run(problem) => in_words(&[*problem]),
            Failure::Cancelled(interrupted) => format!("interrupted: {}", interrupted_words(&interrupted)),
        })
    }

    /// Takes over a `.grn-columns` file under a name: it is moved, so that the same name always means the same path, and
    /// what is written with the name follows.
    ///
    /// # Errors
    /// What is wrong, in words; the session is as it was, and so is the file.
    pub fn take_value(&mut self, name: &str, path: &Path) -> Result<(), String> {
        let taken = self.exchange_folder()?.join(format!("{name}.grn-columns"));
        self.session.give(name, path).map_err(|problem| in_words(&[*problem]))?;
        let moved = fs::rename(path, &taken).or_else(|_| fs::copy(path, &taken).map(drop));
        match moved {
            Ok(()) => self.session.give(name, &taken).map_err(|problem| in_words(&[*problem])),
            // It stays where it is.
            Err(_) => Ok(()),
        }
    }
}

/// Messages with their fixes, a line each.
fn in_words(problems: &[Diagnostic]) -> String {
    let lines = problems.iter().flat_map(|problem| {
        let help = problem.help.as_ref().filter(|help| !help.is_empty());
        let help = help.map(|help| format!("help: {help}"));
        [Some(problem.message.clone()), help].into_iter().flatten()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
