//! What a trained retriever knows of each gene before it has learned anything: a fixed part of its logits.

use crate::data::split::Split;
use crate::engine::context::RunResult;
use crate::lang::arguments::Arguments;
use crate::lang::catalog::{ParameterKind, ParameterSpec};
use crate::metrics::popularity::Popularity;
use crate::stages::parameters::literal;
use crate::stages::retrieve::knn::{Vote, Votes};
use std::sync::Arc;

/// What is known before.
pub const PRIOR: ParameterSpec = literal(
    "prior",
    ParameterKind::Choice(&["none", "popularity", "knn"]),
    "none",
    "What the learned logits are added to: nothing, as in the paper; the log-odds that a gene regulates, by the share of training \
     targets that it does regulate; or by a vote of the 20 nearest training targets (`retrieve knn`) and, a tenth, that share.",
);

/// Training targets that vote.
const VOTERS: usize = 20;

/// The part of the vote in the probability; the rest is the popularity's.
const VOTE_SHARE: f32 = 0.9;

/// Probabilities stay so far from 0 and 1.
const LEAST: f32 = 1e-4;

/// The log-odds that genes regulate a target, by training targets other than itself.
pub struct Prior {
    split: Arc<Split>,
    popularity: Popularity,
    /// None where popularity is all.
    votes: Option<Votes>,
}

impl Prior {
    /// What `prior` asks for; `None` for none.
    ///
    /// # Errors
    /// A data set without features; the user's wish to stop.
    pub fn of(arguments: &Arguments, split: &Arc<Split>) -> RunResult<Option<Self>> {
        let votes = match arguments.text(PRIOR.name) {
            Some("knn") => Some(Votes::new(split.clone(), VOTERS, None)?),
            Some("popularity") => None,
            _ => return Ok(None),
        };
        Ok(Some(Self {
            split: split.clone(),
            popularity: Popularity::of(split),
            votes,
        }))
    }

    /// Of each of `genes` and each of `targets`, (targets × genes).
    pub fn log_odds(&self, targets: &[usize], genes: &[usize]) -> Vec<f32> {
        let votes = self.votes.as_ref().map(|votes| votes.of(targets));
        let mut log_odds = Vec::with_capacity(targets.len() * genes.len());
        for (place, target) in targets.iter().enumerate() {
            let vote = votes.as_ref().map(|votes| &votes[place]);
            let others = self.popularity.of_others(&self.split, *target);
            let count = self.split.train.len() - usize::from(self.split.train.binary_search(target).is_ok());
            log_odds.extend(genes.iter().map(|gene| {
                let p = probability(*gene, others(*gene) as f32 / count.max(1) as f32, vote);
                (p / (1.0 - p)).ln()
            }));
        }
        log_odds
    }
}

/// That `gene` regulates a target, by its `popularity`, a share of training targets, and a vote.
fn probability(gene: usize, popularity: f32, vote: Option<&Vote>) -> f32 {
    let probability = match vote {
        Some(vote) if vote.total > 0.0 => VOTE_SHARE * vote.scores[gene] / vote.total + (1.0 - VOTE_SHARE) * popularity,
        _ => popularity,
    };
    probability.clamp(LEAST, 1.0 - LEAST)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{LEAST, Prior};
    use crate::metrics::fixtures;
    use crate::metrics::popularity::Popularity;
    use std::sync::Arc;

    #[test]
    fn popularity_counts_the_other_training_targets() {
        // Training targets 4 ← {0, 1}, 5 ← {1, 2}, 6 ← {0, 1, 2}; 7 is a test target.
        let split = Arc::new(fixtures::split());
        let prior = Prior {
            popularity: Popularity::of(&split),
            split,
            votes: None,
        };
        let odds = prior.log_odds(&[4, 7], &[0, 1, 3]);
        assert_eq!(odds.len(), 6);
        let expected = |p: f32| (p / (1.0 - p)).ln();
        let close = |found: f32, p: f32| assert!((found - expected(p)).abs() < 1e-3, "{found} {}", expected(p));
        close(odds[0], 0.5);
        close(odds[1], 1.0 - LEAST);
        close(odds[2], LEAST);
        close(odds[3], 2.0 / 3.0);
    }
}
