//! What a GPU computes from candle's own operations, computed so on the CPU: the same training, pools and teams as with
//! the operations in one pass.
#![allow(clippy::unwrap_used)]

use crate::engine::executor::{Engine, RunContext};
use crate::engine::observer::{CancelToken, Silent};
use crate::engine::value::Value;
use crate::lang::check::check;
use crate::lang::checked::Environment;
use crate::plan::build::build;
use crate::plan::rules::{RULES, Rule, optimise};
use crate::stages;
use candle_core::Device;
use rayon::ThreadPoolBuilder;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;

thread_local! {
    static FORCED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread composes operations on the CPU as well.
pub fn is_forced() -> bool {
    FORCED.get()
}

const DATA: &str = "simulate sergio genes=60 types=3 cells=20 regulators=20 masters=8 team_mix=(5, 20, 15, 10)";
const SMALL: &str = "epochs=2 embedding=16 hidden=24";

/// The value of each grid cell, with operations in one pass or composed.
fn values(script: &str, composed: bool, left_out: &str) -> Vec<Value> {
    let parse = grn_grammar::parse(script);
    let checked = check(&parse.script, &stages::catalog(), &Environment::default());
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    let mut plan = build(&checked, &|_: &Path| Ok([0; 32])).unwrap();
    let rules: Vec<Rule> = RULES
        .iter()
        .filter(|rule| rule.name != left_out)
        .map(|rule| Rule { ..*rule })
        .collect();
    optimise(&mut plan, &rules);
    let context = RunContext {
        device: &Device::Cpu,
        observer: &Silent,
        cancel: &CancelToken::default(),
        keeper: None,
    };
    // Stages run on the one worker that asks for them.
    let worker = ThreadPoolBuilder::new()
        .num_threads(1)
        .stack_size(8 << 20)
        .build()
        .unwrap();
    let outcomes = worker.install(|| {
        FORCED.set(composed);
        Engine::new(stages::STAGES).run(&plan, context)
    });
    let cells = outcomes.unwrap().into_iter().flat_map(|outcome| outcome.cells);
    cells.map(|cell| cell.value).collect()
}

/// Everything that a value says in numbers, in order.
fn numbers(value: &Value) -> Vec<f64> {
    let pools = value.pools().unwrap();
    let mut numbers = pools.training.loss.clone();
    numbers.extend(pools.scores.iter().flatten().map(|score| f64::from(*score)));
    if let Some(report) = value.report() {
        numbers.extend(&report.teams.training.loss);
        // A constant for each team size is left open by the ranking loss: its gradient is nothing but rounding.
        let mut first = BTreeMap::new();
        for prediction in &report.teams.predictions {
            let first = *first.entry(prediction.size).or_insert(prediction.score);
            numbers.push(prediction.score - first);
        }
    }
    numbers
}

fn assert_same(script: &str, left_out: &str) {
    let (fused, composed) = (values(script, false, left_out), values(script, true, left_out));
    assert_eq!(fused.len(), composed.len());
    let mut differs = false;
    for (fused, composed) in fused.iter().zip(&composed) {
        let (fused, composed) = (numbers(fused), numbers(composed));
        assert_eq!(fused.len(), composed.len());
        for (fused, composed) in fused.iter().zip(&composed) {
            assert!(
                (fused - composed).abs() <= 1e-3 * fused.abs().max(1.0),
                "{script}: {fused} against {composed}"
            );
            differs |= fused != composed;
        }
    }
    assert!(differs, "the same bytes: nothing was composed");
}

#[test]
fn retrievers() {
    assert_same(&format!("{DATA} | retrieve attn k=12 heads=2 {SMALL}"), "");
    assert_same(
        &format!("{DATA} | retrieve attn k=12 heads=2 {SMALL}"),
        "factor-attention-scorer",
    );
    assert_same(&format!("{DATA} | retrieve dot k=12 {SMALL}"), "");
}

#[test]
fn set_scorers() {
    let shape = "heads=2 layers=2 feedforward=20 negatives=6 lr=2e-3";
    let pools = format!("{DATA} | retrieve popularity k=12");
    for method in ["pairs2", "deep_pairs2"] {
        assert_same(&format!("{pools} | select {method} {SMALL} | decode topr cap=8"), "");
    }
    for left_out in ["", "share-projections"] {
        assert_same(
            &format!("{pools} | select residual_hos2 {SMALL} {shape} | decode exact cap=8"),
            left_out,
        );
    }
    let start = "warm_start=pairs2 freeze=1";
    assert_same(
        &format!("{pools} | select pure_hos2 {start} {SMALL} {shape} | decode exact cap=8"),
        "",
    );
}
