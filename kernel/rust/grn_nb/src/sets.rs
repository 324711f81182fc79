//! The sets of R candidates of a pool, in the one order that set scores are stored in.
//!
//! A set is written as ascending positions into its pool. Sets stand in lexicographic order: with 4 candidates and R = 2,
//! (0,1), (0,2), (0,3), (1,2), (1,3), (2,3). That is the order of Python's `itertools.combinations(pool, R)`.

/// How many sets of `size` there are among `pool` candidates; `None` beyond what the machine can count.
pub fn count_sets(pool: usize, size: usize) -> Option<usize> {
    if size > pool {
        return Some(0);
    }
    let size = size.min(pool - size);
    let mut count: u128 = 1;
    for step in 0..size {
        count = count.checked_mul((pool - step) as u128)? / (step as u128 + 1);
    }
    usize::try_from(count).ok()
}

/// The place of a set among all sets of its size, from 0: `set` holds ascending positions below `pool`. `None` where it
/// doesn't, or where there are more sets than can be counted.
pub fn set_rank(pool: usize, set: &[usize]) -> Option<usize> {
    let mut rank: usize = 0;
    let mut next = 0;
    for (place, position) in set.iter().enumerate() {
        if *position < next || *position >= pool {
            return None;
        }
        for skipped in next..*position {
            rank = rank.checked_add(count_sets(pool - 1 - skipped, set.len() - 1 - place)?)?;
        }
        next = position + 1;
    }
    Some(rank)
}

/// Visits the sets of a pool in order.
#[derive(Clone, Debug)]
pub struct Sets {
    pool: usize,
    positions: Vec<usize>,
    is_done: bool,
}

impl Sets {
    /// All sets of `size` among `pool` candidates.
    pub fn new(pool: usize, size: usize) -> Self {
        Self {
            pool,
            positions: (0..size).collect(),
            is_done: size > pool,
        }
    }

    /// From the set that has `rank` on.
    pub fn from_rank(pool: usize, size: usize, mut rank: usize) -> Self {
        let mut sets = Self::new(pool, size);
        let mut position = 0;
        for place in 0..size {
            while let Some(skipped) = count_sets(pool.saturating_sub(position + 1), size - 1 - place) {
                if skipped > rank || position >= pool {
                    break;
                }
                rank -= skipped;
                position += 1;
            }
            if let Some(slot) = sets.positions.get_mut(place) {
                *slot = position;
            }
            sets.is_done |= position >= pool;
            position += 1;
        }
        sets
    }

    /// The set that stands now, ascending positions; `None` after the last.
    pub fn current(&self) -> Option<&[usize]> {
        (!self.is_done).then_some(&self.positions)
    }

    /// Goes on to the next set.
    pub fn advance(&mut self) {
        let size = self.positions.len();
        for place in (0..size).rev() {
            if self.positions[place] + (size - place) < self.pool {
                self.positions[place] += 1;
                for after in place + 1..size {
                    self.positions[after] = self.positions[after - 1] + 1;
                }
                return;
            }
        }
        self.is_done = true;
    }
}

#[cfg(test)]
mod tests {
    use super::{count_sets, set_rank, Sets};

    #[test]
    fn sets_are_counted() {
        assert_eq!(count_sets(55, 4), Some(341_055));
        assert_eq!(count_sets(80, 3), Some(82_160));
        assert_eq!(count_sets(3, 0), Some(1));
        assert_eq!(count_sets(2, 3), Some(0));
        assert_eq!(count_sets(100_000, 50_000), None);
    }

    #[test]
    fn ranks_follow_the_order_of_sets() {
        for pool in 0..9 {
            for size in 0..=pool {
                let mut sets = Sets::new(pool, size);
                for rank in 0..count_sets(pool, size).expect("small") {
                    let set = sets.current().expect("as many sets as are counted").to_vec();
                    assert_eq!(set_rank(pool, &set), Some(rank));
                    assert_eq!(Sets::from_rank(pool, size, rank).current(), Some(&set[..]));
                    sets.advance();
                }
                assert_eq!(sets.current(), None, "{pool} {size}");
                let after = count_sets(pool, size).expect("small");
                assert_eq!(Sets::from_rank(pool, size, after).current().is_some(), size == 0);
            }
        }
        assert_eq!(set_rank(5, &[1, 1]), None);
        assert_eq!(set_rank(5, &[3, 5]), None);
    }
}
