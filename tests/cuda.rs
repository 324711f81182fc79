//! The same scripts on the CPU and on a GPU: pools, teams and scores. Without a GPU, or without the feature `cuda`, each
//! test says that it skips.
#![allow(clippy::unwrap_used)]

use candle_core::Device;
use grn::data::pools::Pools;
use grn::data::teams::Teams;
use grn::engine::device;
use grn::engine::executor::{Engine, RunContext};
use grn::engine::observer::{CancelToken, Silent};
use grn::engine::value::Value;
use grn::lang::check::check;
use grn::lang::checked::Environment;
use grn::metrics::coverage::curves;
use grn::plan::build::build;
use grn::plan::graph::Plan;
use grn::plan::rules::{RULES, optimise};
use grn::stages;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// How far scores may be apart after the few steps of training here; docs/cuda.md states it.
const TOLERANCE: f64 = 2e-3;

const DATA: &str = "simulate sergio genes=90 types=3 cells=40 regulators=24 masters=10 team_mix=(5, 25, 20, 15) \
                    | split stratified seed=42";
const SMALL: &str = "epochs=2 embedding=16 hidden=32";
const CAP: &str = "cap={2: 30, 3: 20, 4: 14}";

fn gpu() -> Option<Device> {
    let (device, remark) = device::resolve("cuda");
    if let Some(remark) = remark {
        println!("skipped: {remark}");
    }
    device.is_cuda().then_some(device)
}

fn planned(script: &str) -> Plan {
    let parse = grn_grammar::parse(script);
    assert_eq!(parse.errors, []);
    let checked = check(&parse.script, &stages::catalog(), &Environment::default());
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    let mut plan = build(&checked, &|_: &Path| Ok([0; 32])).unwrap();
    optimise(&mut plan, RULES);
    plan
}

/// The value of each grid cell of a plan on this device.
fn values(plan: &Plan, device: &Device) -> Vec<Value> {
    let context = RunContext {
        device,
        observer: &Silent,
        cancel: &CancelToken::default(),
        keeper: None,
    };
    let outcomes = Engine::new(stages::STAGES).run(plan, context).unwrap();
    let cells = outcomes.into_iter().flat_map(|outcome| outcome.cells);
    cells.map(|cell| cell.value).collect()
}

#[track_caller]
fn assert_near(found: f64, expected: f64, what: &str) {
    let tolerance = TOLERANCE * expected.abs().max(1.0);
    assert!(
        (found - expected).abs() <= tolerance,
        "{what}: {found} against {expected}"
    );
}

/// The same genes in the same order, up to genes whose scores hardly differ.
fn assert_same_pools(found: &Pools, expected: &Pools, script: &str) {
    for (found, expected) in found.training.loss.iter().zip(&expected.training.loss) {
        assert_near(*found, *expected, &format!("{script}: loss"));
    }
    for (target, (found, expected)) in found.scores.iter().zip(&expected.scores).enumerate() {
        assert_eq!(found.len(), expected.len());
        for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
            let what = format!("{script}: target {target}, place {place}");
            assert_near(f64::from(*found), f64::from(*expected), &what);
        }
    }
    if found.ranked == expected.ranked {
        assert_eq!(curves(found), curves(expected), "{script}: recall");
    }
}

/// The same teams, up to teams whose scores hardly differ from those of their runners-up.
fn assert_same_teams(found: &Teams, expected: &Teams, script: &str) {
    assert!(!expected.predictions.is_empty(), "{script}");
    assert_eq!(found.predictions.len(), expected.predictions.len(), "{script}");
    // A constant for each team size is left open by the ranking loss: its gradient is nothing but rounding.
    let mut shifts = BTreeMap::new();
    for (found, expected) in found.predictions.iter().zip(&expected.predictions) {
        let shift = *shifts.entry(expected.size).or_insert(found.score - expected.score);
        let what = format!("{script}: target {}", expected.target);
        assert_eq!(found.target, expected.target, "{what}");
        assert_near(found.score - shift, expected.score, &what);
        // A GPU scores every set; a bounded search may leave out the true runner-up.
        let runner_up = |teams: Option<f64>| teams.unwrap_or(f64::NEG_INFINITY);
        let (best_other, scored_other) = (runner_up(found.runner_up) - shift, runner_up(expected.runner_up));
        let tolerance = TOLERANCE * expected.score.abs().max(1.0);
        assert!(
            best_other >= scored_other - tolerance,
            "{what}: {best_other} below {scored_other}"
        );
        let may_differ = expected.score - best_other.max(scored_other) <= 2.0 * tolerance;
        assert!(
            found.team == expected.team || may_differ,
            "{what}: {found:?} against {expected:?}"
        );
    }
    assert!(found.search.certified && expected.search.certified, "{script}");
}

fn check_script(script: &str) {
    let plan = planned(script);
    let Some(device) = gpu() else { return };
    let (found, expected) = (values(&plan, &device), values(&plan, &Device::Cpu));
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        match (found, expected) {
            (Value::Pools(found), Value::Pools(expected)) => assert_same_pools(found, expected, script),
            (Value::Report(found), Value::Report(expected)) => {
                assert_same_pools(&found.teams.pools, &expected.teams.pools, script);
                assert_same_teams(&found.teams, &expected.teams, script);
            }
            _ => panic!("{script} gives neither pools nor a report"),
        }
    }
}

#[test]
fn retrievers_agree() {
    check_script(&format!("{DATA} | retrieve attn k=24 heads=2 {SMALL}"));
    check_script(&format!("{DATA} | retrieve dot k=24 {SMALL}"));
    check_script(&format!("{DATA} | retrieve [popularity, correlation, knn] k=24"));
}

#[test]
fn sums_of_edge_scores_agree() {
    let retrieve = format!("retrieve attn k=30 heads=2 {SMALL}");
    check_script(&format!(
        "{DATA} | {retrieve} | select [pairs2, deep_pairs2] {SMALL} | decode topr {CAP}"
    ));
    check_script(&format!("{DATA} | {retrieve} | select stage1 | decode exact {CAP}"));
}

#[test]
fn set_scorers_agree() {
    let retrieve = format!("retrieve attn k=30 heads=2 {SMALL}");
    let shape = "heads=2 feedforward=24 negatives=8 lr=2e-3";
    for layers in [1, 2, 3] {
        let select = format!("select residual_hos2 {SMALL} {shape} layers={layers}");
        check_script(&format!("{DATA} | {retrieve} | {select} | decode exact {CAP}"));
    }
    let select = format!("select pure_hos2 warm_start=pairs2 freeze=1 {SMALL} {shape} layers=2");
    check_script(&format!("{DATA} | {retrieve} | {select} | decode exact {CAP}"));
}

/// Heads of three numbers: the kernel doesn't take them, and the CPU scores what was trained on the GPU.
#[test]
fn shapes_that_the_kernel_refuses_agree() {
    let retrieve = format!("retrieve attn k=30 heads=2 {SMALL}");
    let shape = "epochs=2 embedding=6 hidden=32 heads=2 layers=2 feedforward=24 negatives=8";
    check_script(&format!(
        "{DATA} | {retrieve} | select residual_hos2 {shape} | decode exact {CAP}"
    ));
}

/// The PTX in the repository is what this nvcc makes of the source.
#[test]
fn the_kernel_is_what_nvcc_makes() {
    let tool = |name: &str| Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cuda").join(name));
    let version = tool("build.sh").args(["nvcc", "--version"]).output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    if !version.is_ok_and(|version| version.contains("V13.0.88")) {
        println!("skipped: there is no nvcc 13.0.88; `docs/cuda/build.sh toolkit` fetches it");
        return;
    }
    let output = tool("kernel.sh").arg("check").output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "`docs/cuda/kernel.sh write` makes it anew: {}",
        String::from_utf8_lossy(&said)
    );
}
