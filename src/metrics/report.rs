//! Coverage and exact match per team size, with what is needed to judge them.

use crate::data::teams::{SearchStatistics, Teams};
use crate::metrics::interval::wilson;
use serde::{Deserialize, Serialize};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
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

impl ExactMatch {
    /// Coverage@M_R: the share of targets whose capped pool holds the whole true team; `None` without targets.
    pub fn coverage(&self) -> Option<f64> {
        ratio(self.covered, self.n)
    }

    /// Unconditional Exact: the share of targets whose team is predicted exactly; `None` without targets.
    pub fn unconditional(&self) -> Option<f64> {
        ratio(self.exact, self.n)
    }

    /// Conditional Exact: the share of covered targets that are exact; `None` without covered targets.
    pub fn conditional(&self) -> Option<f64> {
        ratio(self.exact, self.covered)
    }

    /// Exact match over targets whose team is also the team of a training target.
    pub fn seen(&self) -> Option<f64> {
        ratio(self.exact_seen, self.n_seen)
    }

    /// Exact match over targets whose team no training target has.
    pub fn novel(&self) -> Option<f64> {
        ratio(self.exact_novel(), self.n_novel())
    }

    /// Targets whose team no training target has.
    pub fn n_novel(&self) -> usize {
        self.n.saturating_sub(self.n_seen)
    }

    /// Of those, how many are exact.
    pub fn exact_novel(&self) -> usize {
        self.exact.saturating_sub(self.exact_seen)
    }

    /// The counts of targets with seen teams alone, or with novel ones; how many of these are covered isn't counted.
    pub fn of_seen(self, seen: bool) -> Self {
        let (n, exact) = match seen {
            true => (self.n_seen, self.exact_seen),
            false => (self.n_novel(), self.exact_novel()),
        };
        Self {
            cap: self.cap,
            n,
            covered: 0,
            exact,
            n_seen: if seen { n } else { 0 },
            exact_seen: if seen { exact } else { 0 },
        }
    }

    /// Wilson's 95 % interval of Unconditional Exact; `None` without targets.
    pub fn interval(&self) -> Option<(f64, f64)> {
        wilson(self.exact, self.n)
    }

    /// The counts of both together, for instance of two replicates; the cap is the larger one.
    pub fn pooled(self, other: Self) -> Self {
        Self {
            cap: self.cap.max(other.cap),
            n: self.n + other.n,
            covered: self.covered + other.covered,
            exact: self.exact + other.exact,
            n_seen: self.n_seen + other.n_seen,
            exact_seen: self.exact_seen + other.exact_seen,
        }
    }
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::ExactMatch;

    #[test]
    fn ratios_of_nothing_are_missing() {
        let nothing = ExactMatch::default();
        let ratios = [
            nothing.coverage(),
            nothing.unconditional(),
            nothing.conditional(),
            nothing.seen(),
            nothing.novel(),
        ];
        assert_eq!(ratios, [None; 5]);
        assert_eq!(nothing.interval(), None);
    }

    #[test]
    fn conditional_is_over_covered_targets() {
        let counts = ExactMatch {
            cap: 80,
            n: 57,
            covered: 51,
            exact: 16,
            n_seen: 44,
            exact_seen: 12,
        };
        assert_eq!(counts.conditional(), Some(16.0 / 51.0));
        assert_eq!(counts.novel(), Some(4.0 / 13.0));
        assert_eq!(counts.of_seen(false).unconditional(), counts.novel());
        assert_eq!(counts.of_seen(true).unconditional(), counts.seen());
        assert_eq!((counts.of_seen(false).n_seen, counts.of_seen(true).n_novel()), (0, 0));
        assert_eq!(counts.pooled(counts).unconditional(), counts.unconditional());
        assert_eq!(counts.pooled(counts).n, 114);
    }
}
