//! Every stage can be stopped wherever it asks; what is finished stays, and a later run gives the same numbers.

use crate::engine::observer::{CancelToken, Event, Observer};
use crate::session::{Failure, Session, Shown};
use crate::source::Source;
use crate::stages::STAGES;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;

/// More asks than any run takes.
const ENDLESS: u64 = 1 << 60;

/// Pipelines that use every stage that computes, small enough to be run often. `{dir}` holds a data set.
pub(crate) const SCRIPTS: [&str; 16] = [
    "simulate sergio genes=120 regulators=30 cells=4 | features log1p_zscore | split stratified seed=1 \
     | retrieve attn k=12 epochs=1 embedding=8 hidden=8 heads=2 | inject oracle cap=12 \
     | select residual_hos2 epochs=1 embedding=8 hidden=8 heads=2 feedforward=8 negatives=4 \
     | decode exact verify=true | evaluate exact_match",
    "set threads=2\nload sergio dir=\"{dir}\" | features raw | split stratified sizes=(1, 2) \
     | retrieve dot k=8 epochs=1 embedding=8 hidden=8 | select pairs2 epochs=1 embedding=8 hidden=8 \
     | decode topr | evaluate exact_match",
    "simulate sergio genes=120 regulators=30 cells=4 | features log1p_zscore | split stratified seed=1 \
     | retrieve correlation k=12 | select stage1 | predict sizes=(2, 3)",
    "simulate sergio genes=120 regulators=30 cells=4 | features log1p_zscore | split stratified seed=1 \
     | retrieve popularity k=12 | select stage1 | decode exact | evaluate exact_match",
    "simulate sergio genes=120 regulators=30 cells=4 | features log1p_zscore | split team_disjoint seed=1 \
     | retrieve knn k=12 | select modal | decode exact | evaluate exact_match",
    "simulate sergio genes=120 regulators=30 cells=4 | features log1p_zscore | split stratified seed=1 sizes=(2,) \
     | retrieve popularity k=12 | select copy_nearest | decode exact",
    "simulate sergio genes=120 regulators=30 cells=4 | features log1p_zscore | split stratified seed=1 sizes=(2,) \
     | retrieve popularity k=12 | select steady_state | decode exact",
    "simulate sergio genes=120 regulators=30 cells=4 | features log1p_zscore | split stratified seed=1 \
     | retrieve popularity k=12 | select deep_pairs2 epochs=1 embedding=8 hidden=8 | decode topr",
    "simulate sergio genes=120 regulators=30 cells=4 | features log1p_zscore | split stratified seed=1 sizes=(2,) \
     | retrieve popularity k=12 \
     | select pure_hos2 epochs=1 embedding=8 hidden=8 heads=2 feedforward=8 negatives=4 warm_start=pairs2 \
     | decode exact",
    "load sergio dir=\"{dir}\" | features raw | split stratified sizes=(1, 2) | retrieve given file=\"{dir}/scores.csv\" k=8 \
     | select given file=\"{dir}/scores.csv\" | decode exact | evaluate exact_match",
    "simulate sergio genes=120 regulators=30 cells=4 | features log1p_zscore | split stratified seed=1 sizes=(3,) \
     | retrieve popularity k=12 | select modal | decode beam gap=true",
    "simulate sergio genes=120 regulators=30 cells=4 | features log1p_zscore | split stratified seed=1 sizes=(3,) \
     | retrieve popularity k=12 | select modal | decode swap starts=2 gap=true",
    "simulate sergio genes=120 regulators=30 cells=4 | features log1p_zscore | split random seed=1 \
     | retrieve correlation k=119 | evaluate edges",
    "load csv expression=\"{dir}/simulated_noNoise_0.csv\" network=\"{dir}/edges.csv\" | features zscore \
     | split stratified sizes=(1, 2) | retrieve grnboost k=8 trees=4 gene_share=0.5",
    "load beeline expression=\"{dir}/simulated_noNoise_0.csv\" network=\"{dir}/edges.csv\" | features raw",
    "load genelink expression=\"{dir}/simulated_noNoise_0.csv\" labels=\"{dir}/edges.csv\" | features raw",
];

/// Where a run stands, counted in asks of its token.
#[derive(Default)]
pub(crate) struct Asks {
    token: CancelToken,
    /// For each stage that ran, its label and the asks before it started and when it had finished.
    pub(crate) stages: Mutex<Vec<(String, u64, u64)>>,
    /// Labels of stages that were there already.
    cached: Mutex<Vec<String>>,
}

impl Asks {
    fn of(token: &CancelToken) -> Self {
        Self {
            token: token.clone(),
            ..Self::default()
        }
    }
}

impl Observer for Asks {
    fn event(&self, event: &Event) {
        let asked = ENDLESS.saturating_sub(self.token.asks_left());
        let mut stages = self.stages.lock().unwrap();
        match event {
            Event::StageStarted { label, .. } => stages.push((label.clone(), asked, asked)),
            Event::StageFinished {
                cached: true, label, ..
            } => self.cached.lock().unwrap().push(label.clone()),
            Event::StageFinished { .. } => stages.last_mut().unwrap().2 = asked,
            Event::Progress { .. } | Event::Note(_) => {}
        }
    }
}

/// Runs a script; gives its values in words, every number included.
pub(crate) fn run(
    session: &mut Session,
    script: &str,
    observer: &Asks,
    token: &CancelToken,
) -> Result<String, Failure> {
    let prepared = session.prepare(&Source::cell("test", script), &CancelToken::default())?;
    let mut values = String::new();
    session.run(prepared, observer, token, &mut |shown| {
        if let Shown::Result(outcome, _) = shown {
            outcome
                .cells
                .iter()
                .for_each(|cell| values += &format!("{:?}\n", cell.value));
        }
    })?;
    Ok(values)
}

/// A data set of 60 genes: 6 master regulators, and targets with one or two of them.
pub(crate) fn write_dataset(folder: &Path) {
    let mut expression = (0..8).map(|cell| format!(",{cell}")).collect::<String>() + "\n";
    let (mut interactions, mut edges) = (String::new(), "TF,target\n".to_owned());
    for gene in 0..60_u32 {
        let values: String = (0..8).map(|cell| format!(",{}", (gene * 7 + cell * 13) % 17)).collect();
        expression += &format!("{gene}{values}\n");
        let (first, second) = (gene % 6, (gene / 6) % 6);
        if gene >= 6 {
            edges += &format!("{first},{gene}\n{second},{gene}\n");
        }
        match gene {
            0..6 => {}
            _ if first == second => interactions += &format!("{gene},1,{first},2.0,2.0\n"),
            _ => interactions += &format!("{gene},2,{first},{second},2.0,-1.0,2.0,2.0\n"),
        }
    }
    let pairs = (0..60_u32).flat_map(|target| (0..60).map(move |regulator| (target, regulator)));
    let scores: String = pairs
        .map(|(target, regulator)| format!("{target},{regulator},{}\n", (target * 11 + regulator * 5) % 23))
        .collect();
    fs::write(folder.join("scores.csv"), format!("target,regulator,score\n{scores}")).unwrap();
    let masters: String = (0..6).map(|gene| format!("{gene},1.0,2.0\n")).collect();
    fs::write(folder.join("simulated_noNoise_0.csv"), expression).unwrap();
    fs::write(folder.join("Interaction_cID_1.txt"), interactions).unwrap();
    fs::write(folder.join("edges.csv"), edges).unwrap();
    fs::write(folder.join("Regs_cID_1.txt"), masters).unwrap();
}

/// Stops a fresh run after `asks` asks, inside the stage at `place`, then runs it again in the same session.
fn check_interrupted(script: &str, asks: u64, place: usize, labels: &[String], expected: &str) {
    let mut session = Session::new(BTreeMap::new());
    let token = CancelToken::after(asks);
    let failure = run(&mut session, script, &Asks::of(&token), &token).unwrap_err();
    let Failure::Cancelled(interrupted) = failure else {
        panic!("{} after {asks} asks: {failure:?}", labels[place]);
    };
    assert_eq!(interrupted.running, labels[place..=place], "after {asks} asks");
    assert_eq!(interrupted.finished, labels[..place], "after {asks} asks");
    let again = Asks::default();
    let values = run(&mut session, script, &again, &CancelToken::default()).unwrap();
    assert_eq!(
        *again.cached.lock().unwrap(),
        labels[..place],
        "what was finished stays"
    );
    assert!(values == expected, "{} after {asks} asks: other numbers", labels[place]);
}

#[test]
fn every_stage_stops_anywhere_and_runs_again_to_the_same_numbers() {
    let folder = tempfile::tempdir().unwrap();
    write_dataset(folder.path());
    let mut covered = BTreeSet::new();
    for script in SCRIPTS {
        let script = script.replace("{dir}", &folder.path().display().to_string());
        let token = CancelToken::after(ENDLESS);
        let asks = Asks::of(&token);
        let expected = run(&mut Session::new(BTreeMap::new()), &script, &asks, &token).unwrap();
        let stages = asks.stages.into_inner().unwrap();
        let labels: Vec<String> = stages.iter().map(|(label, ..)| label.clone()).collect();
        for (place, (label, first, end)) in stages.iter().enumerate() {
            assert!(end > first, "{label} never asks");
            let within = end - 1 - first;
            let moments: BTreeSet<u64> = [0, 1, within / 3, within * 2 / 3, within]
                .map(|ask| ask.min(within))
                .into();
            for ask in moments {
                check_interrupted(&script, first + ask, place, &labels, &expected);
            }
            covered.insert(label.clone());
        }
    }
    let all: BTreeSet<String> = STAGES
        .iter()
        .filter(|stage| stage.run.is_some())
        .map(|stage| stage.spec.name())
        .collect();
    assert_eq!(covered, all, "the scripts of this test use every stage that computes");
}
