//! From checked pipelines to a plan. Nothing is shared yet: each grid cell has its own nodes, and sharing them is the
//! optimiser's first rule.

use crate::lang::arguments::Argument;
use crate::lang::catalog::Gives;
use crate::lang::checked::{ArgumentPlaces, Checked, CheckedKind, CheckedPipeline, CheckedStage};
use crate::lang::diagnostics::{Diagnostic, Severity};
use crate::lang::types::Type;
use crate::plan::graph::{Cell, Node, Plan, Request, Show, View};
use crate::plan::identity::{Fingerprint, identify};
use crate::plan::limits::refusal;
use crate::plan::sweep::{Choice, axis_names, choices};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// Builds the plan of a checked script. `fingerprint` hashes a file or folder that a stage reads; each path is asked
/// for once. Fails with every error of the check, or with the files that can't be read.
pub fn build(checked: &Checked, fingerprint: &Fingerprint) -> Result<Plan, Vec<Diagnostic>> {
    build_until(checked, fingerprint, &|| false)
}

/// The same; ends with an error soon after `stop` says so, for sweeps that take long to spell out.
pub fn build_until(
    checked: &Checked,
    fingerprint: &Fingerprint,
    stop: &dyn Fn() -> bool,
) -> Result<Plan, Vec<Diagnostic>> {
    if checked.has_errors() {
        let errors = checked.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        return Err(errors.cloned().collect());
    }
    let known = RefCell::new(BTreeMap::new());
    let once = |path: &Path| once(&known, path, fingerprint);
    let mut builder = Builder {
        plan: Plan::default(),
        fingerprint: &once,
        stop,
        errors: Vec::new(),
    };
    for statement in &checked.statements {
        let request = match &statement.kind {
            CheckedKind::Show(pipeline) => Request::Show(builder.show(pipeline)),
            CheckedKind::Explain(pipeline) => Request::Explain(builder.show(pipeline)),
            CheckedKind::Help { verb, method } => Request::Help {
                verb: verb.clone(),
                method: method.clone(),
            },
        };
        builder.plan.requests.push(request);
    }
    builder.plan.options = checked.environment.options.clone();
    if builder.errors.is_empty() {
        Ok(builder.plan)
    } else {
        Err(builder.errors)
    }
}

fn once(known: &RefCell<BTreeMap<PathBuf, [u8; 32]>>, path: &Path, fingerprint: &Fingerprint) -> io::Result<[u8; 32]> {
    if let Some(hash) = known.borrow().get(path) {
        return Ok(*hash);
    }
    let hash = fingerprint(path)?;
    known.borrow_mut().insert(path.to_owned(), hash);
    Ok(hash)
}

struct Builder<'a> {
    plan: Plan,
    fingerprint: &'a Fingerprint<'a>,
    stop: &'a dyn Fn() -> bool,
    errors: Vec<Diagnostic>,
}

/// One cell of the grid as far as the pipeline has been read. The path holds nodes of the plan.
#[derive(Clone, Default)]
struct Branch {
    axes: BTreeMap<&'static str, Argument>,
    stages: Vec<PlannedStage>,
    seed: Option<i64>,
}

/// A stage of one cell before it is a node.
#[derive(Clone)]
struct PlannedStage {
    choice: Choice,
    gives: Type,
    implied: bool,
    span: grn_grammar::span::Span,
}

/// A view before the grid is known: how many stages are upstream of it.
struct PlannedView {
    choice: Choice,
    upstream: usize,
    axes: usize,
    span: grn_grammar::span::Span,
    places: ArgumentPlaces,
}

impl Builder<'_> {
    fn show(&mut self, pipeline: &CheckedPipeline) -> Show {
        let (branches, planned) = grid(pipeline);
        let names = axis_names(pipeline);
        let mut cells: Vec<Cell> = Vec::with_capacity(branches.len());
        for branch in &branches {
            if (self.stop)() {
                self.errors
                    .push(Diagnostic::error("interrupted", "planning was interrupted"));
                break;
            }
            cells.push(self.cell(&names, branch));
        }
        let views = planned.into_iter().map(|view| View {
            spec: view.choice.spec,
            arguments: view.choice.arguments,
            nodes: cells
                .iter()
                .filter_map(|cell| cell.path.get(view.upstream.checked_sub(1)?).copied())
                .collect(),
            axes: view.axes,
            span: view.span,
            places: view.places,
        });
        Show {
            pipeline: pipeline.text.clone(),
            views: views.collect(),
            cells,
            span: pipeline.span,
        }
    }

    fn cell(&mut self, names: &[&'static str], branch: &Branch) -> Cell {
        // A method that does not know a parameter stands once in the grid, not once for each value of that axis.
        let value = |name: &&'static str| branch.axes.get(name).cloned().unwrap_or(Argument::Absent);
        let axes = names.iter().map(|name| ((*name).to_owned(), value(name))).collect();
        let mut path: Vec<usize> = Vec::with_capacity(branch.stages.len());
        for stage in &branch.stages {
            let node = self.node(stage, path.last().copied());
            path.push(node);
        }
        Cell { axes, path }
    }

    fn node(&mut self, stage: &PlannedStage, input: Option<usize>) -> usize {
        let input_id = input.and_then(|index| self.plan.nodes.get(index)).map(|node| node.id);
        let Choice { spec, arguments, .. } = &stage.choice;
        let id = identify(spec, arguments, input_id, self.fingerprint).unwrap_or_else(|error| {
            let error = error.at(stage.span, "this stage reads it");
            if !self.errors.contains(&error) {
                self.errors.push(error);
            }
            crate::plan::graph::NodeId([0; 16])
        });
        self.plan.nodes.push(Node {
            id,
            spec,
            arguments: arguments.clone(),
            input,
            gives: stage.gives,
            hints: BTreeSet::new(),
            implied: stage.implied,
            span: stage.span,
        });
        let index = self.plan.nodes.len() - 1;
        let refusal = self.plan.nodes.last().and_then(|node| refusal(&self.plan, node));
        if let Some(error) = refusal.filter(|error| !self.errors.contains(error)) {
            self.errors.push(error);
        }
        index
    }
}

/// Multiplies the axes of all stages; the first axis varies slowest.
fn grid(pipeline: &CheckedPipeline) -> (Vec<Branch>, Vec<PlannedView>) {
    let mut branches = vec![Branch::default()];
    let mut views = Vec::new();
    let mut axes = 0;
    let mut upstream = 0;
    for stage in &pipeline.stages {
        if stage.is_view() {
            let seed = branches.first().and_then(|branch| branch.seed);
            views.extend(choices(stage, seed).into_iter().map(|choice| PlannedView {
                choice,
                upstream,
                axes,
                span: stage.span,
                places: stage.places.clone(),
            }));
            continue;
        }
        axes += stage.axis_names().len();
        upstream += 1;
        branches = branches.iter().flat_map(|branch| grow(branch, stage)).collect();
    }
    (branches, views)
}

fn grow(branch: &Branch, stage: &CheckedStage) -> Vec<Branch> {
    let grown = choices(stage, branch.seed).into_iter().filter_map(|choice| {
        let Gives::Value(gives) = choice.spec.gives else {
            return None;
        };
        let mut branch = branch.clone();
        branch.axes.extend(choice.axes.iter().cloned());
        branch.seed = choice.seed.or(branch.seed);
        branch.stages.push(PlannedStage {
            choice,
            gives,
            implied: stage.implied,
            span: stage.span,
        });
        Some(branch)
    });
    grown.collect()
}
