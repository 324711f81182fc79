//! The plan: content-addressed stage nodes, and what to show of them.

use crate::lang::arguments::{Argument, Arguments};
use crate::lang::catalog::StageSpec;
use crate::lang::checked::ArgumentPlaces;
use crate::lang::given::{METHOD, NAME};
pub use crate::lang::options::Options;
use crate::lang::types::Type;
use grn_grammar::span::Span;
use std::collections::BTreeSet;
use std::fmt;

/// The identity of a node: a hash of the stage, its version, its arguments, the files it reads and its input's
/// identity. Equal identities mean equal results on the same kind of device, on any day and machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub [u8; 16]);

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How a stage is to be computed, where the optimiser found a cheaper way to the same numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hint {
    /// Compute the attention scorer's first layer in its factored form.
    FactoredScorer,
    /// Embed the pool and project what layer 1 needs once per target, not once per set.
    SharedProjections,
    /// Search sets in descending order of base score and stop when no other set can win.
    BoundedSearch,
    /// The scorer decomposes: the best set is the Top-R, no enumeration.
    TopRDecoding,
}

/// One stage of one grid cell; shared by all cells with the same prefix.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its identity.
    pub id: NodeId,
    /// The stage.
    pub spec: &'static StageSpec,
    /// Its complete arguments, without sweep axes.
    pub arguments: Arguments,
    /// The node that feeds it, by index; `None` for sources.
    pub input: Option<usize>,
    /// What it gives.
    pub gives: Type,
    /// What the optimiser allows.
    pub hints: BTreeSet<Hint>,
    /// Whether the checker filled it in (`features`, `split`, `evaluate`, the built-in data).
    pub implied: bool,
    /// Its place in the script; for implied stages, the place that needs it.
    pub span: Span,
}

impl Node {
    /// `verb method`, or the verb alone; scores from a file by the name that they are given: `retrieve mine`.
    pub fn name(&self) -> String {
        let is_given = self.spec.method == Some(METHOD);
        match self.arguments.text(NAME).filter(|_| is_given) {
            Some(name) => format!("{} {name}", self.spec.verb),
            None => self.spec.name(),
        }
    }
}

/// A checked script, expanded to nodes and requests.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Every distinct node; inputs come before their users.
    pub nodes: Vec<Node>,
    /// What to do, in script order.
    pub requests: Vec<Request>,
    /// Session options after the whole script.
    pub options: Options,
}

/// What one statement asks for.
#[derive(Clone, Debug)]
pub enum Request {
    /// Run a pipeline and show it.
    Show(Show),
    /// Show the plan of a pipeline; run nothing.
    Explain(Show),
    /// Show a page of the catalog.
    Help {
        /// The verb, or everything.
        verb: Option<String>,
        /// The method, or all of the verb's.
        method: Option<String>,
    },
}

/// One pipeline, expanded to its grid.
#[derive(Clone, Debug)]
pub struct Show {
    /// The canonical text of the pipeline as written (names expanded, nothing implied).
    pub pipeline: String,
    /// The grid, in row order. Without sweep axes it has one cell.
    pub cells: Vec<Cell>,
    /// Views (`plot`, `table`, `save`) in order.
    pub views: Vec<View>,
    /// Its place in the script.
    pub span: Span,
}

/// One point of the grid.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Axis names and values, in order of appearance; an axis over methods has the verb's name.
    pub axes: Vec<(String, Argument)>,
    /// The nodes of this cell from source to last value, by index.
    pub path: Vec<usize>,
}

/// A view of the whole grid at one place of the pipeline.
#[derive(Clone, Debug)]
pub struct View {
    /// `plot …`, `table` or `save`.
    pub spec: &'static StageSpec,
    /// Its complete arguments.
    pub arguments: Arguments,
    /// For each cell, the node whose value it shows, by index.
    pub nodes: Vec<usize>,
    /// How many of the grid's leading axes are upstream: cells that agree on them show the same value.
    pub axes: usize,
    /// Its place in the script.
    pub span: Span,
    /// The places of its arguments' values.
    pub places: ArgumentPlaces,
}
