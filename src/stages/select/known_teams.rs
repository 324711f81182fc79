//! Set scores that only tell the teams of training targets apart from all other sets.

use crate::engine::context::RunResult;
use crate::model::scorer::{SetResidual, SetScorer};
use std::collections::BTreeMap;

/// Teams, ascending gene indices, with the score that a target gives each.
pub type TeamScores = BTreeMap<Vec<usize>, f32>;

/// Score(S, t): what `scores` gives the team for the target, and `otherwise` for sets that it doesn't hold. Among equal
/// scores the order of the pool decides.
pub struct KnownTeams<F> {
    /// The teams that a target knows of.
    pub scores: F,
    /// The score of every other set; below all others.
    pub otherwise: f32,
    /// The approximate heap bytes of what `scores` holds.
    pub bytes: usize,
}

impl<F: Fn(usize) -> TeamScores + Send + Sync> SetScorer for KnownTeams<F> {
    fn residual<'a>(
        &'a self,
        target: usize,
        candidates: &[usize],
        size: usize,
    ) -> RunResult<Option<Box<dyn SetResidual + 'a>>> {
        let places: BTreeMap<usize, u16> = candidates.iter().copied().zip(0..=u16::MAX).collect();
        let within = |team: &Vec<usize>| {
            let mut set: Vec<u16> = team
                .iter()
                .map(|gene| places.get(gene).copied())
                .collect::<Option<_>>()?;
            set.sort_unstable();
            (set.len() == size).then_some(set)
        };
        let teams = (self.scores)(target);
        let teams = teams.iter().filter_map(|(team, score)| Some((within(team)?, *score)));
        Ok(Some(Box::new(TeamsOfPool {
            teams: teams.collect(),
            otherwise: self.otherwise,
        })))
    }

    fn decomposes(&self) -> bool {
        false
    }

    fn bytes(&self) -> usize {
        self.bytes
    }
}

/// The scores of the teams that one pool holds, by places in the pool, ascending.
struct TeamsOfPool {
    teams: BTreeMap<Vec<u16>, f32>,
    otherwise: f32,
}

impl SetResidual for TeamsOfPool {
    fn score(&self, sets: &[u16], size: usize, scores: &mut [f32]) {
        for (set, score) in sets.chunks_exact(size).zip(scores) {
            *score = self.teams.get(set).copied().unwrap_or(self.otherwise);
        }
    }

    fn upper_bound(&self) -> f32 {
        self.teams.values().copied().fold(self.otherwise, f32::max)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{KnownTeams, TeamScores};
    use crate::model::scorer::SetScorer;
    use crate::stages::decode::MOST_CANDIDATES;

    #[test]
    fn teams_outside_of_the_pool_do_not_count() {
        let scores = |_| TeamScores::from([(vec![4, 9], 0.5), (vec![4, 7], 0.9), (vec![2, 4, 9], 0.7)]);
        let known = KnownTeams {
            scores,
            otherwise: -1.0,
            bytes: 0,
        };
        // Places: 9 is 0, 2 is 1, 4 is 2.
        let residual = known.residual(0, &[9, 2, 4], 2).unwrap().unwrap();
        let mut pairs = [0.0; 3];
        residual.score(&[0, 1, 0, 2, 1, 2], 2, &mut pairs);
        assert_eq!((pairs, residual.upper_bound()), ([-1.0, 0.5, -1.0], 0.5));
        let residual = known.residual(0, &[9, 2, 4], 3).unwrap().unwrap();
        let mut triple = [0.0];
        residual.score(&[0, 1, 2], 3, &mut triple);
        assert_eq!((triple, residual.upper_bound()), ([0.7], 0.7));
    }

    #[test]
    fn a_pool_may_have_as_many_candidates_as_positions() {
        let last = MOST_CANDIDATES - 1;
        let known = KnownTeams {
            scores: |_| TeamScores::from([(vec![0, last], 0.5)]),
            otherwise: -1.0,
            bytes: 0,
        };
        let pool: Vec<usize> = (0..MOST_CANDIDATES).collect();
        let residual = known.residual(0, &pool, 2).unwrap().unwrap();
        let mut scores = [0.0; 2];
        residual.score(&[0, u16::MAX, 1, u16::MAX], 2, &mut scores);
        assert_eq!(scores, [0.5, -1.0]);
    }
}
