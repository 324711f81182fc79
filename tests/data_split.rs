//! `features` and `split`.

mod data_support;

use data_support::{dataset, failure, shared, split};
use grn::data::dataset::Dataset;
use grn::engine::value::Value;
use grn::stages::features::{log1p_zscore, raw};
use grn::stages::load::sergio::STAGE as LOAD;
use grn::stages::simulate::sergio::STAGE as SIMULATE;
use grn::stages::split::stratified::STAGE as SPLIT;
use grn::stages::split::team_disjoint::STAGE as DISJOINT;
use std::collections::BTreeSet;
use std::sync::Arc;

fn built_in() -> Arc<Dataset> {
    let simulated = dataset(&SIMULATE, &[("cells", "4")], None);
    dataset(&log1p_zscore::STAGE, &[], Some(Value::Dataset(simulated)))
}

#[test]
fn counts_are_those_of_the_paper() {
    let Some(folder) = shared("sergio_ds3") else { return };
    let ds3 = dataset(&LOAD, &[("dir", folder.to_str().expect("text"))], None);
    let ds3 = dataset(&raw::STAGE, &[], Some(Value::Dataset(ds3)));
    let drawn = split(&SPLIT, &[], ds3);
    let counts: Vec<(usize, usize)> = (2..=4)
        .map(|size| (drawn.train_of_size(size).len(), drawn.test_of_size(size).len()))
        .collect();
    assert_eq!(counts, [(224, 57), (153, 39), (73, 19)]);
}

#[test]
fn every_target_is_on_one_side() {
    let data = built_in();
    let drawn = split(&SPLIT, &[("sizes", "(4, 2, 2)")], Arc::clone(&data));
    assert_eq!(drawn.sizes, [2, 4]);
    let mut all = [drawn.train.clone(), drawn.test.clone()].concat();
    all.sort_unstable();
    let mut expected = [data.network.targets_of_size(2), data.network.targets_of_size(4)].concat();
    expected.sort_unstable();
    assert_eq!(all, expected);
    assert!(drawn.train.is_sorted() && drawn.test.is_sorted());
    assert_eq!((drawn.test_of_size(2).len(), drawn.test_of_size(4).len()), (22, 9));
}

#[test]
fn draws_depend_on_the_seed_and_on_nothing_else() {
    let data = built_in();
    let draw = |set: &[(&str, &str)]| split(&SPLIT, set, Arc::clone(&data));
    assert_eq!(draw(&[]).test, draw(&[("seed", "42")]).test);
    assert_ne!(draw(&[]).test, draw(&[("seed", "43")]).test);
    // The draw of one size doesn't depend on which others take part.
    assert_eq!(draw(&[("sizes", "(3)")]).test, draw(&[]).test_of_size(3));
}

#[test]
fn validation_never_sees_a_test_target() {
    let data = built_in();
    let test = split(&SPLIT, &[], Arc::clone(&data));
    let validation = split(&SPLIT, &[("evaluate_on", "validation")], data);
    for target in validation.train.iter().chain(&validation.test) {
        assert!(!test.test.contains(target), "{target} is a test target");
    }
    // ⌈0.2 · 88⌉, ⌈0.2 · 64⌉, ⌈0.2 · 36⌉
    let counts: Vec<usize> = (2..=4).map(|size| validation.test_of_size(size).len()).collect();
    assert_eq!(counts, [18, 13, 8]);
    assert_eq!(validation.train.len() + validation.test.len(), test.train.len());
}

#[test]
fn impossible_splits_are_refused() {
    let data = built_in();
    let fail = |set: &[(&str, &str)]| failure(&SPLIT, set, Some(Value::Dataset(Arc::clone(&data))));
    let empty = fail(&[("sizes", "(2, 7)")]);
    assert_eq!(
        (empty.code, empty.message.as_str()),
        ("empty-stratum", "`simulated` has no target with 7 regulators")
    );
    assert!(empty.help.expect("help").ends_with("1 (61), 2 (110), 3 (80), 4 (45)"));
    let few = [
        ("genes", "12"),
        ("regulators", "6"),
        ("masters", "6"),
        ("team_mix", "(5, 1)"),
        ("cells", "2"),
    ];
    let few = dataset(&raw::STAGE, &[], Some(Value::Dataset(dataset(&SIMULATE, &few, None))));
    let error = failure(&SPLIT, &[("sizes", "(2)")], Some(Value::Dataset(few)));
    assert_eq!(error.code, "stratum-too-small");
    let bare = dataset(&SIMULATE, &[("cells", "2")], None);
    assert_eq!(failure(&SPLIT, &[], Some(Value::Dataset(bare))).code, "no-features");
    assert_eq!(failure(&SPLIT, &[], None).code, "internal");
}

#[test]
fn features_leave_the_expression_alone() {
    let simulated = dataset(&SIMULATE, &[("cells", "4")], None);
    let scored = dataset(&log1p_zscore::STAGE, &[], Some(Value::Dataset(Arc::clone(&simulated))));
    assert_eq!(scored.expression, simulated.expression);
    let features = scored.features.as_ref().expect("features");
    assert_eq!(features.dim(), simulated.expression.dim());
    assert_ne!(**features, *simulated.expression);
    let bare = dataset(&raw::STAGE, &[], Some(Value::Dataset(Arc::clone(&simulated))));
    assert_eq!(bare.features.as_ref(), Some(&simulated.expression));
}

#[test]
fn logarithms_of_negative_values_are_refused() {
    let mut data = (*dataset(&SIMULATE, &[("cells", "1")], None)).clone();
    let mut expression = (*data.expression).clone();
    expression[[3, 2]] = -1.5;
    data.expression = Arc::new(expression);
    let error = failure(&log1p_zscore::STAGE, &[], Some(Value::Dataset(Arc::new(data))));
    assert_eq!(error.code, "negative-expression");
    assert!(error.message.contains("`g003` in cell 2"), "{}", error.message);
}

#[test]
fn teams_are_on_one_side() {
    let data = built_in();
    let drawn = split(&DISJOINT, &[], Arc::clone(&data));
    let teams = |targets: &[usize]| -> BTreeSet<Vec<usize>> {
        let teams = targets.iter().map(|target| data.network.team(*target).to_vec());
        teams.collect()
    };
    assert!(teams(&drawn.train).is_disjoint(&teams(&drawn.test)));
    let random = split(&SPLIT, &[], Arc::clone(&data));
    assert!(
        !teams(&random.train).is_disjoint(&teams(&random.test)),
        "the data has teams that could leak"
    );
    for size in [2, 3, 4] {
        let (few, many) = (drawn.test_of_size(size).len(), random.test_of_size(size).len());
        assert!(
            few > 0 && few <= many && 4 * few >= 3 * many,
            "R={size}: {few} of {many}"
        );
        assert_eq!(
            drawn.train_of_size(size).len() + few,
            data.network.targets_of_size(size).len()
        );
    }
    let validation = split(&DISJOINT, &[("evaluate_on", "validation")], Arc::clone(&data));
    assert!(teams(&validation.test).is_disjoint(&teams(&drawn.test)));
    assert!(teams(&validation.train).is_disjoint(&teams(&drawn.test)));
    assert!(teams(&validation.train).is_disjoint(&teams(&validation.test)));
}

#[test]
fn no_pair_of_a_test_team_is_taught() {
    let data = built_in();
    let drawn = split(&DISJOINT, &[("share", "single"), ("test", "0.1")], Arc::clone(&data));
    let holds = |team: &[usize], pair: &[usize]| pair.iter().all(|gene| team.contains(gene));
    for target in &drawn.test {
        let team = data.network.team(*target);
        for (first, second) in team
            .iter()
            .flat_map(|a| team.iter().map(move |b| (*a, *b)))
            .filter(|(a, b)| a < b)
        {
            let taught = |other: &&usize| holds(data.network.team(**other), &[first, second]);
            assert_eq!(drawn.train.iter().find(taught), None);
        }
    }
}
