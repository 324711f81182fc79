//! `retrieve knn`: a vote of the nearest training targets.

use crate::data::pools::TrainingCurve;
use crate::data::split::Split;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::metrics::popularity::Popularity;
use crate::stages::Stage;
use crate::stages::neighbours::{LIKENESS, Likeness};
use crate::stages::parameters::{K, integer};
use crate::stages::retrieve::candidates::{CANDIDATES, Candidates};
use crate::stages::retrieve::{input_split, rank_all};
use std::sync::Arc;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "retrieve",
        method: Some("knn"),
        takes: &[Type::Split],
        gives: Gives::Value(Type::Pools),
        summary: "Candidate pools by a vote of the training targets whose expression is most alike",
        description: "A gene's score is the summed likeness of those among the target's nearest training targets that \
            it regulates; likeness below 0 counts as 0. A training target never votes for itself. A gene's \
            popularity adds a millionth of a vote for each other training target that it regulates: so genes without \
            a vote follow in that order. Nothing is trained: where targets share whole teams, a strong baseline.",
        parameters: &[
            K,
            CANDIDATES,
            integer(
                "neighbours",
                1,
                100_000,
                "20",
                "How many of the nearest training targets vote; the default was chosen on validation targets of DS3.",
            ),
            LIKENESS,
        ],
        examples: &["retrieve [knn, popularity] k=80 | plot coverage"],
        version: 2,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

/// What a training target adds to the scores of its regulators without being near.
const POPULARITY: f32 = 1e-6;

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let arguments = context.arguments;
    let split = input_split(input)?;
    let candidates = Candidates::of(arguments, &split.dataset)?;
    let votes = Votes::new(
        split.clone(),
        arguments.count("neighbours"),
        arguments.text(LIKENESS.name),
    )?;
    let popularity = Popularity::of(&split);
    rank_all(
        context,
        split.clone(),
        &candidates,
        "knn",
        TrainingCurve::default(),
        |targets| {
            let mut rows = votes.of(targets);
            for (target, row) in targets.iter().zip(&mut rows) {
                let others = popularity.of_others(&split, *target);
                for (gene, score) in row.scores.iter_mut().enumerate() {
                    *score += others(gene) as f32 * POPULARITY;
                }
            }
            Ok(rows.into_iter().map(|row| row.scores).collect())
        },
    )
}

/// The votes of the training targets that are nearest to a gene.
pub struct Votes {
    split: Arc<Split>,
    likeness: Likeness,
    voters: usize,
}

/// What is voted on a target.
pub struct Vote {
    /// For each gene, the summed likeness of the voters that it regulates.
    pub scores: Vec<f32>,
    /// The summed likeness of all voters.
    pub total: f32,
}

impl Votes {
    /// Of so many `voters`; `likeness` as [`LIKENESS`] says.
    ///
    /// # Errors
    /// A data set without features; the user's wish to stop.
    pub fn new(split: Arc<Split>, voters: usize, likeness: Option<&str>) -> RunResult<Self> {
        let likeness = Likeness::to_training(&split, likeness)?;
        Ok(Self {
            split,
            likeness,
            voters,
        })
    }

    /// On each of `targets`. A training target has no vote on itself.
    pub fn of(&self, targets: &[usize]) -> Vec<Vote> {
        let rows = self.likeness.of(targets);
        let of_target = |(target, row): (&usize, ndarray::ArrayView1<f32>)| {
            let mut vote = Vote {
                scores: vec![0.0; self.split.dataset.gene_count()],
                total: 0.0,
            };
            for (voter, weight) in nearest(&self.split.train, row.to_vec(), *target, self.voters) {
                let weight = weight.max(0.0);
                vote.total += weight;
                let team = self.split.dataset.network.team(voter);
                team.iter().for_each(|regulator| vote.scores[*regulator] += weight);
            }
            vote
        };
        targets.iter().zip(rows.outer_iter()).map(of_target).collect()
    }
}

/// The `count` training targets that are most alike, other than `target` itself; ties by gene index.
fn nearest(train: &[usize], likeness: Vec<f32>, target: usize, count: usize) -> Vec<(usize, f32)> {
    let mut voters: Vec<(usize, f32)> = train.iter().copied().zip(likeness).collect();
    voters.retain(|(voter, _)| *voter != target);
    voters.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    voters.truncate(count);
    voters
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_vote_and_never_the_target_itself() {
        let nearest = nearest(&[3, 5, 8, 9], vec![0.5, 1.0, 0.5, 0.9], 5, 2);
        assert_eq!(nearest, vec![(9, 0.9), (3, 0.5)]);
    }
}
