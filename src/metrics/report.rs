//! Coverage and exact match per team size, with what is needed to judge them.

use crate::data::teams::{SearchStatistics, Teams};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Exact match of decoded teams (paper §3: Unconditional Exact, Coverage@M_R, Conditional Exact).
#[derive(Clone, Debug)]
pub struct Report {
    /// What was evaluated.
    pub teams: Arc<Teams>,
    /// One entry a team size R, ascending.
    pub per_size: BTreeMap<usize, ExactMatch>,
    /// The popularity baseline on the same targets and caps: genes ranked by how many training targets they
    /// regulate, looking at no expression; its team is the Top-R.
    pub popularity: BTreeMap<usize, ExactMatch>,
    /// What the decoder did.
    pub search: SearchStatistics,
}

/// Counts over the evaluated targets of one team size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ExactMatch {
    /// The pool cap M_R.
    pub cap: usize,
    /// Evaluated targets.
    pub n: usize,
    /// Targets whose capped pool holds the whole true team.
    pub covered: usize,
    /// Targets whose predicted team is the true one.
    pub exact: usize,
    /// Evaluated targets whose whole true team is also the team of a training target.
    pub n_seen: usize,
    /// Of those, how many are exact.
    pub exact_seen: usize,
}
