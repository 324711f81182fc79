//! What `explain` shows: the checked plan of one pipeline, what the optimiser does to it, and what it costs. Values
//! and their plain text; nothing is printed, loaded or run.

use crate::lang::arguments::Argument;
use crate::lang::catalog::{DefaultValue, ParameterSpec};
use crate::lang::types::Type;
use crate::plan::cost::{Cost, estimate};
use crate::plan::explain_text;
pub use crate::plan::explain_text::bytes as size_in_words;
use crate::plan::graph::{Cell, Hint, Node, NodeId, Plan, Request, Show};
use crate::plan::limits::sets_per_target;
use crate::plan::rules::{Rule, RuleOutcome, optimise};
use crate::plan::sweep::REPLICATE_AXIS;

/// The explained pipeline.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Its canonical text.
    pub pipeline: String,
    /// The sweep axes in order; none for a grid of one cell.
    pub axes: Vec<Axis>,
    /// How many cells the grid has.
    pub cells: usize,
    /// How many stages run without sharing.
    pub unshared: usize,
    /// Every stage that runs, inputs before their users.
    pub stages: Vec<StageRow>,
    /// The views, for instance `plot coverage`.
    pub views: Vec<String>,
    /// Every rule and what it did.
    pub rules: Vec<RuleOutcome>,
}

/// A sweep axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Its name.
    pub name: String,
    /// Its values in order.
    pub values: Vec<Argument>,
    /// Whether results are aggregated over it.
    pub replicate: bool,
}

/// One stage that runs.
#[derive(Clone, Debug)]
pub struct StageRow {
    /// `verb method`.
    pub name: String,
    /// What it gives.
    pub gives: Type,
    /// Its identity.
    pub id: NodeId,
    /// The row that feeds it.
    pub input: Option<usize>,
    /// Every argument in order of documentation, defaults included.
    pub arguments: Vec<(&'static str, Argument)>,
    /// The names of those that differ from their defaults.
    pub given: Vec<&'static str>,
    /// Whether it was filled in.
    pub implied: bool,
    /// Whether its value is there already, so that it would not run.
    pub cached: bool,
    /// What the optimiser allows.
    pub hints: Vec<Hint>,
    /// In how many grid cells it takes part.
    pub cells: usize,
    /// What its model costs; `None` for stages without one.
    pub cost: Option<Cost>,
    /// For decoders, (team size R, candidates M_R, sets C(M_R, R)) for each target; empty where unknown.
    pub sets: Vec<(usize, usize, u128)>,
}

/// Explains one pipeline of `plan` by itself, as `rules` would have it run. `plan` may be optimised or not.
pub fn explain(plan: &Plan, show: &Show, rules: &[Rule]) -> Explanation {
    let mut alone = alone(plan, show);
    let unshared = alone.nodes.len();
    let rules = optimise(&mut alone, rules);
    let cells = cells_of_nodes(&alone);
    let stages = alone
        .nodes
        .iter()
        .zip(cells)
        .map(|(node, cells)| row(&alone, node, cells));
    let stages = stages.collect();
    Explanation {
        pipeline: show.pipeline.clone(),
        axes: axes(show),
        cells: show.cells.len(),
        unshared,
        stages,
        views: show.views.iter().map(|view| view.spec.name()).collect(),
        rules,
    }
}

impl Explanation {
    /// Marks the stages whose values are there already.
    pub fn with_finished(mut self, is_finished: impl Fn(NodeId) -> bool) -> Self {
        for row in &mut self.stages {
            row.cached = is_finished(row.id);
        }
        self
    }

    /// As plain text, lines of at most 100 columns where values allow, with a line break at the end.
    pub fn to_text(&self) -> String {
        explain_text::render(self)
    }
}

/// The plan of one pipeline with nodes of their own for each cell and no hints.
fn alone(plan: &Plan, show: &Show) -> Plan {
    let mut nodes: Vec<Node> = Vec::new();
    let mut cells = Vec::with_capacity(show.cells.len());
    for cell in &show.cells {
        let mut path = Vec::with_capacity(cell.path.len());
        for node in cell.path.iter().filter_map(|index| plan.nodes.get(*index)) {
            let mut node = node.clone();
            node.input = path.last().copied();
            node.hints.clear();
            path.push(nodes.len());
            nodes.push(node);
        }
        let axes = cell.axes.clone();
        cells.push(Cell { axes, path });
    }
    // Views are listed by name only, so their nodes need no counterpart here.
    let show = Show {
        pipeline: show.pipeline.clone(),
        cells,
        views: Vec::new(),
        span: show.span,
    };
    Plan {
        nodes,
        requests: vec![Request::Explain(show)],
        options: plan.options.clone(),
    }
}

/// In how many grid cells each node takes part.
fn cells_of_nodes(plan: &Plan) -> Vec<usize> {
    let mut counts = vec![0; plan.nodes.len()];
    for index in plan.shows().flat_map(|show| &show.cells).flat_map(|cell| &cell.path) {
        if let Some(count) = counts.get_mut(*index) {
            *count += 1;
        }
    }
    counts
}

fn row(plan: &Plan, node: &Node, cells: usize) -> StageRow {
    let declared = node.spec.parameters.iter();
    let arguments = declared.filter_map(|p| Some((p.name, node.arguments.get(p.name)?.clone())));
    StageRow {
        name: node.name(),
        gives: node.gives,
        id: node.id,
        input: node.input,
        arguments: arguments.collect(),
        given: given(plan, node),
        implied: node.implied,
        cached: false,
        hints: node.hints.iter().copied().collect(),
        cells,
        cost: estimate(plan, node),
        sets: if node.gives == Type::Teams {
            sets_per_target(plan, node)
        } else {
            Vec::new()
        },
    }
}

/// The names of the arguments that differ from their defaults.
fn given(plan: &Plan, node: &Node) -> Vec<&'static str> {
    let upstream = |name: &str| {
        let mut at = node.input;
        while let Some(stage) = at.and_then(|index| plan.nodes.get(index)) {
            if let Some(seed) = stage.arguments.get(name) {
                return seed.clone();
            }
            at = stage.input;
        }
        Argument::Integer(42)
    };
    let differs = |parameter: &&ParameterSpec| match (node.arguments.get(parameter.name), parameter.default) {
        (None | Some(Argument::Absent), _) => false,
        (Some(value), DefaultValue::Literal(text)) => {
            let number = text.parse::<f64>().ok();
            let shown = value.to_string();
            shown != text.trim_matches('"') && (number.is_none() || shown.parse().ok() != number)
        }
        (Some(value), DefaultValue::UpstreamSeed) => *value != upstream(parameter.name),
        (Some(_), DefaultValue::Required | DefaultValue::Absent(_)) => true,
    };
    let differing = node.spec.parameters.iter().filter(differs);
    differing.map(|parameter| parameter.name).collect()
}

fn axes(show: &Show) -> Vec<Axis> {
    let names = show.cells.first().map(|cell| cell.axes.as_slice()).unwrap_or_default();
    let axis = |(name, _): &(String, Argument)| Axis {
        name: name.clone(),
        values: values_of(show, name),
        replicate: name == REPLICATE_AXIS,
    };
    names.iter().map(axis).collect()
}

/// The distinct values of an axis in order. A method that does not know the parameter stands outside the axis.
fn values_of(show: &Show, axis: &str) -> Vec<Argument> {
    let mut values: Vec<Argument> = Vec::new();
    for (name, value) in show.cells.iter().flat_map(|cell| &cell.axes) {
        if name == axis && *value != Argument::Absent && !values.contains(value) {
            values.push(value.clone());
        }
    }
    values
}
