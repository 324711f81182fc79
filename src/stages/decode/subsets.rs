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

/// A floor that about `wanted` sets reach, at least one.
pub fn floor_for(base: &[f64], size: usize, wanted: usize) -> f64 {
    let (Some(top), Some(bottom)) = (
        base.get(..size).map(|b| b.iter().sum::<f64>()),
        base.len()
            .checked_sub(size)
            .map(|first| base[first..].iter().sum::<f64>()),
    ) else {
        return f64::NEG_INFINITY;
    };
    let reaches = |floor: f64| {
        let mut subsets = Subsets::new(base, size);
        (0..wanted).all(|_| subsets.next_above(floor).is_some())
    };
    let (mut low, mut high) = (bottom, top);
    for _ in 0..24 {
        let middle = 0.5 * (low + high);
        if reaches(middle) {
            low = middle;
        } else {
            high = middle;
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
    }
}
