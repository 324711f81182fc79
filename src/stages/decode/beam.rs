//! `decode beam`: sets grown member by member.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::interruption;
use crate::lang::catalog::{Gives, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::decode::approximate::{Approximation, GAP, GAP_LIMIT, Strategy};
use crate::stages::decode::scoring::Scoring;
use crate::stages::decode::{Method, decode, evaluated_targets, input_scorer};
use crate::stages::parameters::{CAP, integer};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

const WIDTH: ParameterSpec = integer(
    "width",
    1,
    100_000,
    "32",
    "Partial sets of each size that are kept and grown further.",
);

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "decode",
        method: Some("beam"),
        takes: &[Type::Scorer],
        gives: Gives::Value(Type::Teams),
        summary: "The best set that grows out of the best partial sets; for large teams and pools, without a certificate",
        description: "\
Beam search. Sets grow by one member at a time, and the `width` best of each size are kept. A partial set is worth what \
it scores when it is filled up to R members with the best other candidates by base score: ψ is always asked about whole \
sets of R, as it was trained, and the answer is never below the Top-R's.

It scores at most R·width·M sets a target, whatever the number of sets there are: teams of 8 out of 500 candidates take \
seconds. Teams are not proved best. `gap=true` also decodes exactly where there are at most `limit` sets, and says for \
how many targets both agree. With a `width` of at least C(M, R−1) every set is scored.",
        parameters: &[WIDTH, CAP, GAP, GAP_LIMIT],
        examples: &[
            "retrieve attn k=80 | select residual_hos2 m=1.0 | decode beam width=32 cap=80",
            "retrieve attn k=300 | select residual_hos2 | decode [beam, swap] cap=300",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let scorer = input_scorer(input)?;
    let strategy = Strategy::Beam {
        width: context.arguments.count(WIDTH.name),
    };
    let method = Method::Approximate(Approximation::new(context, strategy));
    decode(context, &scorer, &evaluated_targets(&scorer.pools), "beam", method)
}

/// Scores sets that grow out of the `width` best partial sets of each size.
pub(super) fn search(scoring: &mut Scoring, width: usize) -> RunResult<()> {
    let (pool, size) = (scoring.base.len(), scoring.size);
    let mut beam: Vec<Vec<u16>> = vec![Vec::new()];
    let watch = interruption::watch();
    for _ in 0..size {
        let mut best = BTreeSet::new();
        let places: BTreeMap<&[u16], usize> = beam.iter().enumerate().map(|(i, set)| (set.as_slice(), i)).collect();
        // A batch of a wide beam can take long to grow.
        let parents = beam.iter().enumerate().take_while(|_| !watch.is_requested());
        let grown = parents.flat_map(|(parent, set)| {
            let children = candidates(pool).filter_map(move |new| with_member(set, new));
            children
                .filter(|child| first_parent(child, &places) == Some(parent))
                .collect::<Vec<_>>()
        });
        let whole = grown.map(|partial| {
            let whole = filled_up(&partial, size);
            (partial, whole)
        });
        scoring.score(whole, |partial, _, score| {
            best.insert(Partial { score, set: partial });
            if best.len() > width {
                best.pop_last();
            }
        })?;
        watch.check()?;
        beam = best.into_iter().map(|partial| partial.set).collect();
    }
    Ok(())
}

/// The positions of a pool; decoders refuse pools with more than positions can tell apart.
pub(super) fn candidates(pool: usize) -> impl Iterator<Item = u16> {
    (0..pool).map_while(|position| u16::try_from(position).ok())
}

/// `set` with one more member, ascending; `None` where it is a member already.
fn with_member(set: &[u16], new: u16) -> Option<Vec<u16>> {
    let place = set.binary_search(&new).err()?;
    let mut grown = Vec::with_capacity(set.len() + 1);
    grown.extend_from_slice(&set[..place]);
    grown.push(new);
    grown.extend_from_slice(&set[place..]);
    Some(grown)
}

/// The first of the kept sets that `child` grows out of, so that no set is scored twice.
fn first_parent(child: &[u16], places: &BTreeMap<&[u16], usize>) -> Option<usize> {
    let parents = (0..child.len()).filter_map(|left_out| {
        let mut parent = child.to_vec();
        parent.remove(left_out);
        places.get(parent.as_slice()).copied()
    });
    parents.min()
}

/// `set` with the first candidates that it lacks, up to `size` members, ascending.
fn filled_up(set: &[u16], size: usize) -> Vec<u16> {
    let missing = size - set.len();
    let others = (0..=u16::MAX).filter(|candidate| set.binary_search(candidate).is_err());
    let mut whole: Vec<u16> = set.iter().copied().chain(others.take(missing)).collect();
    whole.sort_unstable();
    whole
}

/// A partial set; the better comes first, among equal scores the one with the better base ranks.
struct Partial {
    score: f64,
    set: Vec<u16>,
}

impl Ord for Partial {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .score
            .total_cmp(&self.score)
            .then_with(|| self.set.cmp(&other.set))
    }
}

impl PartialOrd for Partial {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Partial {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Partial {}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::scorer::SetResidual;
    use crate::plan::search_cost::beam_sets;
    use crate::stages::decode::scoring::tests::{Scrambled, exact};
    use crate::stages::decode::search::Found;
    use crate::stages::decode::subsets::count_sets;
    use proptest::prelude::*;

    fn beam(base: &[f64], residual: Option<&dyn SetResidual>, size: usize, width: usize) -> Found {
        let mut progress = |_| Ok(());
        let mut scoring = Scoring::new(base, residual, size, &mut progress);
        search(&mut scoring, width).unwrap();
        scoring.found()
    }

    fn descending() -> impl Strategy<Value = Vec<f64>> {
        proptest::collection::vec(-2.0f64..2.0, 4..14).prop_map(|mut base| {
            base.sort_by(|a, b| b.total_cmp(a));
            base
        })
    }

    use proptest::strategy::Strategy;

    proptest! {
        #[test]
        fn a_beam_of_all_sets_is_brute_force(
            base in descending(), size in 1usize..5, spread in 0.0f32..4.0, salt in any::<u64>(),
        ) {
            let residual = Scrambled { size: spread, salt };
            let all = count_sets(base.len(), size - 1).unwrap().max(1) as usize;
            let found = beam(&base, Some(&residual), size, all.max(count_sets(base.len(), size).unwrap() as usize));
            let best = exact(&base, Some(&residual), size);
            prop_assert_eq!((found.set, found.score, found.runner_up), (best.set, best.score, best.runner_up));
        }

        #[test]
        fn a_wider_beam_costs_what_explain_says_and_never_loses_to_the_top_r(
            base in descending(), size in 1usize..5, width in 1usize..20, salt in any::<u64>(),
        ) {
            let residual = Scrambled { size: 3.0, salt };
            let found = beam(&base, Some(&residual), size, width);
            let mut psi = [0.0];
            let top: Vec<u16> = candidates(size).collect();
            residual.score(&top, size, &mut psi);
            let top_r = base[..size].iter().sum::<f64>() + f64::from(psi[0]);
            prop_assert!(found.score >= top_r);
            prop_assert!(u128::from(found.statistics.scored) <= beam_sets(base.len(), size, width));
        }
    }

    #[test]
    fn large_teams_in_large_pools_are_found() {
        let base: Vec<f64> = (0..500).map(|i| -0.01 * f64::from(i)).collect();
        let residual = Scrambled { size: 0.1, salt: 9 };
        let found = beam(&base, Some(&residual), 8, 4);
        assert_eq!(found.set.len(), 8);
        assert!(found.statistics.scored <= 500 + 7 * 4 * 500, "{:?}", found.statistics);
        let top = base[..8].iter().sum::<f64>();
        assert!(found.score > top, "{} against {top}", found.score);
    }

    #[test]
    fn partial_sets_are_filled_up_with_the_best_others() {
        assert_eq!(filled_up(&[], 3), [0, 1, 2]);
        assert_eq!(filled_up(&[1, 7], 4), [0, 1, 2, 7]);
        assert_eq!(filled_up(&[3, 5], 2), [3, 5]);
    }
}
