//! How a running node is called: its stage, with the axis values that tell it from its neighbours in the grid.

use crate::lang::arguments::Argument;
use crate::plan::graph::{Plan, Request, Show};
use std::collections::BTreeMap;

/// A label for every node, for instance `retrieve attn (seed=42)`. An axis is named where it takes several values in
/// the grid and all cells that use the node agree on one of them.
pub fn node_labels(plan: &Plan) -> Vec<String> {
    let mut labels: Vec<String> = plan.nodes.iter().map(|node| node.name()).collect();
    let shows = plan.requests.iter().filter_map(|request| match request {
        Request::Show(show) | Request::Explain(show) => Some(show),
        Request::Help { .. } => None,
    });
    let mut seen = vec![false; plan.nodes.len()];
    for show in shows {
        for (index, axes) in axes_by_node(show) {
            let verb = plan.nodes[index].spec.verb;
            let told: Vec<String> = axes
                .iter()
                .filter(|(name, value)| *name != verb && **value != Argument::Absent && varies(show, name, value))
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            if !told.is_empty() && !seen[index] {
                labels[index] = format!("{} ({})", labels[index], told.join(", "));
            }
            seen[index] = true;
        }
    }
    labels
}

/// For every node of a pipeline, the axis values that all its cells share.
fn axes_by_node(show: &Show) -> BTreeMap<usize, Vec<(&str, &Argument)>> {
    let mut shared: BTreeMap<usize, Vec<(&str, &Argument)>> = BTreeMap::new();
    for cell in &show.cells {
        let own: Vec<(&str, &Argument)> = cell.axes.iter().map(|(name, value)| (name.as_str(), value)).collect();
        for &index in &cell.path {
            shared
                .entry(index)
                .and_modify(|axes| axes.retain(|axis| own.contains(axis)))
                .or_insert_with(|| own.clone());
        }
    }
    shared
}

fn varies(show: &Show, axis: &str, value: &Argument) -> bool {
    let others = show.cells.iter().flat_map(|cell| &cell.axes);
    others.into_iter().any(|(name, other)| name == axis && other != value)
}
