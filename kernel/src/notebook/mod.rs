//! A session of cells, without any wire: it runs them, and says what it shows through a [`Frontend`].

mod frontend;
mod snapshot;

pub use frontend::{Executed, Frontend, Problem, StdinRefused, StreamName};
pub use snapshot::{Completed, Completion, Inspected, IsComplete, Snapshot};

use grn::engine::observer::CancelToken;
use std::sync::Arc;

/// The session behind a notebook; lives on the thread that runs cells.
#[derive(Default)]
pub struct Notebook {}

impl Notebook {
    /// Runs one cell. `count` is its number; `silent` cells show nothing and are not counted.
    pub fn execute(
        &mut self,
        code: &str,
        _count: u32,
        _silent: bool,
        frontend: &dyn Frontend,
        _cancel: &CancelToken,
    ) -> Executed {
        frontend.stream(StreamName::Out, code);
        Executed::default()
    }

    /// What completion and inspection may know: the state after the last cell, cheap to share with other threads.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::default()
    }
}
