//! How many sets a bound on ψ leaves to be scored on trained models, and how many it would leave if it were perfect.
//! Prints a table for docs/performance.md: `GRN_SHARED=… cargo test --release --lib reach -- --ignored --nocapture`.
//! With `GRN_REACH=FILE` the last model is written there for `tests/bench/bound_relaxations.py`.

use crate::engine::observer::{CancelToken, Silent};
use crate::engine::value::Value;
use crate::model::scorer::{Scorer, SetResidual};
use crate::session::{Session, Shown};
use crate::source::Source;
use crate::stages::decode::evaluated_targets;
use crate::stages::decode::scoring::residual_scores;
use crate::stages::decode::search::Problem;
use crate::stages::decode::subsets::Subsets;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Pool sizes for R = 2, 3, 4.
const CAPS: [usize; 3] = [80, 80, 55];

/// Sets, over all targets of a size.
#[derive(Default)]
struct Counts {
    targets: usize,
    all: usize,
    /// What the search scores.
    scored: usize,
    /// What the bound can't exclude: the base sum reaches the best score with it.
    bound: usize,
    /// The same with the true largest ψ of the target in its place.
    target: usize,
    /// The same with the true largest ψ among all sets that begin with the same 1, 2, … members.
    prefixes: Vec<usize>,
    /// Mean largest ψ, as a share of the bound.
    largest: f64,
}

/// All sets of one target with their base sums and ψ.
struct All {
    sets: Vec<u16>,
    sums: Vec<f64>,
    psi: Vec<f32>,
    size: usize,
}

impl All {
    fn of(base: &[f64], residual: &dyn SetResidual, size: usize) -> Self {
        let (mut sets, mut sums) = (Vec::new(), Vec::new());
        let mut subsets = Subsets::new(base, size);
        while let Some((set, sum)) = subsets.next_above(f64::NEG_INFINITY) {
            sets.extend(set.iter().map(|place| *place as u16));
            sums.push(sum);
        }
        let psi = residual_scores(Some(residual), &sets, size).unwrap();
        Self { sets, sums, psi, size }
    }

    fn best(&self) -> f64 {
        let scores = self.sums.iter().zip(&self.psi).map(|(sum, psi)| sum + f64::from(*psi));
        scores.fold(f64::NEG_INFINITY, f64::max)
    }

    /// The sets whose base sum reaches the best score with what `most` says of their first `length` members.
    fn in_reach(&self, length: usize, most: impl Fn(&[u16]) -> f64) -> usize {
        let best = self.best();
        let sets = self.sets.chunks_exact(self.size).zip(&self.sums);
        sets.filter(|(set, sum)| *sum + most(&set[..length]) >= best).count()
    }

    /// The largest ψ among all sets that begin alike.
    fn largest(&self, length: usize) -> BTreeMap<&[u16], f64> {
        let mut largest = BTreeMap::new();
        for (set, psi) in self.sets.chunks_exact(self.size).zip(&self.psi) {
            let most = largest.entry(&set[..length]).or_insert(f64::NEG_INFINITY);
            *most = most.max(f64::from(*psi));
        }
        largest
    }
}

/// Counts one target's sets; gives what identifies the target, and its best score.
fn count(scorer: &Scorer, target: usize, size: usize, counts: &mut Counts) -> serde_json::Value {
    let candidates = &scorer.pools.ranked[target][..CAPS[size - 2]];
    let base = scorer.model.base(target, candidates).unwrap();
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|a, b| base[*b].total_cmp(&base[*a]));
    let candidates: Vec<usize> = order.iter().map(|place| candidates[*place]).collect();
    let base: Vec<f64> = order.iter().map(|place| f64::from(base[*place])).collect();
    let residual = scorer.model.residual(target, &candidates, size).unwrap().unwrap();
    let all = All::of(&base, residual.as_ref(), size);
    let bound = f64::from(residual.upper_bound());
    let largest = all.largest(0)[&[] as &[u16]];
    assert!(largest <= bound + 1e-3, "ψ of target {target} exceeds its bound");
    let problem = Problem {
        base,
        residual: Some(residual.as_ref()),
        screen: None,
        size,
        bounded: true,
    };
    let found = problem.solve(|_| Ok(())).unwrap();
    assert_eq!(found.score, all.best(), "target {target}");
    counts.targets += 1;
    counts.all += all.sums.len();
    counts.scored += usize::try_from(found.statistics.scored).unwrap();
    counts.bound += all.in_reach(0, |_| bound);
    counts.target += all.in_reach(0, |_| largest);
    counts.largest += largest / bound;
    counts.prefixes.resize(size - 1, 0);
    for length in 1..size {
        let largest = all.largest(length);
        counts.prefixes[length - 1] += all.in_reach(length, |prefix| largest[prefix]);
    }
    serde_json::json!({"target": target, "size": size, "candidates": candidates, "best": found.score})
}

fn trained(select: &str) -> Option<Arc<Scorer>> {
    let shared = std::env::var_os("GRN_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let folder = shared.join("data/sergio_ds3");
    if !folder.exists() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    let script = format!(
        "load sergio dir=\"{}\" | features log1p_zscore | split stratified seed=42 | retrieve popularity k=80 | {select}",
        folder.display()
    );
    let mut session = Session::new(BTreeMap::new());
    let token = CancelToken::default();
    let prepared = session.prepare(&Source::cell("reach", &script), &token).unwrap();
    let mut scorer = None;
    let mut take = |shown: Shown| {
        if let Shown::Result(outcome, _) = shown
            && let Value::Scorer(found) = &outcome.cells[0].value
        {
            scorer = Some(Arc::clone(found));
        }
    };
    session.run(prepared, &Silent, &token, &mut take).unwrap();
    scorer
}

#[test]
#[ignore = "a measurement: trains on DS3 and scores all its sets"]
fn how_much_a_tighter_bound_could_save() {
    for select in [
        "select residual_hos2",
        "select residual_hos2 lr=1e-3 epochs=30",
        "select residual_hos2 noise=1.0 lr=1e-3 epochs=30 warm_start=pairs2 rivals=0.5",
        "select pure_hos2",
    ] {
        let Some(scorer) = trained(select) else {
            return;
        };
        let mut by_size: BTreeMap<usize, Counts> = BTreeMap::new();
        let mut targets = Vec::new();
        for (target, size) in evaluated_targets(&scorer.pools) {
            targets.push(count(&scorer, target, size, by_size.entry(size).or_default()));
        }
        if let Some(file) = std::env::var_os("GRN_REACH") {
            let kept = scorer.model.keep().unwrap();
            let reach = serde_json::json!({"scorer": kept, "targets": targets});
            std::fs::write(file, reach.to_string()).unwrap();
        }
        println!("{select}");
        for (size, counts) in by_size {
            let Counts {
                targets,
                all,
                scored,
                bound,
                target,
                prefixes,
                largest,
            } = counts;
            let largest = largest / targets as f64;
            println!(
                "R={size}: {targets} targets, {all} sets, {scored} scored, {bound} in reach of the bound, {target} of the \
                 target's largest ψ ({largest:.2} of the bound), {prefixes:?} of the prefix's"
            );
        }
    }
}
