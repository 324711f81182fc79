//! Every `select` method on a small data set, through to decoded teams.
#![allow(clippy::unwrap_used)]

use grn::Session;
use std::collections::BTreeMap;

const SOURCE: &str = "use simulate sergio genes=120 regulators=30 cells=6 seed=3 | split stratified sizes=(2, 3)";
const SMALL: &str = "epochs=3 embedding=8 hidden=8";

/// The teams of each target with their scores.
fn teams(pipeline: &str) -> Vec<(Vec<usize>, f64)> {
    let mut session = Session::new(BTreeMap::new());
    let answer = session.evaluate(&format!("{SOURCE}\n{pipeline}")).unwrap();
    let value = &answer.outcomes().next().unwrap().cells[0].value;
    let predictions = value.teams().unwrap().predictions.iter();
    predictions.map(|p| (p.team.clone(), p.score)).collect()
}

/// Exact match counts over all sizes: exact on seen teams, exact on novel teams, seen, novel.
fn counts(pipeline: &str) -> [usize; 4] {
    let mut session = Session::new(BTreeMap::new());
    let answer = session.evaluate(&format!("{SOURCE}\n{pipeline}")).unwrap();
    let report = answer.outcomes().next().unwrap().cells[0].value.report().unwrap();
    let all = report.per_size.values().copied().reduce(|a, b| a.pooled(b)).unwrap();
    [all.exact_seen, all.exact_novel(), all.n_seen, all.n_novel()]
}

/// Every kind of scorer, small.
fn scorers() -> impl Iterator<Item = String> {
    let methods = [
        "residual_hos2 heads=2 feedforward=8 negatives=4",
        "pure_hos2 heads=2 feedforward=8 negatives=4 warmup=5",
        "deep_pairs2 layers=2",
        "copy_nearest",
        "steady_state",
        "modal",
    ];
    methods.into_iter().map(|method| {
        let trained = method.contains("hos2") || method.contains("pairs2");
        format!(
            "retrieve popularity k=9 | select {method} {}",
            if trained { SMALL } else { "" }
        )
    })
}

#[test]
fn decoders_that_score_some_sets_work_with_every_scorer() {
    for method in scorers() {
        let exact = teams(&format!("{method} | decode exact"));
        // Pools of 9 have 36 pairs, so that this beam leaves out nothing.
        assert_eq!(
            teams(&format!("{method} | decode beam width=84 gap=true")),
            exact,
            "{method}"
        );
        for decoder in ["beam width=2", "swap starts=3", "swap starts=3 seed=9 gap=true"] {
            let found = teams(&format!("{method} | decode {decoder}"));
            assert_eq!(found.len(), exact.len());
            for ((team, score), (_, best)) in found.iter().zip(&exact) {
                assert!(
                    team.len() > 1 && score <= best,
                    "{method} | {decoder}: {score} above {best}"
                );
            }
        }
    }
}

#[test]
fn trained_set_scorers_are_decoded_exactly() {
    for method in scorers() {
        let found = teams(&format!("{method} | decode exact verify=true"));
        assert!(
            found.len() > 5 && found.iter().all(|(_, score)| score.is_finite()),
            "{method}"
        );
    }
}

#[test]
fn a_warm_start_and_a_frozen_encoder_change_what_is_learned() {
    let run = |settings: &str| {
        teams(&format!(
            "retrieve popularity k=9 | select pure_hos2 {SMALL} heads=2 feedforward=8 negatives=4 {settings} | decode exact"
        ))
    };
    let cold = run("");
    assert_eq!(cold, run("warm_start=none freeze=0 warmup=0"));
    let others = [
        run("warm_start=pairs2"),
        run("freeze=3"),
        run("warm_start=pairs2 freeze=1"),
        run("warmup=50"),
    ];
    for (index, other) in others.iter().enumerate() {
        assert_ne!(&cold, other, "setting {index}");
        assert!(
            others[..index].iter().all(|earlier| earlier != other),
            "setting {index}"
        );
    }
}

#[test]
fn what_the_ranking_is_trained_against_changes_what_is_learned() {
    let run = |settings: &str| {
        teams(&format!(
            "retrieve popularity k=9 | select residual_hos2 {SMALL} heads=2 feedforward=8 negatives=4 {settings} | decode exact"
        ))
    };
    let plain = run("");
    assert_eq!(plain, run("anchor=0.0 confusers=pool rivals=0.0"));
    for settings in [
        "anchor=1.0",
        "confusers=pairs",
        "rivals=0.9",
        "anchor=1.0 positive_weight=9.0",
    ] {
        assert_ne!(plain, run(settings), "{settings}");
    }
    assert_ne!(run("anchor=1.0"), run("anchor=1.0 positive_weight=9.0"));
}

#[test]
fn copying_finds_seen_teams_and_never_a_novel_one() {
    let [seen, novel, of_seen, of_novel] =
        counts("retrieve knn k=20 | select copy_nearest | decode exact cap=20 | evaluate");
    assert!(of_seen > 0 && of_novel > 0, "the split has both");
    assert!(seen > 0, "likeness tells something");
    assert_eq!(novel, 0);
    let disjoint = "simulate sergio genes=120 regulators=30 cells=6 seed=3 | split team_disjoint sizes=(2, 3) \
                    | retrieve knn k=20 | select [copy_nearest] | decode exact cap=20 | evaluate";
    let [seen, novel, of_seen, _] = counts(disjoint);
    assert_eq!([seen, novel, of_seen], [0; 3]);
}

#[test]
fn the_most_frequent_team_is_the_answer_where_the_pool_holds_it() {
    let mut session = Session::new(BTreeMap::new());
    let answer = session
        .evaluate(&format!(
            "{SOURCE}\nretrieve popularity k=118 | select modal | decode exact cap=118"
        ))
        .unwrap();
    let value = &answer.outcomes().next().unwrap().cells[0].value;
    let split = value.split().unwrap();
    let network = &split.dataset.network;
    for prediction in &value.teams().unwrap().predictions {
        let others = split.train_of_size(prediction.size);
        let count = |team: &[usize]| others.iter().filter(|other| network.team(**other) == team).count();
        let most = others.iter().map(|other| count(network.team(*other))).max().unwrap();
        assert_eq!(prediction.score, most as f64);
        assert_eq!(count(&prediction.team), most);
    }
}
