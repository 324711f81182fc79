//! Grid cells and statements that begin alike run their common stages once.

use crate::plan::graph::{NodeId, Plan, Request};
use crate::plan::rules::Rule;
use std::collections::BTreeMap;

pub(super) const RULE: Rule = Rule {
    name: "share-prefixes",
    summary: "stages with the same identity run once, whoever asks for them",
    apply,
};

fn apply(plan: &mut Plan) -> Vec<String> {
    let before = plan.nodes.len();
    let mut first_of: BTreeMap<NodeId, usize> = BTreeMap::new();
    let mut new_index = Vec::with_capacity(before);
    let mut kept = Vec::new();
    for mut node in std::mem::take(&mut plan.nodes) {
        node.input = node.input.and_then(|input| new_index.get(input).copied());
        let index = *first_of.entry(node.id).or_insert(kept.len());
        new_index.push(index);
        if index == kept.len() {
            kept.push(node);
        }
    }
    plan.nodes = kept;
    for request in &mut plan.requests {
        redirect(request, &new_index);
    }
    let after = plan.nodes.len();
    if after == before {
        return Vec::new();
    }
    vec![format!("{before} stages become {after}")]
}

fn redirect(request: &mut Request, new_index: &[usize]) {
    let (Request::Show(show) | Request::Explain(show)) = request else {
        return;
    };
    let paths = show.cells.iter_mut().flat_map(|cell| &mut cell.path);
    let views = show.views.iter_mut().flat_map(|view| &mut view.nodes);
    for index in paths.chain(views) {
        if let Some(new) = new_index.get(*index) {
            *index = *new;
        }
    }
}
