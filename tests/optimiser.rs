//! The optimiser's promise on values: a plan gives the same pools, teams and scores with all rules and without any one
//! of them; exact decoding agrees with full enumeration; results depend neither on the run nor on the threads.
#![allow(clippy::unwrap_used)]

use candle_core::Device;
use grn::engine::executor::{Engine, RunContext};
use grn::engine::observer::{CancelToken, Silent};
use grn::engine::outcome::Outcome;
use grn::lang::check::check;
use grn::lang::checked::Environment;
use grn::metrics::coverage::curves;
use grn::metrics::report::Report;
use grn::plan::build::build;
use grn::plan::rules::{RULES, Rule, RuleOutcome, optimise};
use grn::report::json;
use grn::{Session, Shown, Source, stages};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Scores of the same set may differ by rounding, and training carries rounding on.
const TOLERANCE: f64 = 1e-4;

/// Matrix products are large enough to be cut into parts, one a thread.
const DATA: &str = "simulate sergio genes=90 types=3 cells=40 regulators=24 masters=10 team_mix=(5, 25, 20, 15)";
/// Pools with so many sets that a bounded search can leave some out.
const RETRIEVE: &str = "retrieve attn k=40 epochs=1 embedding=16 hidden=96 heads=2";
const CAP: &str = "cap={2: 40, 3: 32, 4: 22}";
/// A learning rate at which one epoch makes ψ matter.
const RESIDUAL: &str =
    "residual_hos2 epochs=1 layers=2 lr=5e-3 negatives=8 embedding=16 hidden=96 heads=2 feedforward=24";

fn all_rules() -> Vec<Rule> {
    without(None)
}

/// Every rule but the one of this name.
fn without(left_out: Option<&str>) -> Vec<Rule> {
    let kept = RULES.iter().filter(|rule| Some(rule.name) != left_out);
    kept.map(|rule| Rule { ..*rule }).collect()
}

/// Runs a script under these rules, and says what each did.
fn run(script: &str, rules: &[Rule]) -> (Vec<Outcome>, Vec<RuleOutcome>) {
    let parse = grn_grammar::parse(script);
    assert_eq!(parse.errors, []);
    let catalog = stages::catalog();
    let checked = check(&parse.script, &catalog, &Environment::default());
    let mut plan = build(&checked, &|_: &Path| Ok([0; 32])).unwrap();
    let applied = optimise(&mut plan, rules);
    let context = RunContext {
        device: &Device::Cpu,
        observer: &Silent,
        cancel: &CancelToken::default(),
        keeper: None,
    };
    (Engine::new(stages::STAGES).run(&plan, context).unwrap(), applied)
}

fn reports(outcomes: &[Outcome]) -> Vec<Arc<Report>> {
    let cells = outcomes.iter().flat_map(|outcome| &outcome.cells);
    cells.map(|cell| cell.value.report().unwrap()).collect()
}

fn assert_same(found: &Report, expected: &Report, rule: &str) {
    assert_eq!(
        curves(&found.teams.pools),
        curves(&expected.teams.pools),
        "{rule}: Recall"
    );
    assert_eq!(found.per_size, expected.per_size, "{rule}: counts");
    let predictions = found.teams.predictions.iter().zip(&expected.teams.predictions);
    assert_eq!(
        found.teams.predictions.len(),
        expected.teams.predictions.len(),
        "{rule}"
    );
    for (found, expected) in predictions {
        assert_eq!((found.target, &found.team), (expected.target, &expected.team), "{rule}");
        let difference = (found.score - expected.score).abs();
        assert!(
            difference < TOLERANCE,
            "{rule}: {} against {}",
            found.score,
            expected.score
        );
    }
    assert!(found.search.certified, "{rule}");
}

#[test]
fn leaving_out_any_rule_keeps_every_result() {
    // Two statements that begin alike, a scorer that decomposes and one that doesn't: every rule has something to do.
    let script = format!(
        "use {DATA}\n\
         let pools = {RETRIEVE}\n\
         pools | select {RESIDUAL} | decode exact {CAP} | evaluate\n\
         pools | select pairs2 epochs=1 embedding=16 hidden=96 | decode exact {CAP} | evaluate"
    );
    let (outcomes, applied) = run(&script, &all_rules());
    for outcome in &applied {
        assert!(!outcome.notes.is_empty(), "{} has nothing to do here", outcome.name);
    }
    let expected = reports(&outcomes);
    assert_eq!(expected.len(), 2);
    for rule in RULES {
        let (outcomes, applied) = run(&script, &without(Some(rule.name)));
        assert_eq!(applied.len(), RULES.len() - 1);
        for (found, expected) in reports(&outcomes).iter().zip(&expected) {
            assert_same(found, expected, rule.name);
        }
    }
}

#[test]
fn a_bounded_search_scores_less_and_finds_what_enumeration_finds() {
    let script = |decoder: &str| format!("{DATA} | {RETRIEVE} | select {RESIDUAL} | decode {decoder}");
    // `verify` fails unless both answers agree.
    let (verified, _) = run(&script(&format!("exact {CAP} verify=true")), &all_rules());
    let (exact, _) = run(&script(&format!("exact {CAP}")), &all_rules());
    let (top_r, _) = run(&script(&format!("topr {CAP}")), &all_rules());
    let (verified, exact, top_r) = (reports(&verified), reports(&exact), reports(&top_r));
    assert_same(&exact[0], &verified[0], "verify=true");
    assert!(exact[0].search.excluded > 0, "{:?}", exact[0].search);
    let differs = exact[0].teams.predictions.iter().zip(&top_r[0].teams.predictions);
    let differs = differs.filter(|(exact, top_r)| (exact.score - top_r.score).abs() > TOLERANCE);
    assert!(differs.count() > 0, "ψ is too small here for the test to mean anything");
    assert!(!top_r[0].search.certified);
}

/// The JSON document of a script without its timings.
fn document(script: &str) -> String {
    let source = Source::new("test", script, None);
    let cancel = CancelToken::default();
    let mut session = Session::new(BTreeMap::new());
    let prepared = session.prepare(&source, &cancel).unwrap();
    let mut outcomes = Vec::new();
    let device = session.run(prepared, &Silent, &cancel, &mut |shown| {
        if let Shown::Result(outcome, _) = shown {
            outcomes.push(outcome);
        }
    });
    serde_json::to_string(&json::document(&outcomes, device.unwrap(), false)).unwrap()
}

#[test]
fn two_runs_give_the_same_bytes_whatever_the_number_of_threads() {
    let script = |threads: usize| {
        format!(
            "set device=cpu threads={threads}\n\
             {DATA} | {RETRIEVE} seed=1..2 | select {RESIDUAL} | decode exact {CAP} | evaluate"
        )
    };
    let one = document(&script(1));
    assert!(one.contains("\"certified\":true"), "{one}");
    assert_eq!(one, document(&script(1)));
    assert_eq!(one, document(&script(2)));
    assert_eq!(one, document(&script(0)));
}
