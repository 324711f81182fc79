//! What a running plan tells the outside, and how the outside stops it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Something that happened while a plan runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A stage starts.
    StageStarted {
        /// The stage with its axis values, for instance `retrieve attn (seed=42)`.
        label: String,
        /// 1-based position among the nodes to run.
        position: usize,
        /// How many nodes are to run.
        total: usize,
    },
    /// A stage has got somewhere.
    Progress {
        /// Work done, in `unit`s.
        done: u64,
        /// All work, in `unit`s; 0 where unknown.
        total: u64,
        /// What is counted, for instance `epoch`.
        unit: &'static str,
        /// What else is worth knowing, for instance `loss 0.213`.
        detail: String,
        /// The mean training loss of the epoch so far; `None` where nothing is trained.
        loss: Option<f64>,
    },
    /// A stage has ended.
    StageFinished {
        /// As in `StageStarted`.
        label: String,
        /// Wall time.
        seconds: f64,
        /// Whether the result was already there.
        cached: bool,
    },
    /// A remark that the user should see once.
    Note(String),
}

/// Receives events; called from the thread that runs the plan.
pub trait Observer: Send + Sync {
    /// Takes note of one event. Must return quickly.
    fn event(&self, event: &Event);
}

/// An observer that ignores everything.
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _event: &Event) {}
}

/// Stops a run from another thread or a signal handler.
#[derive(Clone, Debug)]
pub struct CancelToken(Arc<AtomicU64>);

/// What the token holds: this, or 0 once it is cancelled; in between, how often it may still be asked.
const ALIVE: u64 = u64::MAX;

impl Default for CancelToken {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(ALIVE)))
    }
}

impl CancelToken {
    /// A token that cancels itself when it has been asked so often, to interrupt a run at a known place.
    #[cfg(test)]
    pub fn after(asks: u64) -> Self {
        Self(Arc::new(AtomicU64::new(asks)))
    }

    /// How often a token of [`CancelToken::after`] may still be asked.
    #[cfg(test)]
    pub fn asks_left(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Asks the run to stop at the next check.
    pub fn cancel(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// Whether a stop was asked for.
    pub fn is_cancelled(&self) -> bool {
        match self.0.load(Ordering::Relaxed) {
            ALIVE => false,
            0 => true,
            _ => {
                let one_less = |asks: u64| asks.checked_sub(1);
                let before = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
                before.is_err()
            }
        }
    }

    /// Makes the token fresh for the next run.
    pub fn reset(&self) {
        self.0.store(ALIVE, Ordering::Relaxed);
    }
}
