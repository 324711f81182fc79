//! Evaluates the nodes that requests need, each once, and keeps what is finished.

pub use crate::engine::execution::Execution;
use crate::engine::kept::Keeper;
use crate::engine::needs::shows;
use crate::engine::observer::{CancelToken, Observer};
use crate::engine::outcome::Outcome;
use crate::engine::store::{Held, Store};
use crate::engine::workers;
use crate::lang::diagnostics::Diagnostic;
use crate::plan::graph::{NodeId, Plan};
use crate::stages::Stage;
use candle_core::Device;
use rayon::ThreadPool;
use std::sync::Arc;

/// What a run needs beside its plan.
#[derive(Clone, Copy)]
pub struct RunContext<'a> {
    /// Where tensors live.
    pub device: &'a Device,
    /// Who is told of progress.
    pub observer: &'a dyn Observer,
    /// Who may stop it.
    pub cancel: &'a CancelToken,
    /// Who keeps values for later runs.
    pub keeper: Option<&'a dyn Keeper>,
}

/// Why a run ended without its result.
#[derive(Debug)]
pub enum RunFailure {
    /// A stage failed.
    Failed(Box<Diagnostic>),
    /// The user stopped it.
    Cancelled(Interrupted),
}

/// How far a cancelled run came.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Interrupted {
    /// The labels of the finished stages, in the order in which they ran.
    pub finished: Vec<String>,
    /// The stages that were running, by their labels.
    pub running: Vec<String>,
    /// How many stages the whole run has.
    pub total: usize,
}

impl Interrupted {
    /// `retrieve attn was stopped`; `None` where no stage was running.
    pub fn stopped(&self) -> Option<String> {
        match self.running.as_slice() {
            [] => None,
            [one] => Some(format!("{one} was stopped")),
            several => Some(format!("{} were stopped", several.join(", "))),
        }
    }
}

impl From<Diagnostic> for RunFailure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Failed(Box::new(diagnostic))
    }
}

/// Runs plans. What is finished stays, so that a later plan with the same nodes has them at once; with a budget, only
/// as much as fits it.
pub struct Engine {
    pub(super) stages: &'static [&'static Stage],
    pub(super) finished: Store,
    pool: Option<(usize, Arc<ThreadPool>)>,
}

impl Engine {
    /// An engine that knows `stages`.
    pub fn new(stages: &'static [&'static Stage]) -> Self {
        Self {
            stages,
            finished: Store::default(),
            pool: None,
        }
    }

    /// Whether the value of a node is there already.
    pub fn has(&self, id: NodeId) -> bool {
        self.finished.has(id)
    }

    /// The time and the size of a node's value; `None` where it isn't there.
    pub fn held(&self, id: NodeId) -> Option<Held> {
        self.finished.held(id)
    }

    /// The approximate heap bytes of all finished values, what they share counted once.
    pub fn bytes(&self) -> usize {
        self.finished.bytes()
    }

    /// Limits the bytes of finished values. Beyond it the value that was not used for longest is dropped first, but
    /// never one that the running plan still needs, so that a plan that needs more than the budget still runs.
    /// Without a budget everything stays.
    pub fn set_budget(&mut self, bytes: usize) {
        self.finished.set_budget(bytes);
        self.finished.shrink(|_| false);
    }

    /// Drops every finished value, so that the next plan starts from nothing.
    pub fn forget_all(&mut self) {
        self.finished.clear();
    }

    /// Starts a run of `plan`; its requests are then asked for one by one with [`Execution::show`].
    pub fn start<'a>(&'a mut self, plan: &'a Plan, context: RunContext<'a>) -> Result<Execution<'a>, RunFailure> {
        let pool = self.pool(plan.options.threads)?;
        Ok(Execution::new(self, plan, context, pool))
    }

    /// Runs every pipeline that `plan` shows, in script order.
    pub fn run(&mut self, plan: &Plan, context: RunContext<'_>) -> Result<Vec<Outcome>, RunFailure> {
        let mut execution = self.start(plan, context)?;
        shows(plan).map(|show| execution.show(show)).collect()
    }

    /// The worker threads for `threads`; `None` is the process-wide pool, one thread for each core.
    fn pool(&mut self, threads: usize) -> Result<Option<Arc<ThreadPool>>, Diagnostic> {
        if threads == 0 {
            workers::prepare_shared();
            return Ok(None);
        }
        if let Some((known, pool)) = &self.pool
            && *known == threads
        {
            return Ok(Some(Arc::clone(pool)));
        }
        let pool = Arc::new(workers::own(threads)?);
        self.pool = Some((threads, Arc::clone(&pool)));
        Ok(Some(pool))
    }
}

#[cfg(test)]
#[path = "executor_tests.rs"]
#[allow(clippy::unwrap_used)]
pub mod tests;
