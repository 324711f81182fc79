//! What the wire needs from whoever runs cells.

use crate::notebook::{Executed, Frontend, Notebook, Snapshot};
use grn::engine::observer::CancelToken;
use std::sync::Arc;

/// Runs cells; lives on the one thread that does.
pub trait Cells {
    /// Runs one cell. `count` is its number; `silent` cells are not counted, and show
    /// nothing: their outputs go to [`crate::notebook::Mute`].
    fn execute(
        &mut self,
        code: &str,
        count: u32,
        silent: bool,
        frontend: &dyn Frontend,
        cancel: &CancelToken,
    ) -> Executed;

    /// What completion and inspection may know from now on.
    fn snapshot(&self) -> Arc<Snapshot>;
}

impl Cells for Notebook {
    fn execute(
        &mut self,
        code: &str,
        count: u32,
        silent: bool,
        frontend: &dyn Frontend,
        cancel: &CancelToken,
    ) -> Executed {
        Self::execute(self, code, count, silent, frontend, cancel)
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Self::snapshot(self)
    }
}
