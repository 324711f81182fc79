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
        version: 1,
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
    let likeness = Likeness::to_training(&split, arguments.text("likeness"))?;
    let voters = arguments.count("neighbours");
    let popularity = Popularity::of(&split);
    let same = split.clone();
    rank_all(
        context,
        split,
        &candidates,
        "knn",
        TrainingCurve::default(),
        |targets| {
            let rows = likeness.of(targets);
            let score = |(target, row): (&usize, ndarray::ArrayView1<f32>)| {
                let mut scores = unvoted(&same, &popularity, *target);
                for (voter, weight) in nearest(&same.train, row.to_vec(), *target, voters) {
                    let team = same.dataset.network.team(voter);
                    team.iter().for_each(|regulator| scores[*regulator] += weight.max(0.0));
                }
                scores
            };
            Ok(targets.iter().zip(rows.outer_iter()).map(score).collect())
        },
    )
}

/// Scores without any vote, by the popularity that doesn't count the target itself.
fn unvoted(split: &Split, popularity: &Popularity, target: usize) -> Vec<f32> {
    let is_counted = split.train.binary_search(&target).is_ok();
    let own = if is_counted {
        split.dataset.network.team(target)
    } else {
        &[]
    };
    let count = |gene: usize| popularity.count(gene) - usize::from(own.contains(&gene));
    let genes = 0..split.dataset.gene_count();
    genes.map(|gene| count(gene) as f32 * POPULARITY).collect()
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
