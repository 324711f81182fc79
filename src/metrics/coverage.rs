//! Recall@K and Coverage@M_R: how often a ranked pool holds the whole true team (paper §3).

use crate::data::pools::Pools;
use crate::data::split::Split;
use crate::metrics::popularity::Popularity;
use std::collections::BTreeMap;

/// How coverage grows with the pool size, over the evaluated targets of one team size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageCurve {
    /// Evaluated targets.
    pub n: usize,
    /// `covered[K - 1]`: targets whose K best candidates hold the whole true team, for K = 1 to k.
    pub covered: Vec<usize>,
}

impl CoverageCurve {
    /// A curve over K = 1 to `k` from the depth of each target's pool that holds its team, where one does.
    pub fn from_depths(depths: &[Option<usize>], k: usize) -> Self {
        let covered = (1..=k)
            .map(|size| depths.iter().flatten().filter(|&&depth| depth <= size).count())
            .collect();
        Self {
            n: depths.len(),
            covered,
        }
    }

    /// Recall@K = E_t[𝕀(R*(t) ⊆ Top-K(t))]; `None` without targets or beyond the pool.
    pub fn recall(&self, k: usize) -> Option<f64> {
        let covered = *self.covered.get(k.checked_sub(1)?)?;
        (self.n > 0).then(|| covered as f64 / self.n as f64)
    }
}

/// The smallest K at which the K best of `ranked` hold all of `team`; `None` where they never do.
pub fn depth(team: &[usize], ranked: &[usize]) -> Option<usize> {
    team.iter()
        .map(|gene| ranked.iter().position(|candidate| candidate == gene))
        .try_fold(0, |deepest, position| Some(deepest.max(position? + 1)))
}

/// The coverage curves of pools over the test targets, by team size R.
pub fn curves(pools: &Pools) -> BTreeMap<usize, CoverageCurve> {
    curves_of(&pools.split, pools.k, |target| {
        pools.ranked.get(target).cloned().unwrap_or_default()
    })
}

/// The coverage curves of the popularity baseline over the same test targets, by team size R.
pub fn popularity_curves(split: &Split, k: usize) -> BTreeMap<usize, CoverageCurve> {
    let popularity = Popularity::of(split);
    curves_of(split, k, |target| popularity.top(target, k))
}

fn curves_of(split: &Split, k: usize, ranked: impl Fn(usize) -> Vec<usize>) -> BTreeMap<usize, CoverageCurve> {
    let network = &split.dataset.network;
    let curve = |size: usize| {
        let depths: Vec<Option<usize>> = split
            .test_of_size(size)
            .into_iter()
            .map(|target| depth(network.team(target), &ranked(target)))
            .collect();
        CoverageCurve::from_depths(&depths, k)
    };
    split.sizes.iter().map(|&size| (size, curve(size))).collect()
}

#[cfg(test)]
mod tests {
    use super::{CoverageCurve, curves, depth, popularity_curves};
    use crate::metrics::fixtures;
    use proptest::prelude::*;

    #[test]
    fn depth_is_the_rank_of_the_last_regulator() {
        assert_eq!(depth(&[1, 7], &[7, 3, 1, 2]), Some(3));
        assert_eq!(depth(&[1, 9], &[7, 3, 1, 2]), None);
        assert_eq!(depth(&[7], &[7]), Some(1));
    }

    #[test]
    fn counts_by_hand() {
        // R = 2: 7 ← {0, 1} at depth 2, 8 ← {1, 3} at depth 4; R = 3: 9 ← {0, 1, 2} not in its pool.
        let curves = curves(&fixtures::pools());
        assert_eq!(curves[&2].covered, vec![0, 1, 1, 2]);
        assert_eq!(curves[&2].recall(2), Some(0.5));
        assert_eq!(curves[&3].covered, vec![0, 0, 0, 0]);
        // Popularity ranks 1, 0, 2, 3: {0, 1} at 2, {1, 3} at 4, {0, 1, 2} at 3.
        let popularity = popularity_curves(&fixtures::split(), 4);
        assert_eq!(popularity[&2].covered, vec![0, 1, 1, 2]);
        assert_eq!(popularity[&3].covered, vec![0, 0, 1, 1]);
    }

    #[test]
    fn recall_is_undefined_outside_the_pool_and_without_targets() {
        let curve = CoverageCurve::from_depths(&[Some(1)], 2);
        assert_eq!((curve.recall(0), curve.recall(3)), (None, None));
        assert_eq!(CoverageCurve::from_depths(&[], 2).recall(1), None);
    }

    proptest! {
        #[test]
        fn never_falls_with_k(depths in prop::collection::vec(prop::option::of(1_usize..30), 0..40), k in 1_usize..40) {
            let curve = CoverageCurve::from_depths(&depths, k);
            prop_assert_eq!(curve.covered.len(), k);
            prop_assert!(curve.covered.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(curve.covered.iter().all(|&count| count <= curve.n));
        }

        #[test]
        fn depth_does_not_depend_on_the_order_of_the_team(
            ranked in Just((0..20_usize).collect::<Vec<_>>()).prop_shuffle(),
            mut team in prop::collection::vec(0_usize..25, 1..5),
        ) {
            let before = depth(&team, &ranked);
            team.reverse();
            prop_assert_eq!(depth(&team, &ranked), before);
            if let Some(found) = before {
                prop_assert!(team.iter().all(|gene| ranked[..found].contains(gene)));
                prop_assert!(!team.iter().all(|gene| ranked[..found - 1].contains(gene)));
            }
        }
    }
}
