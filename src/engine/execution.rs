//! One run of a plan.

use crate::engine::defect;
use crate::engine::executor::{Engine, Interrupted, RunContext, RunFailure};
use crate::engine::kept::{Keeper, Kept};
use crate::engine::labels::node_labels;
use crate::engine::needs::{Needs, view_nodes, wanted};
use crate::engine::observer::Event;
use crate::engine::outcome::{GridCell, Outcome, ViewOutcome};
use crate::engine::value::Value;
use crate::lang::arguments::Argument;
use crate::lang::diagnostics::Diagnostic;
use crate::plan::graph::{Cell, NodeId, Plan, Show, View};
use rayon::ThreadPool;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// Cells for each lane that are looked at together: enough that lanes find work while one cell takes long, and few enough
/// to keep all their values.
const CELLS_AHEAD: usize = 4;

/// A run in progress.
pub struct Execution<'a> {
    pub(super) engine: &'a mut Engine,
    pub(super) plan: &'a Plan,
    pub(super) context: RunContext<'a>,
    pub(super) workers: Option<Arc<ThreadPool>>,
    pub(super) labels: Vec<String>,
    pub(super) needs: Needs,
    /// Whether the store is beyond its budget with nothing in it that this run doesn't need.
    only_needed: bool,
    /// The wall time of every node that this run has come to; taken out by the first cell that reports it.
    pub(super) seconds: BTreeMap<NodeId, f64>,
    finished: Vec<String>,
    /// What is kept of the nodes that were asked for so far.
    pub(super) known: BTreeMap<NodeId, Option<Kept>>,
}

impl<'a> Execution<'a> {
    pub(super) fn new(
        engine: &'a mut Engine,
        plan: &'a Plan,
        context: RunContext<'a>,
        workers: Option<Arc<ThreadPool>>,
    ) -> Self {
        Self {
            engine,
            plan,
            context,
            workers,
            labels: node_labels(plan),
            needs: Needs::new(plan),
            only_needed: false,
            seconds: BTreeMap::new(),
            finished: Vec::new(),
            known: BTreeMap::new(),
        }
    }

    /// Whether the value of a node needn't be made: it is there already, or kept.
    pub fn has(&self, id: NodeId) -> bool {
        let is_kept = |keeper: &dyn Keeper| keeper.find(id, self.context.observer).is_some();
        self.engine.has(id) || self.context.keeper.is_some_and(is_kept)
    }

    /// Evaluates one pipeline over its grid.
    pub fn show(&mut self, show: &Show) -> Result<Outcome, RunFailure> {
        let mut cells = Vec::with_capacity(show.cells.len());
        let window = match self.lanes() {
            1 => 1,
            lanes => lanes * CELLS_AHEAD,
        };
        for first in (0..show.cells.len()).step_by(window) {
            let together = first..show.cells.len().min(first + window);
            self.evaluate_cells(show, together.clone())?;
            for cell in &show.cells[together] {
                cells.push(self.grid_cell(cell, cell.path.last().copied(), true)?);
                self.release(cell.path.iter().copied());
            }
        }
        let mut views = Vec::with_capacity(show.views.len());
        for view in &show.views {
            views.push(self.view(show, view)?);
        }
        self.release(view_nodes(show));
        Ok(Outcome {
            pipeline: show.pipeline.clone(),
            cells,
            views,
        })
    }

    /// The values that a view shows: one cell for each combination of the axes upstream of it.
    fn view(&mut self, show: &Show, view: &View) -> Result<ViewOutcome, RunFailure> {
        let mut cells: Vec<GridCell> = Vec::new();
        let mut known = BTreeSet::new();
        for (cell, &node) in show.cells.iter().zip(&view.nodes) {
            self.evaluate(node)?;
            if known.insert(axes_text(cell, view)) {
                cells.push(self.grid_cell(&upstream(cell, view, node), Some(node), false)?);
            }
        }
        Ok(ViewOutcome {
            spec: view.spec,
            arguments: view.arguments.clone(),
            cells,
            span: view.span,
            places: view.places.clone(),
        })
    }

    /// Makes sure that what these cells show is there. What needn't run is passed first.
    fn evaluate_cells(&mut self, show: &Show, places: Range<usize>) -> Result<(), RunFailure> {
        for _ in 0..self.attempts() {
            let missing = self.missing(show, places.clone())?;
            if missing.is_empty() {
                return Ok(());
            }
            self.evaluate_all(missing)?;
        }
        Err(defect::internal("values are gone before they were shown").into())
    }

    /// How often values are asked for until all are there: once, and again for each kept one that can't be read.
    fn attempts(&self) -> usize {
        self.plan.nodes.len() + 2
    }

    /// The nodes whose values are wanted by these cells and not there; passes the others.
    fn missing(&mut self, show: &Show, places: Range<usize>) -> Result<Vec<usize>, RunFailure> {
        let mut missing = Vec::new();
        let mut known = BTreeSet::new();
        for place in places {
            let cell = &show.cells[place];
            let wanted = wanted(show, cell, place, |index| self.made_from(index));
            for &index in &cell.path {
                let id = self.plan.nodes[index].id;
                match wanted.contains(&index) && !self.engine.has(id) {
                    true if known.insert(id) => missing.push(index),
                    true => {}
                    false => self.pass(index)?,
                }
            }
        }
        Ok(missing)
    }

    /// Makes sure that a node's value is there, and for that, where needed, its input's.
    fn evaluate(&mut self, index: usize) -> Result<(), RunFailure> {
        for _ in 0..self.attempts() {
            let mut missing = Vec::new();
            let mut next = Some(index);
            while let Some(index) = next.filter(|index| !self.engine.has(self.plan.nodes[*index].id)) {
                missing.push(index);
                next = self.made_from(index);
            }
            if missing.is_empty() {
                break;
            }
            missing.reverse();
            self.evaluate_all(missing)?;
        }
        self.pass(index)
    }

    /// Passes a node that needn't run: its value is there, or that of a node further down.
    fn pass(&mut self, index: usize) -> Result<(), RunFailure> {
        if self.seconds.contains_key(&self.plan.nodes[index].id) {
            return Ok(());
        }
        if self.context.cancel.is_cancelled() {
            return Err(self.interrupted(Vec::new()));
        }
        let position = (self.seconds.len() + 1).min(self.needs.node_count());
        let is_here = self.engine.has(self.plan.nodes[index].id);
        let kept = if is_here { None } else { self.kept(index) };
        self.finish(index, position, kept.map_or(0.0, |kept| kept.seconds), true);
        Ok(())
    }

    pub(super) fn finish(&mut self, index: usize, position: usize, seconds: f64, cached: bool) {
        let label = self.labels[index].clone();
        self.seconds.insert(self.plan.nodes[index].id, seconds);
        self.finished.push(label.clone());
        self.context.observer.event(&Event::StageFinished {
            label,
            position,
            seconds,
            cached,
        });
    }

    /// One use of each of these nodes is over; beyond the budget they may go.
    fn release(&mut self, nodes: impl Iterator<Item = usize>) {
        let over = self.needs.used(nodes.map(|index| self.plan.nodes[index].id));
        if self.only_needed {
            let holds = self.engine.finished.shrink_from(over, |id| self.needs.is_needed(id));
            self.only_needed = !holds;
        }
        self.shrink();
    }

    /// Drops what isn't needed beyond the budget. A plan that needs more than the budget is not searched in vain
    /// after each of its nodes.
    pub(super) fn shrink(&mut self) {
        if !self.only_needed {
            self.only_needed = !self.engine.finished.shrink(|id| self.needs.is_needed(id));
        }
    }

    pub(super) fn value(&mut self, index: usize) -> Result<Value, Diagnostic> {
        let node = &self.plan.nodes[index];
        self.engine.finished.value(node.id).ok_or_else(|| {
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
            seconds.push((self.plan.nodes[index].name(), time));
        }
        Ok(GridCell {
            axes: cell.axes.clone(),
            value: self.value(node)?,
            seconds,
            seed: seed(self.plan, cell),
        })
    }

    pub(super) fn interrupted(&self, running: Vec<String>) -> RunFailure {
        RunFailure::Cancelled(Interrupted {
            finished: self.finished.clone(),
            running,
            total: self.needs.node_count(),
        })
    }
}

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

/// What tells the cells of a view apart, in canonical notation.
fn axes_text(cell: &Cell, view: &View) -> String {
    let axes = cell.axes.iter().take(view.axes);
    axes.map(|(name, value)| format!("{name}={value} ")).collect()
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
