//! Values that outlive a session: what the engine asks for them, and tells.

use crate::engine::observer::Observer;
use crate::engine::value::Value;
use crate::plan::graph::{Node, NodeId};

/// What is known of a kept value before it is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    /// The wall time that making it took.
    pub seconds: f64,
    /// The upstream node whose value is needed to read it; `None` where none is.
    pub base: Option<NodeId>,
}

/// Keeps finished values, by whatever means. Asked from any thread.
pub trait Keeper: Send + Sync {
    /// Whether a node's value is kept.
    fn find(&self, node: NodeId, observer: &dyn Observer) -> Option<Kept>;

    /// A kept value; `base` is the value of the node that [`Kept::base`] names. `None` where it can't be read after all: then
    /// `observer` was told, and it isn't kept any more.
    fn get(&self, node: NodeId, base: Option<&Value>, observer: &dyn Observer) -> Option<Value>;

    /// Keeps a value that took so many seconds, if that is worth it. `upstream` are values that it was made from, the nearest
    /// first.
    fn put(&self, node: &Node, value: &Value, upstream: &[(NodeId, Value)], seconds: f64, observer: &dyn Observer);
}
