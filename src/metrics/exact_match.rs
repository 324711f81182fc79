//! From decoded teams to exact match, with the popularity baseline on the same targets and caps.

use crate::data::teams::{Prediction, Teams};
use crate::metrics::coverage::depth;
use crate::metrics::popularity::Popularity;
use crate::metrics::report::{ExactMatch, Report};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Evaluates every prediction for a test target of the split whose known team has the predicted size (paper §3).
///
/// Other predictions, for instance for targets without known regulators, are left out: a report without any has no
/// sizes. The baseline searches the popularity ranking with each prediction's own cap.
pub fn evaluate(teams: &Arc<Teams>) -> Report {
    let split = &teams.pools.split;
    let network = &split.dataset.network;
    let popularity = Popularity::of(split);
    let seen_teams: BTreeSet<&[usize]> = split.train.iter().map(|&target| network.team(target)).collect();
    let mut per_size: BTreeMap<usize, ExactMatch> = BTreeMap::new();
    let mut baseline: BTreeMap<usize, ExactMatch> = BTreeMap::new();
    for prediction in teams.predictions.iter().filter(|p| is_evaluated(teams, p)) {
        let truth = network.team(prediction.target);
        let seen = seen_teams.contains(truth);
        let ranked = teams.pools.ranked.get(prediction.target).map_or(&[][..], Vec::as_slice);
        let popular = popularity.top(prediction.target, prediction.cap.max(prediction.size));
        let mut popular_team: Vec<usize> = popular.iter().copied().take(prediction.size).collect();
        popular_team.sort_unstable();
        let judged = |ranked: &[usize], team: &[usize]| ExactMatch {
            cap: prediction.cap,
            n: 1,
            covered: usize::from(depth(truth, ranked).is_some_and(|depth| depth <= prediction.cap)),
            exact: usize::from(team == truth),
            n_seen: usize::from(seen),
            exact_seen: usize::from(seen && team == truth),
        };
        let model = per_size.entry(prediction.size).or_default();
        *model = model.pooled(judged(ranked, &prediction.team));
        let popular_counts = baseline.entry(prediction.size).or_default();
        *popular_counts = popular_counts.pooled(judged(&popular, &popular_team));
    }
    Report {
        teams: Arc::clone(teams),
        per_size,
        popularity: baseline,
        search: teams.search,
    }
}

/// Whether the target is a test target and its known team has the size that was asked for.
pub fn is_evaluated(teams: &Teams, prediction: &Prediction) -> bool {
    let split = &teams.pools.split;
    split.test.binary_search(&prediction.target).is_ok()
        && split.dataset.network.team(prediction.target).len() == prediction.size
        && prediction.size > 0
}

#[cfg(test)]
mod tests {
    use super::evaluate;
    use crate::metrics::fixtures;
    use crate::metrics::report::ExactMatch;
    use std::sync::Arc;

    #[test]
    fn counts_by_hand() {
        let report = evaluate(&Arc::new(fixtures::teams()));
        let counts = |n, covered, exact, n_seen, exact_seen| ExactMatch {
            cap: 3,
            n,
            covered,
            exact,
            n_seen,
            exact_seen,
        };
        // 7 is exact and seen, 8 is novel and beyond the cap; 9 is seen, its pool lacks gene 2.
        assert_eq!(report.per_size[&2], counts(2, 1, 1, 1, 1));
        assert_eq!(report.per_size[&3], counts(1, 0, 0, 1, 0));
        // Popularity ranks 1, 0, 2, 3: Top-2 {0, 1} is exact for 7, Top-3 {0, 1, 2} for 9; 8 needs depth 4.
        assert_eq!(report.popularity[&2], counts(2, 1, 1, 1, 1));
        assert_eq!(report.popularity[&3], counts(1, 1, 1, 1, 1));
    }

    #[test]
    fn leaves_out_what_cannot_be_judged() {
        let mut teams = fixtures::teams();
        teams.predictions[0].target = 4; // a training target
        teams.predictions[1].size = 3; // not the size of its known team
        teams.predictions[2].target = 0; // without known regulators
        let report = evaluate(&Arc::new(teams));
        assert!(report.per_size.is_empty() && report.popularity.is_empty());
    }

    #[test]
    fn agrees_with_the_decoder_on_coverage() {
        let teams = fixtures::teams();
        let covered = teams.predictions.iter().filter(|p| p.covered == Some(true)).count();
        let report = evaluate(&Arc::new(teams));
        assert_eq!(report.per_size.values().map(|m| m.covered).sum::<usize>(), covered);
    }
}
