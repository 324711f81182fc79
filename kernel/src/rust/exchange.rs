//! The kernel's answer to `grn_nb::get` and `grn_nb::put` of a Rust cell.

use crate::notebook::{Frontend, Notebook};
use grn::engine::observer::CancelToken;
use std::path::{Path, PathBuf};

/// Who gives values to Rust cells, and takes theirs.
pub trait Exchange {
    /// The value of a name as a `.grn-columns` file; what isn't computed yet is computed with its progress shown.
    ///
    /// # Errors
    /// What is wrong, in words for the user's program: an unknown name, a stage that fails, an interrupt.
    fn get(&mut self, name: &str, frontend: &dyn Frontend, cancel: &CancelToken) -> Result<PathBuf, String>;

    /// Takes over a `.grn-columns` file: later cells may say `retrieve NAME` and `select NAME`.
    ///
    /// # Errors
    /// A name that can't be given or is taken, a file that isn't sound.
    fn put(&mut self, name: &str, path: &Path) -> Result<(), String>;
}

impl Exchange for Notebook {
    fn get(&mut self, name: &str, frontend: &dyn Frontend, cancel: &CancelToken) -> Result<PathBuf, String> {
        self.value_file(name, frontend, cancel)
    }

    fn put(&mut self, name: &str, path: &Path) -> Result<(), String> {
        self.take_value(name, path)
    }
}
