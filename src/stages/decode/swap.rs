//! `decode swap`: sets that no single swap makes better.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::random::Random;
use crate::stages::Stage;
use crate::stages::decode::approximate::{Approximation, GAP, GAP_LIMIT, Strategy};
use crate::stages::decode::beam::candidates;
use crate::stages::decode::scoring::Scoring;
use crate::stages::decode::{Method, decode, evaluated_targets, input_scorer};
use crate::stages::parameters::{CAP, SEED, integer};
use std::collections::BTreeSet;

const STARTS: ParameterSpec = integer(
    "starts",
    1,
    10_000,
    "8",
    "Sets to start from: the Top-R, and random sets of the pool.",
);

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "decode",
        method: Some("swap"),
        takes: &[Type::Scorer],
        gives: Gives::Value(Type::Teams),
        summary: "The best set that single swaps lead to; for large teams and pools, without a certificate",
        description: "\
Local search. From each start, all R·(M − R) sets that differ in one member are scored and the best of them replaces the \
set, until none is better. The first start is the Top-R, the others are drawn at random from the pool; the best set of \
all starts wins, so the answer is never below the Top-R's.

It takes a few steps a start, whatever the number of sets there are: teams of 8 out of 500 candidates take seconds. \
Teams are not proved best. `gap=true` also decodes exactly where there are at most `limit` sets, and says for how many \
targets both agree.",
        parameters: &[STARTS, CAP, SEED, GAP, GAP_LIMIT],
        examples: &[
            "retrieve attn k=80 | select residual_hos2 m=1.0 | decode swap starts=16 cap=80",
            "retrieve attn k=80 | select residual_hos2 | decode swap gap=true",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let scorer = input_scorer(input)?;
    let strategy = Strategy::Swap {
        starts: context.arguments.count(STARTS.name),
        seed: context.arguments.seed(SEED.name),
    };
    let method = Method::Approximate(Approximation::new(context, strategy));
    decode(context, &scorer, &evaluated_targets(&scorer.pools), "swap", method)
}

/// The Top-R and `count − 1` random sets, ascending; a set that comes twice counts once.
pub(super) fn starts(pool: usize, size: usize, count: usize, random: &mut Random) -> BTreeSet<Vec<u16>> {
    let mut sets = BTreeSet::from([candidates(size).collect()]);
    for _ in 1..count {
        let members = random.sample_distinct(pool, size).into_iter();
        let mut set: Vec<u16> = members.filter_map(|member| u16::try_from(member).ok()).collect();
        set.sort_unstable();
        sets.insert(set);
    }
    sets
}

/// A set on its way up, and the best of its neighbours.
#[derive(Clone, Debug)]
pub(super) struct Climb {
    pub set: Vec<u16>,
    pub score: f64,
}

/// Improves every start as far as single swaps can; all starts take a step together, so that threads have enough to do.
/// Returns where they end. One that gets to where another has been ends there: their ways go on alike.
pub(super) fn search(scoring: &mut Scoring, starts: BTreeSet<Vec<u16>>) -> RunResult<Vec<Climb>> {
    let pool = scoring.base.len();
    let mut climbs: Vec<Climb> = Vec::with_capacity(starts.len());
    scoring.score(starts.iter().map(|set| ((), set.clone())), |(), set, score| {
        climbs.push(Climb { set, score });
    })?;
    let mut visited = starts;
    let mut summits = Vec::new();
    while !climbs.is_empty() {
        let mut best: Vec<Option<Climb>> = vec![None; climbs.len()];
        let neighbours = climbs
            .iter()
            .enumerate()
            .flat_map(|(climb, from)| neighbours(&from.set, pool).map(move |set| (climb, set)));
        scoring.score(neighbours, |climb, set, score| {
            if best[climb].as_ref().is_none_or(|best| is_better(score, &set, best)) {
                best[climb] = Some(Climb { set, score });
            }
        })?;
        let mut next = Vec::new();
        for (from, to) in climbs.into_iter().zip(best) {
            match to {
                Some(to) if to.score > from.score => {
                    if visited.insert(to.set.clone()) {
                        next.push(to);
                    }
                }
                _ => summits.push(from),
            }
        }
        climbs = next;
    }
    Ok(summits)
}

/// Among equal scores the set with the better base ranks is better.
fn is_better(score: f64, set: &[u16], than: &Climb) -> bool {
    score > than.score || (score == than.score && set < than.set.as_slice())
}

/// Every set that differs from `set` in one member, ascending.
fn neighbours(set: &[u16], pool: usize) -> impl Iterator<Item = Vec<u16>> {
    let others = move || candidates(pool).filter(|candidate| set.binary_search(candidate).is_err());
    (0..set.len()).flat_map(move |leaving| {
        others().map(move |entering| {
            let mut neighbour = set.to_vec();
            neighbour[leaving] = entering;
            neighbour.sort_unstable();
            neighbour
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::plan::search_cost::swap_step_sets;
    use crate::stages::decode::scoring::tests::Scrambled;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ends_at_sets_that_no_swap_improves_and_never_below_a_start(
            mut base in proptest::collection::vec(-2.0f64..2.0, 4..12),
            size in 1usize..5,
            count in 1usize..6,
            salt in any::<u64>(),
        ) {
            base.sort_by(|a, b| b.total_cmp(a));
            let residual = Scrambled { size: 2.0, salt };
            let mut progress = |_| Ok(());
            let score = |set: &[u16]| {
                let mut psi = [0.0];
                crate::model::scorer::SetResidual::score(&residual, set, size, &mut psi);
                set.iter().fold(0.0, |sum, m| sum + base[usize::from(*m)]) + f64::from(psi[0])
            };
            let from = starts(base.len(), size, count, &mut Random::new(salt, "test"));
            prop_assert!(from.contains(&candidates(size).collect::<Vec<_>>()));
            let mut scoring = Scoring::new(&base, Some(&residual), size, &mut progress);
            let summits = search(&mut scoring, from.clone()).unwrap();
            let found = scoring.found();
            prop_assert!(!summits.is_empty());
            for summit in &summits {
                prop_assert_eq!(summit.score, score(&summit.set));
                for neighbour in neighbours(&summit.set, base.len()) {
                    prop_assert!(score(&neighbour) <= summit.score);
                }
            }
            for start in &from {
                prop_assert!(found.score >= score(start));
            }
            let best = summits.iter().map(|summit| summit.score).fold(f64::NEG_INFINITY, f64::max);
            prop_assert_eq!(found.score, best);
        }
    }

    #[test]
    fn neighbours_differ_in_one_member() {
        let set = [1, 3];
        let found: BTreeSet<Vec<u16>> = neighbours(&set, 5).collect();
        let expected = [[0, 1], [0, 3], [1, 2], [1, 4], [2, 3], [3, 4]];
        assert_eq!(found, expected.map(|set| set.to_vec()).into());
        assert_eq!(found.len() as u128, swap_step_sets(5, 2));
    }
}
