//! The order in which the sets of a pool are stored: lexicographic by ascending positions, that of Python's
//! `itertools.combinations`.

use crate::plan::cost::binomial;

/// The place of every set of `size` positions below `pool`.
#[derive(Clone, Debug, PartialEq)]
pub struct SetOrder {
    pool: usize,
    /// `before[i][c]`: how many sets with given first i members have a next member below c, as if those were all below 0.
    before: Vec<Vec<u64>>,
}

impl SetOrder {
    /// The order of sets of `size` among `pool`; `None` where there are more than can be counted.
    pub fn new(pool: usize, size: usize) -> Option<Self> {
        u64::try_from(binomial(pool, size)).ok()?;
        let row = |place: usize| {
            let mut before = 0_u64;
            let mut row = Vec::with_capacity(pool + 1);
            for position in 0..pool {
                row.push(before);
                let more = u64::try_from(binomial(pool - 1 - position, size - 1 - place)).ok()?;
                before = before.checked_add(more)?;
            }
            row.push(before);
            Some(row)
        };
        let before = (0..size).map(row).collect::<Option<_>>()?;
        Some(Self { pool, before })
    }

    /// Members of a set.
    pub fn size(&self) -> usize {
        self.before.len()
    }

    /// How many sets there are.
    pub fn count(&self) -> u64 {
        let first = self.before.first().and_then(|row| row.last());
        first.copied().unwrap_or(1)
    }

    /// The place of a set, from 0; `set` is ascending, each below the pool's size.
    pub fn rank(&self, set: &[usize]) -> u64 {
        let mut rank = 0;
        let mut next = 0;
        for (row, position) in self.before.iter().zip(set) {
            let at = |place: usize| row.get(place).copied().unwrap_or(0);
            rank += at(*position).saturating_sub(at(next));
            next = position + 1;
        }
        rank
    }

    /// The set at a place below [`SetOrder::count`], ascending.
    pub fn set(&self, mut rank: u64) -> Vec<usize> {
        let mut set = Vec::with_capacity(self.before.len());
        let mut next = 0;
        for row in &self.before {
            let at = |place: usize| row.get(place).copied().unwrap_or(u64::MAX);
            let start = at(next);
            // The last position before which no more than `rank` sets come.
            let within = row.get(next..self.pool).unwrap_or_default();
            let position = next
                + within
                    .partition_point(|before| before - start <= rank)
                    .saturating_sub(1);
            rank -= at(position) - start;
            set.push(position);
            next = position + 1;
        }
        set
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::SetOrder;

    #[test]
    fn the_order_is_that_of_the_helper_crate() {
        for pool in 0..10 {
            for size in 1..=pool {
                let order = SetOrder::new(pool, size).unwrap();
                let mut sets = grn_nb::Sets::new(pool, size);
                for rank in 0..order.count() {
                    let set = sets.current().unwrap();
                    assert_eq!(order.rank(set), rank);
                    assert_eq!(order.set(rank), set);
                    sets.advance();
                }
                assert_eq!(sets.current(), None);
            }
        }
        assert_eq!(SetOrder::new(55, 4).unwrap().count(), 341_055);
        assert_eq!(SetOrder::new(2, 3).unwrap().count(), 0);
        assert_eq!(SetOrder::new(1000, 200), None);
    }
}
