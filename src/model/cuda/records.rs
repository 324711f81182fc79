//! What thread blocks report of the sets that they scored.

/// Numbers that a block reports: best score, best other score, rank of the best set, scores that are not finite.
pub const RECORD: usize = 4;

/// The best set of those that were reported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Best {
    /// Its score.
    pub score: f64,
    /// Its rank in lexicographic order.
    pub rank: u64,
    /// The best score of any other set.
    pub runner_up: f64,
    /// Whether some score was not a finite number.
    pub broken: bool,
}

impl Default for Best {
    fn default() -> Self {
        Self {
            score: f64::NEG_INFINITY,
            rank: u64::MAX,
            runner_up: f64::NEG_INFINITY,
            broken: false,
        }
    }
}

impl Best {
    /// Takes the records of some blocks. Among equal scores the smallest rank wins, whatever the order of the blocks.
    pub fn take(&mut self, records: &[f64]) {
        for record in records.chunks_exact(RECORD) {
            let (score, runner_up, rank) = (record[0], record[1], record[2] as u64);
            self.broken |= record[3] > 0.0;
            let wins = score > self.score || (score == self.score && rank < self.rank);
            let loser = if wins { self.score } else { score };
            self.runner_up = self.runner_up.max(runner_up).max(loser);
            if wins {
                (self.score, self.rank) = (score, rank);
            }
        }
    }
}

/// The set of `size` candidates of this rank in lexicographic order; `choose(n, k)` is C(n, k).
pub fn set_of_rank(mut rank: u64, pool: usize, size: usize, choose: impl Fn(usize, usize) -> u64) -> Vec<usize> {
    let mut members = Vec::with_capacity(size);
    for candidate in 0..pool {
        if members.len() == size {
            break;
        }
        let with_it = choose(pool - 1 - candidate, size - 1 - members.len());
        if rank < with_it {
            members.push(candidate);
        } else {
            rank -= with_it;
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use super::{Best, set_of_rank};
    use crate::plan::cost::binomial;

    #[test]
    fn of_equal_scores_the_first_rank_wins() {
        let mut best = Best::default();
        best.take(&[2.0, 1.0, 9.0, 0.0, 2.0, 1.5, 4.0, 0.0, 1.75, 0.5, 1.0, 0.0]);
        assert_eq!((best.score, best.rank, best.runner_up), (2.0, 4, 2.0));
        best.take(&[3.0, 0.0, 100.0, 1.0]);
        let expected = Best {
            score: 3.0,
            rank: 100,
            runner_up: 2.0,
            broken: true,
        };
        assert_eq!(best, expected);
        best.take(&[f64::NEG_INFINITY, f64::NEG_INFINITY, 0.0, 0.0]);
        assert_eq!(best, expected);
    }

    #[test]
    fn ranks_are_places_in_lexicographic_order() {
        let choose = |n, k| binomial(n, k) as u64;
        for (pool, size) in [(1, 1), (5, 5), (9, 1), (8, 3), (10, 5)] {
            let sets: Vec<_> = (0..choose(pool, size))
                .map(|rank| set_of_rank(rank, pool, size, choose))
                .collect();
            assert!(
                sets.iter()
                    .all(|set| set.len() == size && set.is_sorted_by(|a, b| a < b))
            );
            assert!(sets.is_sorted_by(|a, b| a < b));
        }
        assert_eq!(set_of_rank(choose(80, 4) - 1, 80, 4, choose), [76, 77, 78, 79]);
    }
}
