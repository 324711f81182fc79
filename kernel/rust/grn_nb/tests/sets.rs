//! Scores of sets: every set once, in order, the same from one thread as from many.

use grn_nb::{count_sets, Candidate, Frame, Pools, Role, Target};

fn target(name: &str, role: Role, size: usize, pool: usize) -> Target {
    let candidate = |number: usize| Candidate {
        name: format!("g{number}"),
        score: (pool - number) as f32,
    };
    Target {
        name: name.to_owned(),
        role,
        size,
        candidates: (0..pool).map(candidate).collect(),
        team: (0..size).map(|number| format!("g{number}")).collect(),
    }
}

fn pools() -> Pools {
    Pools {
        method: "attn".to_owned(),
        targets: vec![
            target("a", Role::Test, 2, 9),
            target("b", Role::Train, 3, 9),
            target("c", Role::Test, 4, 60),
            target("d", Role::None, 0, 9),
        ],
    }
}

/// Depends on every member and its place.
fn score(target: &Target, set: grn_nb::Set) -> f32 {
    let start = target.size as f32;
    set.positions()
        .iter()
        .fold(start, |sum, position| sum * 31.0 % 1009.0 + *position as f32)
}

#[test]
fn every_set_of_every_test_target_is_scored() {
    let scores = pools().score_sets(score).expect("finite");
    let sizes: Vec<(&str, usize, usize)> = scores
        .targets
        .iter()
        .map(|target| (target.name.as_str(), target.pool.len(), target.scores.len()))
        .collect();
    assert_eq!(sizes, [("a", 9, 36), ("c", 55, 341_055)]);
    assert_eq!(scores.count(), 36 + 341_055);

    let in_order = pools().scoring().score_in_order(score).expect("finite");
    assert_eq!(scores, in_order);

    let c = scores.target("c").expect("it is a test target");
    let expected = pools().targets[2].clone();
    let positions = [3, 17, 40, 54];
    let by_hand = positions
        .iter()
        .fold(4.0, |sum: f32, position| sum * 31.0 % 1009.0 + *position as f32);
    let names: Vec<&str> = positions
        .iter()
        .map(|p| expected.candidates[*p].name.as_str())
        .collect();
    assert_eq!(c.score(&[names[2], names[0], names[3], names[1]]), Some(by_hand));
    assert_eq!(c.score(&["g0", "g1", "g2", "g55"]), None, "beyond the cap");
    assert_eq!(c.score(&["g0", "g1"]), None);
    let (best, highest) = c.best().expect("there are sets");
    assert_eq!(c.score(&best), Some(highest));
    assert!(c.scores.iter().all(|score| *score <= highest));
}

#[test]
fn choices_of_targets_and_caps_count() {
    let pools = pools();
    let names = |scores: grn_nb::SetScores| {
        let targets = scores.targets.into_iter();
        targets
            .map(|target| (target.name, target.scores.len()))
            .collect::<Vec<_>>()
    };
    let all = pools
        .scoring()
        .with_training()
        .cap(4, 6)
        .score(|_, _| 0.0)
        .expect("finite");
    assert_eq!(
        names(all),
        [("a".to_owned(), 36), ("b".to_owned(), 84), ("c".to_owned(), 15)]
    );
    let whole = pools
        .scoring()
        .whole_pools()
        .score(|_, set| set.members().map(|m| m.score).sum());
    let count = count_sets(60, 4).expect("small");
    assert_eq!(
        names(whole.expect("finite")),
        [("a".to_owned(), 36), ("c".to_owned(), count)]
    );
}

#[test]
fn a_score_that_is_no_number_is_an_error() {
    let error = pools().score_sets(|_, set| if set.contains("g3") { f32::NAN } else { 1.0 });
    let message = error.expect_err("NaN").to_string();
    assert!(
        message.contains("g3") && message.ends_with("is NaN, expected a finite number"),
        "{message}"
    );
}

#[test]
fn frames_hold_pools_and_scores() {
    let frame = Frame::from(&pools());
    assert_eq!(frame.pools().expect("it holds pools"), pools());
    let scores = Frame::from(pools().score_sets(score).expect("finite"));
    assert_eq!(scores.kind(), "set-scores");
    assert_eq!(scores.u32("size").expect("a column"), [2, 4]);
    let error = scores.pools().expect_err("no pools in it").to_string();
    assert!(
        error.starts_with("a frame of kind `set-scores` has no pools: "),
        "{error}"
    );
}

#[test]
fn a_panic_of_the_score_is_the_callers_and_stops_all_threads() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let calls = AtomicUsize::new(0);
    let pools = pools();
    let failing = |_: &Target, _: grn_nb::Set| -> f32 {
        calls.fetch_add(1, Ordering::Relaxed);
        panic!("oh {}", 1 + 1)
    };
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| pools.score_sets(failing)));
    let payload = caught.err().and_then(|payload| payload.downcast::<String>().ok());
    assert_eq!(payload.as_deref().map(String::as_str), Some("oh 2"));
    // One call a thread at most.
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get());
    assert!(calls.into_inner() <= threads);
}
