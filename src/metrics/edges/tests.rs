#![allow(clippy::unwrap_used)]
use super::curves::{areas, early, groups};
use super::{SourceKind, evaluate};
use crate::data::dataset::Dataset;
use crate::metrics::fixtures;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
struct Case {
    scores: Vec<f32>,
    labels: Vec<u8>,
    auprc: f64,
    average_precision: f64,
    early: usize,
    early_right: usize,
}

/// `tests/fixtures/make_edge_fixtures.py` wrote them, with scikit-learn.
#[test]
fn areas_and_early_precision_agree_with_scikit_learn() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../tests/fixtures/edges.json")).unwrap();
    assert!(cases.len() > 5);
    for case in cases {
        let mut pairs: Vec<(f32, bool)> = case
            .scores
            .iter()
            .zip(&case.labels)
            .map(|(score, label)| (*score, *label == 1))
            .collect();
        pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
        let groups = groups(&pairs);
        let edges = pairs.iter().filter(|(_, is_true)| *is_true).count();
        let (auprc, average_precision) = areas(groups.iter().copied(), edges);
        assert!((auprc.unwrap() - case.auprc).abs() < 1e-9);
        assert!((average_precision.unwrap() - case.average_precision).abs() < 1e-9);
        assert_eq!(early(&groups, edges), (case.early, case.early_right));
    }
}

/// Sources 0–3, as each regulates something; 7 ← {0, 1} in 1, 0, 2, 3; 8 ← {1, 3} in 1, 0, 2, 3; 9 ← {0, 1, 2} in
/// 0, 1, (4,) 3.
#[test]
fn counts_by_hand() {
    let report = evaluate(&Arc::new(fixtures::pools()), SourceKind::Regulators, &[2]).unwrap();
    let universe = report.universe;
    assert_eq!(
        (universe.sources, universe.targets, universe.pairs, universe.edges),
        (4, 3, 12, 7)
    );
    let method = &report.method;
    assert_eq!((method.ranked, method.ranked_edges), (11, 6));
    let third = 1.0 / 3.0;
    assert_eq!(method.strict, [0.0, third, third, 2.0 * third]);
    let recall = [
        4.0 / 3.0 / 3.0,
        (1.0 + 0.5 + 2.0 / 3.0) / 3.0,
        2.5 / 3.0 - third / 3.0,
        8.0 / 9.0,
    ];
    for (found, expected) in method.recall.iter().zip(recall) {
        assert!((found - expected).abs() < 1e-12, "{:?}", method.recall);
    }
    // Scores 4, 3, 2, 1 by place: (3 of 3), (2 of 3: 8 has no 0), (0 of 2), (1 of 3); 4 is no source, so 9's 3 is at 1.
    assert_eq!((method.early, method.early_right), (8, 5));
    // Beyond the last K nothing is gained.
    assert_eq!(method.strict_at(100), Some(2.0 * third));
    assert_eq!(method.recall_at(0), None);
    // All genes as sources: 4 counts as well, at 9's third place.
    let all = evaluate(&Arc::new(fixtures::pools()), SourceKind::All, &[2]).unwrap();
    assert_eq!((all.universe.sources, all.universe.pairs), (10, 27));
    assert_eq!((all.method.ranked, all.method.ranked_edges), (12, 6));
    assert_eq!(all.method.strict[3], 2.0 * third);
}

#[test]
fn a_list_of_regulators_is_not_the_network() {
    let mut pools = fixtures::pools();
    let mut split = fixtures::split();
    split.dataset = Arc::new(Dataset {
        tf_list: Some(Arc::from([1, 2, 3, 5])),
        ..Dataset::clone(&split.dataset)
    });
    pools.split = Arc::new(split);
    let of = |kind| evaluate(&Arc::new(pools.clone()), kind, &[2]).unwrap();
    let listed = of(SourceKind::Regulators);
    // Gene 0 isn't listed: its edges to 7 and 9 are no pairs, and their teams are never whole.
    assert_eq!((listed.universe.sources, listed.universe.edges), (4, 5));
    assert_eq!(listed.method.strict, [0.0, 0.0, 1.0 / 3.0, 1.0 / 3.0]);
    assert_eq!(of(SourceKind::KnownRegulators).universe.edges, 7);
}

#[test]
fn popularity_ranks_what_training_knows() {
    // Training targets: gene 1 three, genes 0 and 2 two each, gene 3 none.
    let report = evaluate(&Arc::new(fixtures::pools()), SourceKind::Regulators, &[2]).unwrap();
    let popularity = &report.popularity;
    assert_eq!((popularity.ranked, popularity.ranked_edges), (9, 6));
    // 1 is right for all; 0 and 2 are tied: 7 ← 0, 9 ← 0 and 2.
    assert_eq!((popularity.early, popularity.early_right), (9, 6));
    assert!((report.universe.density() - 7.0 / 12.0).abs() < 1e-12);
    let third = 1.0 / 3.0;
    assert_eq!(popularity.strict, [0.0, third, 2.0 * third, 2.0 * third]);
}

#[test]
fn nothing_to_find_has_no_area() {
    assert_eq!(areas([(3, 0)].into_iter(), 0), (None, None));
    assert_eq!(early(&[], 4), (0, 0));
}
