//! Scores of sets that a search chose, in batches that threads share, and the best of them.

use crate::data::teams::SearchStatistics;
use crate::engine::context::RunResult;
use crate::interruption;
use crate::model::scorer::{SetResidual, score_not_finite};
use crate::stages::decode::search::{BATCH, Found};
use crate::stages::decode::subsets::count_sets;
use rayon::prelude::*;

/// The fewest and the most sets that one thread scores at a time: whole blocks of the scorer's.
const CHUNKS: (usize, usize) = (48, 240);

/// Scores sets of one target and keeps the best. `base` is in descending order and `residual` numbers candidates alike.
pub(super) struct Scoring<'a> {
    /// Base scores, descending.
    pub base: &'a [f64],
    /// ψ; `None` where it is zero.
    pub residual: Option<&'a dyn SetResidual>,
    /// Team size R, at most the number of candidates.
    pub size: usize,
    scored: u64,
    best: Best,
    progress: &'a mut dyn FnMut(u64) -> RunResult<()>,
}

impl<'a> Scoring<'a> {
    /// `progress` is told of every batch with the number of sets scored so far, and may stop the search.
    pub fn new(
        base: &'a [f64],
        residual: Option<&'a dyn SetResidual>,
        size: usize,
        progress: &'a mut dyn FnMut(u64) -> RunResult<()>,
    ) -> Self {
        Self {
            base,
            residual,
            size,
            scored: 0,
            best: Best::default(),
            progress,
        }
    }

    /// Scores `sets`, positions ascending, each with something that comes with it; `take` gets both back in the same
    /// order with the score base + ψ.
    pub fn score<T>(
        &mut self,
        sets: impl Iterator<Item = (T, Vec<u16>)>,
        mut take: impl FnMut(T, Vec<u16>, f64),
    ) -> RunResult<()> {
        let mut sets = sets.fuse();
        loop {
            let batch: Vec<(T, Vec<u16>)> = sets.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                return Ok(());
            }
            let flat: Vec<u16> = batch.iter().flat_map(|(_, set)| set).copied().collect();
            let psi = residual_scores(self.residual, &flat, self.size)?;
            self.scored += batch.len() as u64;
            for ((with, set), psi) in batch.into_iter().zip(psi) {
                // From the first member to the last in double precision, as exact decoding sums.
                let base = set.iter().fold(0.0, |sum, place| sum + self.base[usize::from(*place)]);
                let score = base + f64::from(psi);
                self.best.take(&set, score);
                take(with, set, score);
            }
            (self.progress)(self.scored)?;
        }
    }

    /// The best set that was scored. It is the best of all only where ψ is missing: then every search scores the Top-R.
    pub fn found(self) -> Found {
        let certified = self.residual.is_none();
        let total = count_sets(self.base.len(), self.size).unwrap_or(u64::MAX);
        Found {
            set: self.best.set.iter().map(|place| usize::from(*place)).collect(),
            score: self.best.score,
            runner_up: self.best.runner_up,
            statistics: SearchStatistics {
                scored: self.scored,
                excluded: if certified {
                    total.saturating_sub(self.scored)
                } else {
                    0
                },
                certified,
                gap: None,
            },
        }
    }
}

/// ψ of every set. A score depends on its set alone, not on its chunk.
pub(super) fn residual_scores(residual: Option<&dyn SetResidual>, sets: &[u16], size: usize) -> RunResult<Vec<f32>> {
    let mut psi = vec![0f32; sets.len() / size];
    let Some(residual) = residual else {
        return Ok(psi);
    };
    let watch = interruption::watch();
    let chunk = (psi.len() / 8).next_multiple_of(CHUNKS.0).clamp(CHUNKS.0, CHUNKS.1);
    psi.par_chunks_mut(chunk)
        .zip(sets.par_chunks(chunk * size))
        .for_each(|(scores, sets)| {
            if !watch.is_requested() {
                watch.scope(|| residual.score(sets, size, scores));
            }
        });
    watch.check()?;
    if psi.iter().all(|x| x.is_finite()) {
        return Ok(psi);
    }
    Err(score_not_finite())
}

/// The two best sets so far; a set may come again.
pub(super) struct Best {
    pub(super) set: Vec<u16>,
    pub(super) score: f64,
    pub(super) runner_up: Option<f64>,
}

impl Default for Best {
    fn default() -> Self {
        Self {
            set: Vec::new(),
            score: f64::NEG_INFINITY,
            runner_up: None,
        }
    }
}

impl Best {
    /// Among equal scores the set with the better base ranks wins.
    pub(super) fn take(&mut self, set: &[u16], score: f64) {
        if set == self.set {
            return;
        }
        if score > self.score || (score == self.score && set < self.set.as_slice()) {
            if !self.set.is_empty() {
                self.runner_up = Some(self.score);
            }
            self.score = score;
            self.set = set.to_vec();
        } else if self.runner_up.is_none_or(|second| score > second) {
            self.runner_up = Some(score);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::{Best, Scoring};
    use crate::model::scorer::SetResidual;
    use crate::stages::decode::search::{Found, Problem};

    /// ψ that depends on the whole set in no simple way, within ±`size`.
    pub(in crate::stages::decode) struct Scrambled {
        pub size: f32,
        pub salt: u64,
    }

    impl SetResidual for Scrambled {
        fn score(&self, sets: &[u16], size: usize, scores: &mut [f32]) {
            for (set, score) in sets.chunks_exact(size).zip(scores) {
                let hash = set.iter().fold(self.salt, |hash, member| {
                    (hash ^ u64::from(*member))
                        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                        .rotate_left(23)
                });
                *score = self.size * ((hash >> 40) as f32 / (1u64 << 23) as f32 - 1.0);
            }
        }

        fn upper_bound(&self) -> f32 {
            self.size
        }
    }

    /// The best of all sets.
    pub(in crate::stages::decode) fn exact(base: &[f64], residual: Option<&dyn SetResidual>, size: usize) -> Found {
        let problem = Problem {
            base: base.to_vec(),
            residual,
            screen: None,
            size,
            bounded: false,
        };
        problem.solve(|_| Ok(())).unwrap()
    }

    #[test]
    fn a_set_that_comes_again_is_not_its_own_runner_up() {
        let mut best = Best::default();
        for (set, score) in [
            ([0, 1], 3.0),
            ([0, 1], 3.0),
            ([1, 2], 1.0),
            ([0, 2], 3.5),
            ([0, 1], 3.0),
            ([0, 2], 3.5),
        ] {
            best.take(&set, score);
        }
        assert_eq!((best.set, best.score, best.runner_up), (vec![0, 2], 3.5, Some(3.0)));
    }

    #[test]
    fn scores_are_base_and_residual_in_the_order_of_the_sets() {
        let residual = Scrambled { size: 1.0, salt: 3 };
        let base = [3.0, 2.0, 1.0, 0.5];
        let mut told = Vec::new();
        let mut progress = |scored| {
            told.push(scored);
            Ok(())
        };
        let mut scoring = Scoring::new(&base, Some(&residual), 2, &mut progress);
        let sets = [vec![0, 1], vec![2, 3], vec![0, 3]];
        let mut scores = Vec::new();
        scoring
            .score(sets.iter().cloned().enumerate(), |index, set, score| {
                scores.push((index, set, score))
            })
            .unwrap();
        let mut psi = [0.0; 3];
        residual.score(&[0, 1, 2, 3, 0, 3], 2, &mut psi);
        let expected = [5.0, 1.5, 3.5].iter().zip(psi).zip(sets).enumerate();
        let expected: Vec<_> = expected
            .map(|(i, ((base, psi), set))| (i, set, base + f64::from(psi)))
            .collect();
        assert_eq!(scores, expected);
        assert_eq!(scoring.found().statistics.scored, 3);
        assert_eq!(told, [3]);
    }
}
