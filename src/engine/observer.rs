//! What a running plan tells the outside, and how the outside stops it.

pub use crate::interruption::CancelToken;

/// Something that happened while a plan runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A stage starts.
    StageStarted {
        /// The stage with its axis values, for instance `retrieve attn (seed=42)`.
        label: String,
        /// 1-based position among the nodes to run; no other stage that runs at this time has it.
        position: usize,
        /// How many nodes are to run.
        total: usize,
    },
    /// A stage has got somewhere.
    Progress {
        /// As in `StageStarted`: which of the stages that run at this time.
        position: usize,
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
        /// As in `StageStarted`.
        position: usize,
        /// Wall time.
        seconds: f64,
        /// Whether the result was already there.
        cached: bool,
    },
    /// A remark that the user should see once.
    Note(String),
}

/// Receives events, from any thread: several stages may run at once.
pub trait Observer: Send + Sync {
    /// Takes note of one event. Must return quickly.
    fn event(&self, event: &Event);
}

/// An observer that ignores everything.
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _event: &Event) {}
}
