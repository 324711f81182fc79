//! What a run needs of values that are kept.

use crate::engine::execution::Execution;
use crate::engine::kept::Kept;
use crate::engine::value::Value;
use crate::plan::graph::NodeId;

impl Execution<'_> {
    /// What is kept of a node, if its base is upstream of it. Looked up once a run.
    pub(super) fn kept(&mut self, index: usize) -> Option<Kept> {
        let id = self.plan.nodes[index].id;
        let keeper = self.context.keeper?;
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let kept = keeper.find(id, self.context.observer);
        let kept = kept.filter(|kept| kept.base.is_none_or(|base| self.upstream_of(index, base).is_some()));
        self.known.insert(id, kept);
        kept
    }

    /// The node whose value must be there before that of another; nothing where that is there itself.
    pub(super) fn made_from(&mut self, index: usize) -> Option<usize> {
        if self.engine.has(self.plan.nodes[index].id) {
            return None;
        }
        self.kept(index);
        self.source(index)
    }

    /// The base of a node that is known to be kept, otherwise its input.
    pub(super) fn source(&self, index: usize) -> Option<usize> {
        let node = &self.plan.nodes[index];
        match self.known.get(&node.id) {
            Some(Some(kept)) => self.upstream_of(index, kept.base?),
            _ => node.input,
        }
    }

    /// The node with this identity on the way to another.
    fn upstream_of(&self, index: usize, id: NodeId) -> Option<usize> {
        self.inputs(index).find(|input| self.plan.nodes[*input].id == id)
    }

    /// All nodes on the way to another, the nearest first.
    fn inputs(&self, index: usize) -> impl Iterator<Item = usize> {
        let nodes = &self.plan.nodes;
        std::iter::successors(nodes[index].input, |input| nodes[*input].input)
    }

    /// The values on the way to a node that are there, the nearest first.
    pub(super) fn upstream(&self, index: usize) -> Vec<(NodeId, Value)> {
        let ids = self.inputs(index).map(|input| self.plan.nodes[input].id);
        ids.filter_map(|id| Some((id, self.engine.finished.peek(id)?.clone())))
            .collect()
    }
}
