//! Scores from outside: the same numbers as the stages that they were written from, and sessions that follow them.

use crate::given_support::Notebook;
use grn::engine::observer::{CancelToken, Event, Observer};
use grn::engine::value::Value;
use grn::lang::catalog::DefaultValue;
use grn::lang::keywords::KEYWORDS;
use grn::metrics::coverage::curves;
use grn_nb::{DEFAULT_CAPS, Frame, Ranking, Set, SetScores, Target};
use std::sync::Mutex;

#[test]
fn a_ranking_written_out_and_read_back_gives_the_same_pools() {
    let mut notebook = Notebook::new();
    let expected = notebook.pools("retrieve popularity k=12");
    let written = notebook.frame("retrieve popularity k=12");
    notebook.give("mine", written);
    let found = notebook.pools("retrieve mine k=12");
    assert_eq!(found.method, "mine");
    assert_eq!((&found.ranked, &found.scores), (&expected.ranked, &expected.scores));
    assert_eq!(curves(&found), curves(&expected));
    let fewer = notebook.pools("retrieve mine k=5");
    assert_eq!(fewer.ranked[3], expected.ranked[3][..5]);
    let (code, message, help) = notebook.problem("retrieve mine k=13");
    assert_eq!(code, "pool-too-small");
    assert!(
        message.contains("test targets have fewer than k=13 scored regulators: `"),
        "{message}"
    );
    assert_eq!(help, "score more regulators, or write `k=12`");
}

#[test]
fn scores_of_pairs_decode_as_the_scorer_that_they_come_from() {
    let pairs2 = "select pairs2 epochs=1 embedding=8 hidden=8";
    for select in ["select stage1", pairs2] {
        let mut notebook = Notebook::new();
        let pools = "retrieve correlation k=12";
        let Value::Scorer(scorer) = notebook.value(&format!("{pools} | {select}")).unwrap() else {
            panic!("expected a scorer");
        };
        let mut ranking = Ranking::new();
        let genes = &scorer.pools.split.dataset.genes;
        for target in &scorer.pools.split.test {
            let candidates = &scorer.pools.ranked[*target];
            let scores = scorer.model.base(*target, candidates).unwrap();
            let scored = candidates.iter().map(|gene| genes[*gene].as_str()).zip(scores);
            ranking.add(genes[*target].as_str(), scored);
        }
        notebook.give("mine", ranking);
        for decode in ["decode exact", "decode topr", "decode exact verify=true cap=9"] {
            let expected = notebook.teams(&format!("{pools} | {select} | {decode}"));
            let found = notebook.teams(&format!("{pools} | select mine | {decode}"));
            assert_eq!(found.predictions, expected.predictions, "{select} | {decode}");
            assert_eq!(found.search, expected.search, "{select} | {decode}");
            assert_eq!(found.scorer, "mine");
        }
    }
}

/// Depends on every member and on their company, and likes no hubs.
fn scored(target: &Target, set: Set) -> f32 {
    let name = |text: &str| text.trim_start_matches('g').parse::<f32>().unwrap();
    let start = name(&target.name) * 0.1;
    let sum: f32 = set
        .names()
        .fold(start, |sum, member| (sum * 1.7 + name(member) * 13.0) % 101.0);
    sum - 3.0 * set.members().map(|member| member.score).sum::<f32>()
}

fn best(scores: &SetScores, target: &str) -> (Vec<String>, f32) {
    let (set, score) = scores.target(target).unwrap().best().unwrap();
    let mut set: Vec<String> = set.into_iter().map(str::to_owned).collect();
    set.sort();
    (set, score)
}

#[test]
fn exact_decoding_finds_the_best_of_given_set_scores() {
    let mut notebook = Notebook::new();
    let pools = notebook.frame("retrieve correlation k=12").pools().unwrap();
    for (cap, verify) in [(12, "true"), (12, "false"), (7, "false")] {
        let scoring = [2, 3, 4]
            .iter()
            .fold(pools.scoring(), |scoring, size| scoring.cap(*size, cap));
        let scores = scoring.score(scored).unwrap();
        notebook.give("mine", scores.clone());
        let teams = notebook.teams(&format!(
            "retrieve correlation k=12 | select mine | decode exact cap={cap} verify={verify}"
        ));
        assert!(teams.search.certified && teams.search.excluded == 0);
        assert_eq!(teams.search.scored, scores.count() as u64);
        let genes = &teams.pools.split.dataset.genes;
        for prediction in &teams.predictions {
            let (set, score) = best(&scores, &genes[prediction.target]);
            let mut found: Vec<String> = prediction.team.iter().map(|gene| genes[*gene].clone()).collect();
            found.sort();
            assert_eq!((found, prediction.score), (set, f64::from(score)));
        }
    }
    let top = notebook.teams("retrieve correlation k=12 | select mine | decode topr");
    let first = &top.predictions[0];
    let mut expected = top.pools.ranked[first.target][..first.size].to_vec();
    expected.sort_unstable();
    assert_eq!((&first.team, top.search.certified), (&expected, false));
    let (code, message, help) = notebook.problem("retrieve correlation k=12 | select mine | decode exact cap=12");
    assert_eq!(code, "set-not-scored");
    assert!(
        message.contains("`mine` scores the sets of 7 candidates of target `"),
        "{message}"
    );
    assert_eq!(help, "score more sets, or search fewer: `cap={2: 7}`");
    let (code, ..) = notebook.problem("retrieve popularity k=12 | select mine | decode exact cap=7");
    assert_eq!(code, "another-pool");
}

#[test]
fn what_is_not_scored_is_named() {
    let mut notebook = Notebook::new();
    let pools = notebook.frame("retrieve correlation k=12").pools().unwrap();
    let ranking = |keep: &dyn Fn(&Target) -> usize| {
        let mut ranking = Ranking::new();
        for target in &pools.targets {
            let scores = target.candidates.iter().take(keep(target));
            ranking.add(target.name.as_str(), scores.map(|c| (c.name.as_str(), c.score)));
        }
        ranking
    };
    let is_test = |target: &Target| pools.test().any(|test| test.name == target.name);
    notebook.give("tests", ranking(&|target| if is_test(target) { 12 } else { 0 }));
    notebook.teams("retrieve tests k=12 | select stage1 | decode exact");
    let (code, message, _) = notebook.problem("retrieve tests k=12 | select pairs2 | decode exact");
    assert_eq!(code, "target-not-scored");
    assert!(message.starts_with("`tests` ranks no candidates for "), "{message}");
    let (code, ..) = notebook.problem("retrieve tests k=12 | select stage1 | predict sizes=(2,)");
    assert_eq!(code, "target-not-scored");

    notebook.give("trains", ranking(&|target| if is_test(target) { 0 } else { 12 }));
    let (code, message, _) = notebook.problem("retrieve trains k=12");
    assert_eq!(code, "target-not-scored");
    let count = pools.test().count();
    assert!(
        message.starts_with(&format!("{count} of the {count} test targets have no score: `")),
        "{message}"
    );
    assert_eq!(message.matches('`').count(), 10, "five are named: {message}");

    notebook.give("few", ranking(&|_| 3));
    let (code, message, _) = notebook.problem("retrieve correlation k=12 | select few | decode exact");
    assert_eq!(code, "candidate-not-scored");
    assert!(message.starts_with("9 of the 12 candidates of target `"), "{message}");
    notebook.give("none", SetScores { targets: Vec::new() });
    let (code, ..) = notebook.problem("retrieve correlation k=12 | select none | decode exact");
    assert_eq!(code, "target-not-scored");
}

/// The labels of stages that were not there already.
#[derive(Default)]
struct Ran(Mutex<Vec<String>>);

impl Observer for Ran {
    fn event(&self, event: &Event) {
        if let Event::StageFinished {
            label, cached: false, ..
        } = event
        {
            self.0.lock().unwrap().push(label.clone());
        }
    }
}

#[test]
fn only_what_depends_on_a_given_value_runs_again() {
    let mut notebook = Notebook::new();
    let pools = notebook.frame("retrieve correlation k=12").pools().unwrap();
    notebook
        .run("let a = retrieve correlation k=12 | select mine")
        .unwrap_err();
    notebook.give("mine", pools.rank(|_, candidate| candidate.score));
    notebook
        .run("let a = retrieve correlation k=12 | select mine | decode exact\nlet b = retrieve mine k=8")
        .unwrap();
    let ran = |notebook: &mut Notebook, name: &str| {
        let ran = Ran::default();
        notebook.session.value(name, &ran, &CancelToken::default()).unwrap();
        ran.0.into_inner().unwrap()
    };
    assert_eq!(ran(&mut notebook, "a"), ["select mine", "decode exact"]);
    assert_eq!(ran(&mut notebook, "b"), ["retrieve mine"]);
    assert_eq!(ran(&mut notebook, "a"), Vec::<String>::new());
    notebook.give("mine", pools.rank(|_, candidate| candidate.score));
    assert_eq!(ran(&mut notebook, "a"), Vec::<String>::new(), "the same scores again");
    notebook.give("mine", pools.rank(|_, candidate| -candidate.score));
    assert_eq!(ran(&mut notebook, "a"), ["select mine", "decode exact"]);
    assert_eq!(ran(&mut notebook, "b"), ["retrieve mine"]);

    // Another file under the same name.
    let path = notebook.path("other");
    Frame::from(pools.rank(|_, candidate| candidate.score + 1.0))
        .write(&path)
        .unwrap();
    notebook.session.give("mine", &path).unwrap();
    assert_eq!(ran(&mut notebook, "b"), ["retrieve mine"]);
    let names: Vec<String> = notebook.session.names().into_iter().map(|name| name.name).collect();
    assert_eq!(names, ["use", "a", "b", "value", "mine"]);
    assert!(notebook.session.forget("mine"));
    assert_eq!(
        ran(&mut notebook, "b"),
        Vec::<String>::new(),
        "what was written with it stays"
    );
    notebook.run("retrieve mine k=8").unwrap_err();
}

#[test]
fn every_kind_of_value_leaves_as_columns() {
    let mut notebook = Notebook::new();
    let pipeline = "simulate sergio genes=80 types=3 cells=20 regulators=20 masters=8";
    let dataset = notebook.frame(pipeline);
    assert_eq!((dataset.kind(), dataset.rows()), ("dataset", 80));
    let dataset = dataset.dataset().unwrap();
    assert_eq!(
        (dataset.cells(), dataset.cell_types.len(), dataset.row(79).len()),
        (60, 60, 60)
    );
    assert!(dataset.regulators.iter().any(|team| team.len() > 1));
    let split = notebook.frame("split stratified");
    let roles = split.text("role").unwrap();
    assert!(
        ["train", "test", "none"]
            .iter()
            .all(|role| roles.iter().any(|found| found == role))
    );
    let scorer = notebook.frame("retrieve popularity k=12 | select stage1");
    assert_eq!((scorer.kind(), scorer.attribute("scorer")), ("scorer", Some("stage1")));
    assert_eq!(scorer.pools().unwrap().method, "popularity");
    let teams = notebook.frame("retrieve popularity k=12 | select stage1 | decode exact");
    assert_eq!(teams.kind(), "teams");
    assert_eq!(
        teams.text_lists("predicted").unwrap().row(0).len(),
        teams.u32("size").unwrap()[0] as usize
    );
    let report = notebook.frame("retrieve popularity k=12 | select stage1 | decode exact | evaluate");
    assert_eq!(
        (report.kind(), report.u32("size").unwrap()),
        ("report", [2, 3, 4].as_slice())
    );
}

#[test]
fn the_helper_crate_knows_what_no_name_may_be() {
    for keyword in KEYWORDS {
        let word = keyword.word;
        let expected = format!("`{word}` is a statement of grn, expected another name");
        assert_eq!(grn_nb::get(word).unwrap_err().to_string(), expected);
        assert_eq!(grn_nb::put(word, Ranking::new()).unwrap_err().to_string(), expected);
    }
    let other = grn_nb::get("letter").unwrap_err().to_string();
    assert!(!other.contains("is a statement"), "{other}");
}

#[test]
fn the_helper_crate_scores_as_many_candidates_as_exact_decoding_searches() {
    let caps: Vec<String> = DEFAULT_CAPS
        .iter()
        .map(|(size, cap)| format!("{size}: {cap}"))
        .collect();
    let caps = format!("{{{}}}", caps.join(", "));
    let catalog = grn::stages::catalog();
    let exact = catalog.find("decode", Some("exact")).unwrap();
    let DefaultValue::Literal(expected) = exact.parameter("cap").unwrap().default else {
        panic!("`cap` has no default");
    };
    assert_eq!(caps, expected);
}
