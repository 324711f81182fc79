//! The sets of R candidates, visited in an order that lets whole families be skipped.
//!
//! Candidates are numbered in descending order of base score. Sums are always taken from the first member to the last:
//! floating-point addition is monotone, so among all completions of a prefix the one with the next candidates in a row
//! has the largest sum, exactly, and skipping by that sum never loses a set.

use crate::plan::cost::binomial;

/// How many sets of `size` out of `pool` candidates there are; `None` beyond 2⁶⁴.
pub fn count_sets(pool: usize, size: usize) -> Option<u64> {
    u64::try_from(binomial(pool, size)).ok()
}

/// Visits, in lexicographic order, every set whose base sum is at least a floor that may rise meanwhile.
pub struct Subsets<'a> {
    base: &'a [f64],
    members: Vec<usize>,
    /// `sums[i]`: base sum of the first i members.
    sums: Vec<f64>,
    exhausted: bool,
    started: bool,
}

impl<'a> Subsets<'a> {
    /// Sets of `size` candidates; `base` in descending order, one a candidate.
    pub fn new(base: &'a [f64], size: usize) -> Self {
        Self {
            base,
            members: vec![0; size],
            sums: vec![0.0; size + 1],
            exhausted: size == 0 || size > base.len(),
            started: false,
        }
    }

    /// The next set with a base sum of at least `floor`, and that sum.
    pub fn next_above(&mut self, floor: f64) -> Option<(&[usize], f64)> {
        if self.exhausted {
            return None;
        }
        let size = self.members.len();
        if !self.started {
            self.started = true;
            self.fill_from(0, 0);
            return self.current_if(floor);
        }
        for index in (0..size).rev() {
            let candidate = self.members[index] + 1;
            if candidate + (size - index) > self.base.len() {
                continue;
            }
            self.fill_from(index, candidate);
            if self.sums[size] >= floor {
                return Some((&self.members, self.sums[size]));
            }
        }
        self.exhausted = true;
        None
    }

    fn current_if(&mut self, floor: f64) -> Option<(&[usize], f64)> {
        let sum = self.sums[self.members.len()];
        self.exhausted = sum < floor;
        (!self.exhausted).then_some((&*self.members, sum))
    }

    /// Sets the members from `index` on to `candidate` and its successors.
    fn fill_from(&mut self, index: usize, candidate: usize) {
        for (offset, place) in (index..self.members.len()).enumerate() {
            self.members[place] = candidate + offset;
            self.sums[place + 1] = self.sums[place] + self.base[candidate + offset];
        }
    }
}

/// A floor of at least `lowest` that `wanted` sets reach and, but for equal sums, hardly more; `lowest` where fewer reach
/// that.
pub fn floor_for(base: &[f64], size: usize, wanted: usize, lowest: f64) -> f64 {
    let (Some(top), Some(bottom)) = (
        base.get(..size).map(|b| b.iter().sum::<f64>()),
        base.len()
            .checked_sub(size)
            .map(|first| base[first..].iter().sum::<f64>()),
    ) else {
        return lowest;
    };
    let most = wanted + wanted / 4;
    let reached_by = |floor: f64| {
        let mut subsets = Subsets::new(base, size);
        (0..=most).take_while(|_| subsets.next_above(floor).is_some()).count()
    };
    let (mut low, mut high) = (bottom.max(lowest), top);
    if reached_by(low) < wanted {
        return lowest;
    }
    for _ in 0..24 {
        let middle = 0.5 * (low + high);
        match reached_by(middle) {
            sets if sets < wanted => high = middle,
            sets if sets > most => low = middle,
            _ => return middle,
        }
    }
    low
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn brute_force(base: &[f64], size: usize, floor: f64) -> Vec<Vec<usize>> {
        (0u32..1 << base.len())
            .filter(|bits| bits.count_ones() as usize == size)
            .map(|bits| (0..base.len()).filter(|i| bits >> i & 1 == 1).collect::<Vec<_>>())
            .filter(|set| set.iter().fold(0.0, |sum, i| sum + base[*i]) >= floor)
            .collect()
    }

    #[test]
    fn counts() {
        assert_eq!(count_sets(80, 2), Some(3160));
        assert_eq!(count_sets(80, 3), Some(82_160));
        assert_eq!(count_sets(55, 4), Some(341_055));
        assert_eq!(count_sets(80, 4), Some(1_581_580));
        assert_eq!(count_sets(3, 4), Some(0));
        assert_eq!(count_sets(500, 250), None);
    }

    proptest! {
        #[test]
        fn visits_exactly_the_sets_above_the_floor(
            mut base in proptest::collection::vec(-3.0f64..3.0, 1..10),
            size in 1usize..5,
            floor in -8.0f64..8.0,
        ) {
            base.sort_by(|a, b| b.total_cmp(a));
            let mut visited = Vec::new();
            let mut subsets = Subsets::new(&base, size);
            while let Some((set, _)) = subsets.next_above(floor) {
                visited.push(set.to_vec());
            }
            let mut expected = brute_force(&base, size, floor);
            expected.sort();
            prop_assert_eq!(visited, expected);
        }

        #[test]
        fn a_floor_is_reached_by_as_many_as_wanted_and_hardly_more(
            mut base in proptest::collection::vec(-3.0f64..3.0, 1..12),
            size in 1usize..5,
            wanted in 1usize..40,
            lowest in -8.0f64..8.0,
        ) {
            base.sort_by(|a, b| b.total_cmp(a));
            let floor = floor_for(&base, size, wanted, lowest);
            let reached = brute_force(&base, size, floor).len();
            if brute_force(&base, size, lowest).len() < wanted {
                prop_assert_eq!(floor, lowest);
            } else {
                prop_assert!(floor >= lowest);
                let fewer_above = brute_force(&base, size, floor + 1e-5).len() < wanted;
                prop_assert!(reached >= wanted && (reached <= wanted + wanted / 4 || fewer_above), "{reached} for {wanted}");
            }
        }

        #[test]
        fn equal_sums_all_reach_the_floor(size in 1usize..4, wanted in 1usize..20) {
            let base = [0.25; 6];
            let expected = if count_sets(6, size) < Some(wanted as u64) { f64::NEG_INFINITY } else { 0.25 * size as f64 };
            prop_assert_eq!(floor_for(&base, size, wanted, f64::NEG_INFINITY), expected);
        }
    }
}
