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
        let path = self.exchanged_file("get", name)?;
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
    /// what is written with the name follows. Only files that lie in the session's folder are taken.
    ///
    /// # Errors
    /// What is wrong, in words; the session is as it was, and so is the file.
    pub fn take_value(&mut self, name: &str, path: &Path) -> Result<(), String> {
        check_place(self.exchange_folder()?, path)?;
        let checked = self.session.check_given(name, path);
        checked.map_err(|problem| in_words(&[*problem]))?;
        let taken = self.exchanged_file("put", name)?;
        // Both lie in one folder, so this is a renaming: whoever reads meets the old file or the new one.
        fs::rename(path, &taken).map_err(|error| format!("the value can't be taken over: {error}"))?;
        self.session.give(name, &taken).map_err(|problem| in_words(&[*problem]))
    }

    /// Where the value of a name lies: those that are given out and those that came in are kept apart.
    fn exchanged_file(&mut self, kind: &str, name: &str) -> Result<PathBuf, String> {
        let folder = self.exchange_folder()?.join(kind);
        fs::create_dir_all(&folder).map_err(|error| format!("`{}` can't be made: {error}", folder.display()))?;
        Ok(folder.join(format!("{}.grn-columns", file_name(name))))
    }
}

/// A name as a part of a file name. Letters that a file system may take for others, such as capitals, are written as
/// bytes; `=` is in no name, so two names never share a file.
fn file_name(name: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' => char::from(byte).to_string(),
        _ => format!("={byte:02x}"),
    };
    name.bytes().map(byte).collect()
}

/// Fails unless `path` is a regular file that lies in `folder` itself.
fn check_place(folder: &Path, path: &Path) -> Result<(), String> {
    let folder = folder.canonicalize().ok();
    let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
    let is_file = || path.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    match folder.is_some() && folder == parent && is_file() {
        true => Ok(()),
        false => Err(format!(
            "`{}` is no file of this session, expected a file in the folder that GRN_NB_FOLDER names",
            path.display()
        )),
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
