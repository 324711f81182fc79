//! One call of a node's stage, on whatever thread.

use crate::engine::context::{RunError, RunResult, StageContext};
use crate::engine::defect;
use crate::engine::executor::RunContext;
use crate::engine::observer::CancelToken;
use crate::engine::value::Value;
use crate::interruption;
use crate::lang::diagnostics::Diagnostic;
use crate::plan::graph::Node;
use crate::stages::Stage;
use rayon::ThreadPool;
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
    /// The value of the node's input.
    pub input: Option<Value>,
    /// What stops this node alone, or all of them.
    pub cancel: CancelToken,
}

/// What became of a call.
pub(super) struct Called {
    /// The value, or why there is none; errors have their place in the script.
    pub result: RunResult<Value>,
    /// Wall time.
    pub seconds: f64,
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
    /// Runs the stage on the worker threads.
    pub fn run(self, context: RunContext, workers: Option<&ThreadPool>) -> Called {
        let started = Instant::now();
        let result = self.result(context, workers).map_err(|error| match error {
            RunError::Failed(diagnostic) if diagnostic.label.is_none() => {
                let while_running = format!("while running `{}`", self.label);
                RunError::from(diagnostic.at(self.node.span, while_running))
            }
            other => other,
        });
        Called {
            result,
            seconds: started.elapsed().as_secs_f64(),
        }
    }

    fn result(&self, context: RunContext, workers: Option<&ThreadPool>) -> RunResult<Value> {
        let stage = StageContext {
            arguments: &self.node.arguments,
            hints: &self.node.hints,
            device: context.device,
            observer: context.observer,
            cancel: &self.cancel,
            position: self.position,
        };
        let call = || interruption::scope(&self.cancel, || (self.run)(&stage, self.input.clone()));
        let result = defect::guard(&format!("`{}`", self.label), || match workers {
            Some(workers) => workers.install(call),
            None => call(),
        })?;
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
