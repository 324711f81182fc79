//! Makes values: several nodes at once where none waits for another.

use crate::engine::call::{Call, Called, stage_function};
use crate::engine::context::RunError;
use crate::engine::execution::Execution;
use crate::engine::executor::RunFailure;
use crate::engine::observer::{CancelToken, Event};
use crate::engine::workers::{Place, STACK_BYTES};
use crate::lang::diagnostics::Diagnostic;
use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc;
use std::thread;

/// The most nodes that run at once, since each needs memory of its own.
const MOST_LANES: usize = 8;

/// Nodes that wait for their turn, and those that run. A node's *rank* is its place in the order in which one thread
/// alone would run them all.
struct Evaluation {
    waiting: Vec<(usize, usize)>,
    running: BTreeMap<usize, Running>,
    /// What failed, with its rank. Of several, the one that one thread alone would have come to.
    failed: Option<(usize, Box<Diagnostic>)>,
    is_cancelled: bool,
    /// The labels of what the user stopped, by rank.
    stopped: BTreeMap<usize, String>,
}

struct Running {
    index: usize,
    label: String,
    position: usize,
    cancel: CancelToken,
}

impl Evaluation {
    fn new(nodes: Vec<usize>) -> Self {
        Self {
            waiting: nodes.into_iter().enumerate().collect(),
            running: BTreeMap::new(),
            failed: None,
            is_cancelled: false,
            stopped: BTreeMap::new(),
        }
    }

    /// A node failed: one thread alone would have come to nothing that stands behind it.
    fn fail(&mut self, rank: usize, diagnostic: Box<Diagnostic>) {
        if self.failed.as_ref().is_none_or(|(other, _)| rank < *other) {
            self.waiting.retain(|(other, _)| *other < rank);
            self.running
                .range(rank..)
                .for_each(|(_, behind)| behind.cancel.cancel());
            self.failed = Some((rank, diagnostic));
        }
    }
}

impl<'a> Execution<'a> {
    /// Makes or reads the values of these nodes. What each of them is made from is there, or stands before it. Values that
    /// were kept and can't be read are left out, with all that stands upon them: then this is to be asked again.
    pub(super) fn evaluate_all(&mut self, nodes: Vec<usize>) -> Result<(), RunFailure> {
        let mut evaluation = Evaluation::new(nodes);
        let (context, workers, lanes) = (self.context, self.workers.clone(), self.lanes());
        let place = match &workers {
            Some(workers) => Place::Own(workers),
            None if context.device.is_cpu() => Place::Shared,
            None => Place::Beside,
        };
        let (tell, told) = mpsc::channel::<(usize, Called)>();
        thread::scope(|scope| {
            loop {
                while evaluation.running.len() < lanes
                    && let Some((rank, index)) = self.take_ready(&mut evaluation)
                {
                    let Some(call) = self.start(&mut evaluation, rank, index) else {
                        continue;
                    };
                    let is_alone = evaluation.running.len() == 1 && !self.is_any_ready(&evaluation);
                    if is_alone || lanes == 1 {
                        self.end(&mut evaluation, rank, call.run(context, place));
                    } else {
                        let tell = tell.clone();
                        let lane = thread::Builder::new().stack_size(STACK_BYTES);
                        let run = move || tell.send((rank, call.run(context, Place::Beside)));
                        if let Err(error) = lane.spawn_scoped(scope, run) {
                            self.end(&mut evaluation, rank, no_thread(&error));
                        }
                    }
                }
                match evaluation.running.is_empty() {
                    true => break,
                    // All calls end, and `tell` is still here, so that there is always an answer.
                    false => told
                        .recv()
                        .into_iter()
                        .for_each(|(rank, called)| self.end(&mut evaluation, rank, called)),
                }
            }
        });
        match evaluation.failed {
            Some((_, diagnostic)) => Err(RunFailure::Failed(diagnostic)),
            None if evaluation.is_cancelled => Err(self.interrupted(evaluation.stopped.into_values().collect())),
            None => Ok(()),
        }
    }

    /// How many nodes may run at once. On a GPU they would only take turns. With threads of their own, `workers`, there
    /// is one as well: a worker that waits within one node could take up another, and wait for itself.
    pub(super) fn lanes(&self) -> usize {
        match self.context.device.is_cpu() && self.workers.is_none() {
            true => rayon::current_num_threads().min(MOST_LANES),
            false => 1,
        }
    }

    fn is_ready(&self, index: usize) -> bool {
        self.source(index)
            .is_none_or(|input| self.engine.has(self.plan.nodes[input].id))
    }

    fn is_any_ready(&self, evaluation: &Evaluation) -> bool {
        evaluation.waiting.iter().any(|(_, index)| self.is_ready(*index))
    }

    /// The next node that can run; none once the run is over.
    fn take_ready(&self, evaluation: &mut Evaluation) -> Option<(usize, usize)> {
        let place = evaluation.waiting.iter().position(|(_, index)| self.is_ready(*index))?;
        evaluation.is_cancelled |= self.context.cancel.is_cancelled();
        (!evaluation.is_cancelled).then(|| evaluation.waiting.remove(place))
    }

    fn start(&mut self, evaluation: &mut Evaluation, rank: usize, index: usize) -> Option<Call<'a>> {
        let (label, cancel) = (self.labels[index].clone(), self.context.cancel.part());
        let total = self.needs.node_count();
        let position = (self.seconds.len() + evaluation.running.len() + 1).min(total);
        let call = match self.call(index, position, cancel.clone()) {
            Ok(call) => call,
            Err(diagnostic) => {
                evaluation.fail(rank, Box::new(diagnostic));
                return None;
            }
        };
        if call.kept.is_none() {
            self.context.observer.event(&Event::StageStarted {
                label: label.clone(),
                position,
                total,
            });
        }
        let running = Running {
            index,
            label,
            position,
            cancel,
        };
        evaluation.running.insert(rank, running);
        Some(call)
    }

    fn call(&mut self, index: usize, position: usize, cancel: CancelToken) -> Result<Call<'a>, Diagnostic> {
        let node = &self.plan.nodes[index];
        Ok(Call {
            node,
            label: self.labels[index].clone(),
            position,
            run: stage_function(self.engine.stages, node)?,
            kept: self.known.get(&node.id).copied().flatten(),
            upstream: match self.context.keeper {
                Some(_) => self.upstream(index),
                None => Vec::new(),
            },
            input: self.source(index).map(|input| self.value(input)).transpose()?,
            cancel,
        })
    }

    /// Takes note of what became of a node.
    fn end(&mut self, evaluation: &mut Evaluation, rank: usize, called: Called) {
        let Some(running) = evaluation.running.remove(&rank) else {
            return;
        };
        match called.result {
            Ok(None) => {
                self.known.insert(self.plan.nodes[running.index].id, None);
            }
            Ok(Some(value)) => {
                let id = self.plan.nodes[running.index].id;
                self.engine.finished.insert(id, value, called.seconds);
                self.shrink();
                self.finish(running.index, running.position, called.seconds, called.cached);
            }
            Err(RunError::Failed(diagnostic)) => evaluation.fail(rank, diagnostic),
            Err(RunError::Cancelled) => {
                // Without a failure nothing but the user stops a stage.
                evaluation.is_cancelled |= evaluation.failed.is_none();
                evaluation.stopped.insert(rank, running.label);
            }
        }
    }
}

/// What becomes of a call for which the system gives no thread.
fn no_thread(error: &io::Error) -> Called {
    let message = format!("a thread for a cell of the grid can't be started: {error}");
    let help = "with `set threads=1` cells run one after the other";
    Called {
        result: Err(Diagnostic::error("threads", message).help(help).into()),
        seconds: 0.0,
        cached: false,
    }
}

#[cfg(test)]
#[path = "evaluation_tests.rs"]
#[allow(clippy::unwrap_used)]
mod tests;
