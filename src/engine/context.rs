//! What a stage may use while it runs, and how it fails.

use crate::engine::observer::{CancelToken, Event, Observer, Silent};
use crate::interruption::{self, Stopped};
use crate::lang::arguments::Arguments;
use crate::lang::diagnostics::Diagnostic;
use crate::plan::graph::Hint;
use candle_core::Device;
use std::collections::BTreeSet;

/// Why a stage gave no result.
#[derive(Debug)]
pub enum RunError {
    /// The user stopped it.
    Cancelled,
    /// It can't be done, for this reason.
    Failed(Box<Diagnostic>),
}

impl From<Diagnostic> for RunError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Failed(Box::new(diagnostic))
    }
}

impl From<Stopped> for RunError {
    fn from(_: Stopped) -> Self {
        Self::Cancelled
    }
}

impl From<candle_core::Error> for RunError {
    /// A computation that was told to stop has failed for that reason.
    fn from(error: candle_core::Error) -> Self {
        if interruption::is_requested() {
            return Self::Cancelled;
        }
        Diagnostic::error("model", format!("a tensor computation failed: {error}"))
            .help("this is a defect of grn or too little memory on the device; a smaller `batch` needs less")
            .into()
    }
}

/// The result of a stage.
pub type RunResult<T> = Result<T, RunError>;

/// One call of a stage.
pub struct StageContext<'a> {
    /// The stage's complete arguments.
    pub arguments: &'a Arguments,
    /// What the optimiser allows.
    pub hints: &'a BTreeSet<Hint>,
    /// Where tensors live.
    pub device: &'a Device,
    /// Who is told of progress.
    pub observer: &'a dyn Observer,
    /// Who may stop it.
    pub cancel: &'a CancelToken,
    /// 1-based position among the nodes that the plan runs.
    pub position: usize,
}

/// Does `work` as a stage with these arguments would: on the CPU, with nobody to tell of it and nobody to stop it.
pub fn alone<T>(arguments: &Arguments, work: impl FnOnce(&StageContext) -> T) -> T {
    work(&StageContext {
        arguments,
        hints: &BTreeSet::new(),
        device: &Device::Cpu,
        observer: &Silent,
        cancel: &CancelToken::default(),
        position: 1,
    })
}

impl StageContext<'_> {
    /// Reports progress; fails when the user has asked to stop. Called between training steps,
    /// batches of sets and the like: every 100 ms or so at the default sizes.
    pub fn progress(&self, done: u64, total: u64, unit: &'static str, detail: impl Into<String>) -> RunResult<()> {
        self.tell(done, total, unit, detail.into(), None)
    }

    /// Reports progress of training, with the mean loss of the epoch so far; fails when the user has asked to stop.
    pub fn training_progress(&self, done: u64, total: u64, detail: impl Into<String>, loss: f64) -> RunResult<()> {
        self.tell(done, total, "step", detail.into(), Some(loss))
    }

    fn tell(&self, done: u64, total: u64, unit: &'static str, detail: String, loss: Option<f64>) -> RunResult<()> {
        self.check_cancelled()?;
        self.observer.event(&Event::Progress {
            position: self.position,
            done,
            total,
            unit,
            detail,
            loss,
        });
        Ok(())
    }

    /// Fails when the user has asked to stop.
    pub fn check_cancelled(&self) -> RunResult<()> {
        if self.cancel.is_cancelled() {
            return Err(RunError::Cancelled);
        }
        Ok(())
    }

    /// Tells the user something once.
    pub fn note(&self, text: impl Into<String>) {
        self.observer.event(&Event::Note(text.into()));
    }
}
