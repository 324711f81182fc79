//! Evaluates the nodes that requests need, each once, and keeps what is finished.

use crate::engine::context::{RunError, RunResult, StageContext};
use crate::engine::defect;
use crate::engine::labels::node_labels;
use crate::engine::observer::{CancelToken, Event, Observer};
use crate::engine::outcome::{GridCell, Outcome, ViewOutcome};
use crate::engine::value::Value;
use crate::lang::arguments::Argument;
use crate::lang::diagnostics::Diagnostic;
use crate::plan::graph::{Cell, Node, NodeId, Plan, Request, Show, View};
use crate::stages::Stage;
use candle_core::Device;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

/// Bytes of stack for each worker thread; as much as the main thread usually has.
const WORKER_STACK_BYTES: usize = 8 << 20;

/// What a run needs beside its plan.
#[derive(Clone, Copy)]
pub struct RunContext<'a> {
    /// Where tensors live.
    pub device: &'a Device,
    /// Who is told of progress.
    pub observer: &'a dyn Observer,
    /// Who may stop it.
    pub cancel: &'a CancelToken,
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
    /// The stage that was running.
    pub running: Option<String>,
    /// How many stages the whole run has.
    pub total: usize,
}

impl From<Diagnostic> for RunFailure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Failed(Box::new(diagnostic))
    }
}

/// Runs plans. What is finished stays, so that a later plan with the same nodes has them at once.
pub struct Engine {
    stages: &'static [&'static Stage],
    finished: BTreeMap<NodeId, Value>,
    pool: Option<(usize, Arc<ThreadPool>)>,
}

impl Engine {
    /// An engine that knows `stages`.
    pub fn new(stages: &'static [&'static Stage]) -> Self {
        Self {
            stages,
            finished: BTreeMap::new(),
            pool: None,
        }
    }

    /// Whether the value of a node is there already.
    pub fn has(&self, id: NodeId) -> bool {
        self.finished.contains_key(&id)
    }

    /// Starts a run of `plan`; its requests are then asked for one by one with [`Execution::show`].
    pub fn start<'a>(&'a mut self, plan: &'a Plan, context: RunContext<'a>) -> Result<Execution<'a>, RunFailure> {
        let pool = self.pool(plan.options.threads)?;
        let needed = needed(plan);
        let ids: BTreeSet<NodeId> = needed.iter().map(|&index| plan.nodes[index].id).collect();
        Ok(Execution {
            engine: self,
            plan,
            context,
            pool,
            labels: node_labels(plan),
            total: ids.len(),
            seconds: BTreeMap::new(),
            finished: Vec::new(),
        })
    }

    /// Runs every pipeline that `plan` shows, in script order.
    pub fn run(&mut self, plan: &Plan, context: RunContext<'_>) -> Result<Vec<Outcome>, RunFailure> {
        let mut execution = self.start(plan, context)?;
        shows(plan).map(|show| execution.show(show)).collect()
    }

    /// The worker threads for `threads`; `None` is the process-wide pool, one thread for each core.
    fn pool(&mut self, threads: usize) -> Result<Option<Arc<ThreadPool>>, Diagnostic> {
        if threads == 0 {
            return Ok(None);
        }
        if let Some((known, pool)) = &self.pool
            && *known == threads
        {
            return Ok(Some(Arc::clone(pool)));
        }
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .stack_size(WORKER_STACK_BYTES)
            .build()
            .map_err(|error| {
                Diagnostic::error("threads", format!("{threads} worker threads can't be started: {error}"))
                    .help("a smaller `threads` needs less memory; 0 means one for each core")
            })?;
        let pool = Arc::new(pool);
        self.pool = Some((threads, Arc::clone(&pool)));
        Ok(Some(pool))
    }
}

/// A run in progress.
pub struct Execution<'a> {
    engine: &'a mut Engine,
    plan: &'a Plan,
    context: RunContext<'a>,
    pool: Option<Arc<ThreadPool>>,
    labels: Vec<String>,
    total: usize,
    /// The wall time of every node that this run has come to; taken out by the first cell that reports it.
    seconds: BTreeMap<NodeId, f64>,
    finished: Vec<String>,
}

impl Execution<'_> {
    /// Evaluates one pipeline over its grid.
    pub fn show(&mut self, show: &Show) -> Result<Outcome, RunFailure> {
        let mut cells = Vec::with_capacity(show.cells.len());
        for cell in &show.cells {
            for &index in &cell.path {
                self.evaluate(index)?;
            }
            cells.push(self.grid_cell(cell, cell.path.last().copied(), true)?);
        }
        let mut views = Vec::with_capacity(show.views.len());
        for view in &show.views {
            views.push(self.view(show, view)?);
        }
        Ok(Outcome {
            pipeline: show.pipeline.clone(),
            cells,
            views,
        })
    }

    /// The values that a view shows: one cell for each combination of the axes upstream of it.
    fn view(&mut self, show: &Show, view: &View) -> Result<ViewOutcome, RunFailure> {
        let mut cells: Vec<GridCell> = Vec::new();
        for (cell, &node) in show.cells.iter().zip(&view.nodes) {
            self.evaluate(node)?;
            let upstream = upstream(cell, view, node);
            if !cells.iter().any(|known| known.axes == upstream.axes) {
                cells.push(self.grid_cell(&upstream, Some(node), false)?);
            }
        }
        Ok(ViewOutcome {
            spec: view.spec,
            arguments: view.arguments.clone(),
            cells,
            span: view.span,
        })
    }

    /// Makes sure that a node's value is there; its input must have been evaluated before.
    fn evaluate(&mut self, index: usize) -> Result<(), RunFailure> {
        let node = &self.plan.nodes[index];
        if self.seconds.contains_key(&node.id) {
            return Ok(());
        }
        let label = self.labels[index].clone();
        if self.context.cancel.is_cancelled() {
            return Err(self.interrupted(None));
        }
        let cached = self.engine.has(node.id);
        let started = Instant::now();
        if !cached {
            self.context.observer.event(&Event::StageStarted {
                label: label.clone(),
                position: self.seconds.len() + 1,
                total: self.total,
            });
            let value = self.call(node, &label)?;
            self.engine.finished.insert(node.id, value);
        }
        let seconds = if cached { 0.0 } else { started.elapsed().as_secs_f64() };
        self.seconds.insert(node.id, seconds);
        self.finished.push(label.clone());
        self.context
            .observer
            .event(&Event::StageFinished { label, seconds, cached });
        Ok(())
    }

    /// Runs a node's stage on the worker threads.
    fn call(&self, node: &Node, label: &str) -> Result<Value, RunFailure> {
        let run = self.stage_function(node)?;
        let input = node.input.map(|input| self.value(input)).transpose()?;
        let context = StageContext {
            arguments: &node.arguments,
            hints: &node.hints,
            device: self.context.device,
            observer: self.context.observer,
            cancel: self.context.cancel,
        };
        let call = || run(&context, input);
        let result = defect::guard(&format!("`{label}`"), || match &self.pool {
            Some(pool) => pool.install(call),
            None => call(),
        });
        let placed = |diagnostic: Diagnostic| match diagnostic.label {
            Some(_) => diagnostic,
            None => diagnostic.at(node.span, format!("while running `{label}`")),
        };
        match result.map_err(placed)? {
            Ok(value) if value.kind() == node.gives => Ok(value),
            Ok(value) => {
                let message = format!("`{label}` gave a {}, expected a {}", value.kind(), node.gives);
                Err(placed(defect::internal(message)).into())
            }
            Err(RunError::Cancelled) => Err(self.interrupted(Some(label.to_owned()))),
            Err(RunError::Failed(diagnostic)) => Err(placed(*diagnostic).into()),
        }
    }

    fn stage_function(&self, node: &Node) -> Result<StageFunction, Diagnostic> {
        let stage = self
            .engine
            .stages
            .iter()
            .find(|stage| std::ptr::eq(&stage.spec, node.spec));
        stage
            .and_then(|stage| stage.run)
            .ok_or_else(|| defect::internal(format!("`{}` has nothing to run", node.spec.name())).at(node.span, ""))
    }

    fn value(&self, index: usize) -> Result<Value, Diagnostic> {
        let node = &self.plan.nodes[index];
        self.engine.finished.get(&node.id).cloned().ok_or_else(|| {
            defect::internal(format!("`{}` was asked for before it ran", node.spec.name())).at(node.span, "")
        })
    }

    /// The cell with the value at `node`. With `take_seconds` each node's time is told once, by its first cell.
    fn grid_cell(&mut self, cell: &Cell, node: Option<usize>, take_seconds: bool) -> Result<GridCell, Diagnostic> {
        let node = node.ok_or_else(|| defect::internal("a pipeline without stages came to be run"))?;
        let mut seconds = Vec::with_capacity(cell.path.len());
        for &index in &cell.path {
            let time = self.seconds.get_mut(&self.plan.nodes[index].id);
            let time = time.filter(|_| take_seconds).map(std::mem::take).unwrap_or_default();
            seconds.push((self.plan.nodes[index].spec.name(), time));
        }
        Ok(GridCell {
            axes: cell.axes.clone(),
            value: self.value(node)?,
            seconds,
            seed: seed(self.plan, cell),
        })
    }

    fn interrupted(&self, running: Option<String>) -> RunFailure {
        RunFailure::Cancelled(Interrupted {
            finished: self.finished.clone(),
            running,
            total: self.total,
        })
    }
}

type StageFunction = fn(&StageContext, Option<Value>) -> RunResult<Value>;

/// The part of a cell that a view at `node` can see.
fn upstream(cell: &Cell, view: &View, node: usize) -> Cell {
    let length = cell
        .path
        .iter()
        .position(|&index| index == node)
        .map_or(cell.path.len(), |at| at + 1);
    Cell {
        axes: cell.axes.iter().take(view.axes).cloned().collect(),
        path: cell.path.iter().take(length).copied().collect(),
    }
}

/// The value of the `seed` axis, otherwise the seed of the last stage that has one.
fn seed(plan: &Plan, cell: &Cell) -> Option<u64> {
    let axis = cell
        .axes
        .iter()
        .find(|(name, _)| name == "seed")
        .map(|(_, value)| value);
    let stages = cell.path.iter().rev();
    let given = axis.or_else(|| {
        stages
            .filter_map(|&index| plan.nodes[index].arguments.get("seed"))
            .next()
    })?;
    match given {
        Argument::Integer(seed) => u64::try_from(*seed).ok(),
        _ => None,
    }
}

/// The pipelines that a plan runs, in script order.
fn shows(plan: &Plan) -> impl Iterator<Item = &Show> {
    plan.requests.iter().filter_map(|request| match request {
        Request::Show(show) => Some(show),
        Request::Explain(_) | Request::Help { .. } => None,
    })
}

/// The nodes that a plan runs, by index.
fn needed(plan: &Plan) -> BTreeSet<usize> {
    let paths = shows(plan).flat_map(|show| show.cells.iter().flat_map(|cell| cell.path.iter().copied()));
    let views = shows(plan).flat_map(|show| show.views.iter().flat_map(|view| view.nodes.iter().copied()));
    paths.chain(views).collect()
}

#[cfg(test)]
#[path = "executor_tests.rs"]
#[allow(clippy::unwrap_used)]
mod tests;
