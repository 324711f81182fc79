//! What a run takes from values that are kept, and what it needs for that.

use crate::engine::execution::Execution;
use crate::engine::executor::RunFailure;
use crate::engine::kept::Kept;
use crate::engine::value::Value;
use crate::interruption;
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

    /// The node whose value must be there before that of another: nothing where that is there itself, its base where it is
    /// kept, otherwise its input.
    pub(super) fn made_from(&mut self, index: usize) -> Option<usize> {
        let node = &self.plan.nodes[index];
        if self.engine.has(node.id) {
            return None;
        }
        match self.kept(index) {
            Some(kept) => self.upstream_of(index, kept.base?),
            None => node.input,
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

    /// Reads a kept value; false where it can't be read after all, and must be made.
    pub(super) fn fetch(&mut self, index: usize) -> Result<bool, RunFailure> {
        let id = self.plan.nodes[index].id;
        let (Some(keeper), Some(kept)) = (self.context.keeper, self.kept(index)) else {
            return Ok(false);
        };
        self.check_cancelled()?;
        let base = kept.base.and_then(|base| self.engine.finished.value(base));
        let context = self.context;
        let value = interruption::scope(context.cancel, || keeper.get(id, base.as_ref(), context.observer));
        self.check_cancelled()?;
        let Some(value) = value else {
            self.known.insert(id, None);
            return Ok(false);
        };
        self.engine.finished.insert(id, value, kept.seconds);
        self.shrink();
        self.finish(index, kept.seconds, true);
        Ok(true)
    }
}
