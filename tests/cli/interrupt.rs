//! Ctrl-C at any point of a run.

use crate::support::{Place, assert_contains};
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

/// Starts a run, sends SIGINT as soon as a line of its progress begins with `moment`, and gives back its exit code
/// and all of standard error.
fn interrupted_at(place: &Place, script: &str, moment: &str) -> (Option<i32>, String) {
    let mut command = place.command(&["run", "-e", script, "--json", "a.json"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut all = String::new();
    loop {
        let mut line = String::new();
        if stderr.read_line(&mut line).unwrap() == 0 {
            break;
        }
        all.push_str(&line);
        if line.starts_with(moment) {
            let sent = Command::new("kill")
                .args(["-INT", &child.id().to_string()])
                .status()
                .unwrap();
            assert!(sent.success());
            break;
        }
    }
    stderr.read_to_string(&mut all).unwrap();
    (child.wait().unwrap().code(), all)
}

#[test]
fn a_long_simulation_stops() {
    let place = Place::new();
    let (code, stderr) = interrupted_at(
        &place,
        "simulate sergio types=1 cells=1000 sampling_state=1000",
        "[1/1] simulate",
    );
    assert_eq!(code, Some(1), "{stderr}");
    assert_contains(
        &stderr,
        "interrupted: 0 of 1 stages were finished; simulate sergio was stopped.",
    );
    assert!(place.names().is_empty(), "{:?}", place.names());
}

#[test]
fn a_long_training_stops_and_says_what_was_finished() {
    let place = Place::new();
    let (code, stderr) = interrupted_at(&place, "retrieve attn epochs=1000", "[4/4] retrieve attn");
    assert_eq!(code, Some(1), "{stderr}");
    assert_contains(
        &stderr,
        "interrupted: 3 of 4 stages were finished (simulate sergio, features log1p_zscore, split stratified); \
         retrieve attn was stopped. No page and no JSON were written.",
    );
    assert!(place.names().is_empty(), "{:?}", place.names());
}

#[test]
fn a_training_step_that_takes_minutes_is_not_waited_for() {
    let place = Place::new();
    let (code, stderr) = interrupted_at(
        &place,
        "retrieve popularity | select residual_hos2 batch=4096 negatives=4096 embedding=1024",
        "[5/5] select residual_hos2",
    );
    assert_eq!(code, Some(1), "{stderr}");
    assert_contains(
        &stderr,
        "interrupted: 4 of 5 stages were finished (simulate sergio, features log1p_zscore, split stratified, \
         retrieve popularity); select residual_hos2 was stopped. No page and no JSON were written.",
    );
    assert_eq!(stderr.matches("interrupted").count(), 1, "{stderr}");
    assert!(place.names().is_empty(), "{:?}", place.names());
}

#[test]
fn a_long_search_stops() {
    let place = Place::new();
    let script = "simulate sergio genes=120 types=3 cells=10 | retrieve popularity k=60 \
                  | select residual_hos2 epochs=1 embedding=16 hidden=16 feedforward=16 | decode exact verify=true";
    let (code, stderr) = interrupted_at(&place, script, "[6/7] decode exact");
    assert_eq!(code, Some(1), "{stderr}");
    assert_contains(&stderr, "decode exact was stopped");
    assert!(place.names().is_empty(), "{:?}", place.names());
}
