//! What a plan still needs while it runs.

use crate::plan::graph::{Cell, NodeId, Plan, Request, Show};
use std::collections::{BTreeMap, BTreeSet};

/// The pipelines that a plan runs, in script order.
pub fn shows(plan: &Plan) -> impl Iterator<Item = &Show> {
    plan.requests.iter().filter_map(|request| match request {
        Request::Show(show) => Some(show),
        Request::Explain(_) | Request::Help { .. } => None,
    })
}

/// How often each node's value is yet to be used by the requests of a plan.
pub struct Needs(BTreeMap<NodeId, usize>);

impl Needs {
    /// Nothing has run yet.
    pub fn new(plan: &Plan) -> Self {
        let mut uses = BTreeMap::new();
        for index in shows(plan).flat_map(all_nodes) {
            *uses.entry(plan.nodes[index].id).or_insert(0) += 1;
        }
        Self(uses)
    }

    /// How many nodes are used at all.
    pub fn node_count(&self) -> usize {
        self.0.len()
    }

    /// One use of each of these nodes is over; gives those whose last it was.
    pub fn used(&mut self, ids: impl Iterator<Item = NodeId>) -> Vec<NodeId> {
        let mut over = Vec::new();
        for id in ids {
            if let Some(uses) = self.0.get_mut(&id) {
                *uses = uses.saturating_sub(1);
                over.extend((*uses == 0).then_some(id));
            }
        }
        over
    }

    /// Whether a node's value must stay.
    pub fn is_needed(&self, id: NodeId) -> bool {
        self.0.get(&id).is_some_and(|uses| *uses > 0)
    }
}

/// Every use of a node by a pipeline, by index: the cells' paths, then the views' places.
fn all_nodes(show: &Show) -> impl Iterator<Item = usize> {
    let paths = show.cells.iter().flat_map(|cell| cell.path.iter().copied());
    paths.chain(view_nodes(show))
}

/// The nodes that the views of a pipeline look at, by index.
pub fn view_nodes(show: &Show) -> impl Iterator<Item = usize> {
    show.views.iter().flat_map(|view| view.nodes.iter().copied())
}

/// The nodes on a cell's path whose values must be there for its last value and its views. `made_from` tells which other
/// node's value each of them needs first: what lies upstream of a finished value is needed for nothing else.
pub fn wanted(
    show: &Show,
    cell: &Cell,
    place: usize,
    mut made_from: impl FnMut(usize) -> Option<usize>,
) -> BTreeSet<usize> {
    let views = show.views.iter().filter_map(|view| view.nodes.get(place));
    let mut wanted = BTreeSet::new();
    for &end in cell.path.last().into_iter().chain(views) {
        let mut next = Some(end);
        while let Some(index) = next.filter(|index| wanted.insert(*index)) {
            next = made_from(index);
        }
    }
    wanted
}
