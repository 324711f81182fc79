//! Decoders that score some sets only: how they are run on one target, and what they miss against exact decoding.

use crate::data::teams::Gap;
use crate::engine::context::{RunResult, StageContext};
use crate::lang::catalog::ParameterSpec;
use crate::model::scorer::SetResidual;
use crate::random::Random;
use crate::stages::decode::scoring::Scoring;
use crate::stages::decode::search::{Found, Problem};
use crate::stages::decode::subsets::count_sets;
use crate::stages::decode::{beam, swap};
use crate::stages::parameters::{boolean, integer};

/// Whether to decode exactly as well.
pub(super) const GAP: ParameterSpec = boolean(
    "gap",
    "false",
    "Also decode exactly, and report for how many targets the teams agree and how far scores fall short.",
);

/// The largest search that `gap` starts.
pub(super) const GAP_LIMIT: ParameterSpec = integer(
    "limit",
    1,
    i64::MAX,
    "10000000",
    "Most sets a target up to which `gap=true` decodes exactly; targets with more stay out of the comparison.",
);

/// Which sets are scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Sets grown member by member; `width` partial sets are kept of each size.
    Beam {
        /// At least one.
        width: usize,
    },
    /// Sets that single swaps of a member make better, from several starts.
    Swap {
        /// At least one; the first is the Top-R.
        starts: usize,
        /// Of the other starts.
        seed: u64,
    },
}

/// A search without a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approximation {
    /// Which sets are scored.
    pub strategy: Strategy,
    /// The most sets up to which the exact answer is found as well, to compare; `None` never compares.
    pub gap_limit: Option<u64>,
}

impl Approximation {
    /// Reads `gap` and `limit`.
    pub(super) fn new(context: &StageContext, strategy: Strategy) -> Self {
        let gap = context.arguments.flag(GAP.name);
        Self {
            strategy,
            gap_limit: gap.then(|| context.arguments.count(GAP_LIMIT.name) as u64),
        }
    }

    /// The best set it finds for a target; `base` is in descending order and `residual` numbers candidates alike.
    pub(super) fn search(
        &self,
        target: usize,
        base: &[f64],
        residual: Option<&dyn SetResidual>,
        size: usize,
        progress: &mut dyn FnMut(u64) -> RunResult<()>,
    ) -> RunResult<Found> {
        let mut scoring = Scoring::new(base, residual, size, &mut *progress);
        match self.strategy {
            Strategy::Beam { width } => beam::search(&mut scoring, width)?,
            Strategy::Swap { starts, seed } => {
                let mut random = Random::new(seed, &format!("decode swap: target {target}, size {size}"));
                swap::search(&mut scoring, swap::starts(base.len(), size, starts, &mut random))?;
            }
        }
        let mut found = scoring.found();
        let feasible = |limit| count_sets(base.len(), size).is_some_and(|count| count <= limit);
        if self.gap_limit.is_some_and(feasible) {
            let problem = Problem {
                base: base.to_vec(),
                residual,
                size,
                bounded: true,
            };
            let already = found.statistics.scored;
            let exact = problem.solve(|scored| progress(already + scored))?;
            found.statistics.gap = Some(gap(&found, &exact));
        }
        Ok(found)
    }
}

fn gap(found: &Found, exact: &Found) -> Gap {
    let missing = exact.score - found.score;
    Gap {
        targets: 1,
        equal: u64::from(found.set == exact.set),
        sum: missing,
        largest: missing,
        scored: exact.statistics.scored,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Approximation, Strategy};
    use crate::stages::decode::scoring::tests::Scrambled;
    use proptest::prelude::*;

    const STRATEGIES: [Strategy; 2] = [Strategy::Beam { width: 3 }, Strategy::Swap { starts: 3, seed: 5 }];

    proptest! {
        #[test]
        fn without_a_residual_both_find_the_top_r_and_are_certified(
            mut base in proptest::collection::vec(-2.0f64..2.0, 4..20),
            size in 1usize..5,
        ) {
            base.sort_by(|a, b| b.total_cmp(a));
            for strategy in STRATEGIES {
                let decoder = Approximation { strategy, gap_limit: None };
                let found = decoder.search(0, &base, None, size, &mut |_| Ok(())).unwrap();
                prop_assert_eq!(&found.set, &(0..size).collect::<Vec<_>>());
                prop_assert!(found.statistics.certified);
                prop_assert_eq!(found.statistics.gap, None);
            }
        }

        #[test]
        fn the_gap_is_what_is_missing_to_the_exact_score(
            mut base in proptest::collection::vec(-2.0f64..2.0, 5..14),
            size in 1usize..5,
            salt in any::<u64>(),
        ) {
            base.sort_by(|a, b| b.total_cmp(a));
            let residual = Scrambled { size: 2.0, salt };
            let exact = super::super::scoring::tests::exact(&base, Some(&residual), size);
            for strategy in STRATEGIES {
                let decoder = Approximation { strategy, gap_limit: Some(10_000) };
                let found = decoder.search(0, &base, Some(&residual), size, &mut |_| Ok(())).unwrap();
                let gap = found.statistics.gap.unwrap();
                prop_assert_eq!(gap.targets, 1);
                prop_assert_eq!(gap.equal == 1, found.set == exact.set);
                prop_assert_eq!(found.score + gap.sum, exact.score);
                prop_assert!(gap.sum >= 0.0 && gap.sum == gap.largest);
                prop_assert!(!found.statistics.certified);
                prop_assert_eq!(found.statistics.excluded, 0);
            }
        }
    }

    #[test]
    fn larger_searches_than_the_limit_are_not_compared() {
        let base: Vec<f64> = (0..12).map(|i| 1.0 - f64::from(i)).collect();
        let residual = Scrambled { size: 0.5, salt: 1 };
        for (limit, compared) in [(65, false), (66, true)] {
            let strategy = Strategy::Beam { width: 2 };
            let decoder = Approximation {
                strategy,
                gap_limit: Some(limit),
            };
            let found = decoder.search(0, &base, Some(&residual), 2, &mut |_| Ok(())).unwrap();
            assert_eq!(found.statistics.gap.is_some(), compared);
        }
    }
}
