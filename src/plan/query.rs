//! Questions about a plan that rules, limits and `explain` ask.

use crate::lang::types::Type;
use crate::plan::graph::{Node, Plan, Request, Show};

impl Plan {
    /// The pipelines that are shown or explained, in script order.
    pub fn shows(&self) -> impl Iterator<Item = &Show> {
        self.requests.iter().filter_map(|request| match request {
            Request::Show(show) | Request::Explain(show) => Some(show),
            Request::Help { .. } => None,
        })
    }

    /// The types of everything on every path, which no rule may change.
    pub fn shown_types(&self) -> Vec<Option<Type>> {
        let indices = self.shows().flat_map(|show| {
            let paths = show.cells.iter().flat_map(|cell| &cell.path);
            paths.chain(show.views.iter().flat_map(|view| &view.nodes))
        });
        indices
            .map(|index| self.nodes.get(*index).map(|node| node.gives))
            .collect()
    }

    /// The node itself and all that feed it, nearest first.
    pub fn ancestry<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = &'a Node> {
        // Inputs come before their users, so this ends even on a malformed plan.
        std::iter::successors(Some((node, self.nodes.len())), |(node, bound)| {
            let input = node.input.filter(|input| input < bound)?;
            self.nodes.get(input).map(|feeding| (feeding, input))
        })
        .map(|(node, _)| node)
    }

    /// The nearest stage of `verb` upstream of `node`.
    pub fn upstream<'a>(&'a self, node: &'a Node, verb: &str) -> Option<&'a Node> {
        self.ancestry(node).skip(1).find(|upstream| upstream.spec.verb == verb)
    }

    /// The value of the count `name` at the nearest stage upstream that has one.
    pub fn nearest_count(&self, node: &Node, name: &str) -> Option<usize> {
        let mut upstream = self.ancestry(node).skip(1);
        upstream.find_map(|node| node.arguments.count_for_size(name, 0))
    }

    /// The value of the tuple `name` at the nearest stage upstream that has one; empty where none has.
    pub fn nearest_counts(&self, node: &Node, name: &str) -> Vec<usize> {
        let mut upstream = self.ancestry(node).skip(1).map(|node| node.arguments.counts(name));
        upstream.find(|counts| !counts.is_empty()).unwrap_or_default()
    }

    /// The stage at `index` and, where it matters, what it scores: `decode exact after select pairs2`.
    pub fn describe(&self, index: usize) -> String {
        let Some(node) = self.nodes.get(index) else {
            return String::new();
        };
        let name = node.name();
        match self.upstream(node, "select") {
            Some(select) if node.gives == Type::Teams => format!("{name} after {}", select.name()),
            _ => name,
        }
    }
}
