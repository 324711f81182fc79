//! One call of a node's stage, on whatever thread.

use crate::engine::context::{RunError, RunResult, StageContext};
use crate::engine::defect;
use crate::engine::executor::RunContext;
use crate::engine::kept::Kept;
use crate::engine::observer::CancelToken;
use crate::engine::value::Value;
use crate::engine::workers::Place;
use crate::interruption;
use crate::lang::diagnostics::Diagnostic;
use crate::plan::graph::{Node, NodeId};
use crate::stages::Stage;
use std::time::Instant;

/// A node that is about to run.
pub(super) struct Call<'a> {
    /// The node.
    pub node: &'a Node,
    /// How it is called in messages.
    pub label: String,
    /// 1-based position among the nodes to run.
    pub position: usize,
    /// What runs.
    pub run: StageFunction,
    /// What is kept of the node: then nothing runs, the value is read.
    pub kept: Option<Kept>,
    /// The value of the node's input; of a kept node, of its base.
    pub input: Option<Value>,
    /// The values upstream that are there, the nearest first.
    pub upstream: Vec<(NodeId, Value)>,
    /// What stops this node alone, or all of them.
    pub cancel: CancelToken,
}

/// What became of a call.
pub(super) struct Called {
    /// The value, or why there is none; errors have their place in the script. `None` where what was kept can't be read.
    pub result: RunResult<Option<Value>>,
    /// The wall time that making the value took.
    pub seconds: f64,
    /// Whether it was kept.
    pub cached: bool,
}

/// What a stage runs.
pub(super) type StageFunction = fn(&StageContext, Option<Value>) -> RunResult<Value>;

/// What the stage of a node runs.
pub(super) fn stage_function(stages: &[&Stage], node: &Node) -> Result<StageFunction, Diagnostic> {
    let stage = stages.iter().find(|stage| std::ptr::eq(&stage.spec, node.spec));
    stage
        .and_then(|stage| stage.run)
        .ok_or_else(|| defect::internal(format!("`{}` has nothing to run", node.spec.name())).at(node.span, ""))
}

impl Call<'_> {
    /// Runs the stage at `place`.
    pub fn run(self, context: RunContext, place: Place) -> Called {
        if let Some(kept) = self.kept {
            return Called {
                result: self.read(context),
                seconds: kept.seconds,
                cached: true,
            };
        }
        let started = Instant::now();
        let result = self.result(context, place).map_err(|error| match error {
            RunError::Failed(diagnostic) if diagnostic.label.is_none() => {
                let while_running = format!("while running `{}`", self.label);
                RunError::from(diagnostic.at(self.node.span, while_running))
            }
            other => other,
        });
        let seconds = started.elapsed().as_secs_f64();
        if let (Ok(value), Some(keeper)) = (&result, context.keeper) {
            keeper.put(self.node, value, &self.upstream, seconds, context.observer);
        }
        Called {
            result: result.map(Some),
            seconds,
            cached: false,
        }
    }

    /// Reads the kept value.
    fn read(&self, context: RunContext) -> RunResult<Option<Value>> {
        let get = || {
            let keeper = context.keeper?;
            keeper.get(self.node.id, self.input.as_ref(), context.observer)
        };
        let value = defect::guard(&format!("reading `{}`", self.label), || {
            interruption::scope(&self.cancel, get)
        })?;
        match self.cancel.is_cancelled() {
            true => Err(RunError::Cancelled),
            false => Ok(value.filter(|value| value.kind() == self.node.gives)),
        }
    }

    fn result(&self, context: RunContext, place: Place) -> RunResult<Value> {
        let stage = StageContext {
            arguments: &self.node.arguments,
            hints: &self.node.hints,
            device: context.device,
            observer: context.observer,
            cancel: &self.cancel,
            position: self.position,
        };
        let call = || interruption::scope(&self.cancel, || (self.run)(&stage, self.input.clone()));
        let result = defect::guard(&format!("`{}`", self.label), || place.run(call))?;
        // What was told to stop may have failed over half-done work, or even have passed it on.
        if self.cancel.is_cancelled() {
            return Err(RunError::Cancelled);
        }
        let value = result?;
        if value.kind() != self.node.gives {
            let (gave, expected) = (value.kind(), self.node.gives);
            let message = format!("`{}` gave a {gave}, expected a {expected}", self.label);
            return Err(defect::internal(message).into());
        }
        Ok(value)
    }
}
