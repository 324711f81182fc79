//! Negative sets for the ranking loss (paper §4.3): random sets of the pool, near misses that swap one true
//! regulator for a high-scoring confuser, ever more of them as training goes on, and rivals: teams of other targets.

use crate::random::Random;

/// How negatives are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Curriculum {
    /// Negatives a target and step, J.
    pub count: usize,
    /// Share of near misses in the first epoch.
    pub near_miss_start: f64,
    /// Share of near misses in the last epoch.
    pub near_miss_end: f64,
    /// Mean rank of the confuser that is swapped in.
    pub confuser_rank: f64,
    /// Share of rivals among all negatives, where there are any.
    pub rivals: f64,
}

impl Curriculum {
    /// Draws J sets of `team.len()` candidates other than `team`, one after the other. `candidates` starts with the
    /// team and goes on with the other candidates in order of rank; sets are positions into it. `progress` goes from 0
    /// to 1 over training. There must be more candidates than regulators. `rivals` are teams of other targets that the
    /// candidates hold, as positions.
    pub fn draw(
        &self,
        size: usize,
        candidates: usize,
        rivals: &[Vec<usize>],
        progress: f64,
        random: &mut Random,
    ) -> Vec<usize> {
        let rival_share = if rivals.is_empty() { 0.0 } else { self.rivals };
        let share = self.near_miss_start + (self.near_miss_end - self.near_miss_start) * progress;
        let mut sets = Vec::with_capacity(self.count * size);
        for _ in 0..self.count {
            if rival_share > 0.0 && random.uniform() < rival_share {
                sets.extend(&rivals[random.below(rivals.len())]);
            } else if random.uniform() < share {
                self.push_near_miss(size, candidates, random, &mut sets);
            } else {
                push_random(size, candidates, random, &mut sets);
            }
        }
        sets
    }

    fn push_near_miss(&self, size: usize, candidates: usize, random: &mut Random, sets: &mut Vec<usize>) {
        let rank = (random.exponential() * self.confuser_rank) as usize;
        let confuser = size + rank.min(candidates - size - 1);
        let swapped = random.below(size);
        sets.extend((0..size).map(|member| if member == swapped { confuser } else { member }));
    }
}

fn push_random(size: usize, candidates: usize, random: &mut Random, sets: &mut Vec<usize>) {
    let mut set = random.sample_distinct(candidates, size);
    if set.iter().all(|member| *member < size) {
        set[0] = size;
    }
    sets.extend(set);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negatives_are_sets_other_than_the_team() {
        let curriculum = Curriculum {
            count: 500,
            near_miss_start: 0.3,
            near_miss_end: 1.0,
            confuser_rank: 15.0,
            rivals: 0.0,
        };
        for progress in [0.0, 1.0] {
            let sets = curriculum.draw(3, 6, &[], progress, &mut Random::new(1, "test"));
            assert_eq!(sets.len(), 1500);
            for set in sets.chunks(3) {
                let mut set = set.to_vec();
                set.sort_unstable();
                set.dedup();
                assert_eq!(set.len(), 3);
                assert!(set[2] >= 3, "{set:?} is the team");
                assert!(progress < 1.0 || set[1] < 3, "{set:?} is no near miss");
            }
        }
    }
    #[test]
    fn rivals_have_their_share_where_there_are_any() {
        let curriculum = Curriculum {
            count: 1000,
            near_miss_start: 1.0,
            near_miss_end: 1.0,
            confuser_rank: 1.0,
            rivals: 0.5,
        };
        let rivals = [vec![7, 8], vec![8, 9]];
        let sets = curriculum.draw(2, 10, &rivals, 0.0, &mut Random::new(1, "test"));
        // A near miss keeps one member of the team, which stands at 0 and 1.
        let drawn = sets.chunks(2).filter(|set| set[0] >= 7 && set[1] >= 8).count();
        assert!((450..550).contains(&drawn), "{drawn} of 1000");
        let alone = curriculum.draw(2, 10, &[], 0.0, &mut Random::new(1, "test"));
        assert!(alone.chunks(2).all(|set| set.iter().any(|member| *member < 2)));
    }
}
