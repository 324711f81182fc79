//! `--device` and `set device=`: which one wins, and what is said where there is no GPU.

use crate::support::{Place, SMALL, assert_contains};
use serde_json::Value;

const NOTE: &str = "device=cuda is not available here";

/// Runs a script with these arguments; gives the device of its results, and what was said of the device.
fn run(script: &str, arguments: &[&str]) -> (String, Vec<String>) {
    let place = Place::new();
    place.write("a.grn", format!("{script}\n{SMALL}\n"));
    let ended = place.grn(&[&["run", "a.grn", "--json", "a.json"], arguments].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let document: Value = serde_json::from_str(&place.read("a.json")).unwrap();
    let said = ended.stderr.lines().filter(|line| line.contains("device"));
    (
        document["device"].as_str().unwrap().to_owned(),
        said.map(str::to_owned).collect(),
    )
}

/// What asking for CUDA must give: the GPU without a word, or the CPU with one line.
#[track_caller]
fn assert_cuda((device, said): (String, Vec<String>)) {
    match said.as_slice() {
        [] => assert_eq!(device, "cuda"),
        [note] => {
            assert_eq!(device, "cpu");
            assert_contains(note, NOTE);
            assert_contains(note, ": running on the CPU");
        }
        more => panic!("{more:?}"),
    }
}

#[test]
fn the_command_line_is_above_the_script() {
    assert_eq!(run("set device=cuda", &["--device", "cpu"]), ("cpu".to_owned(), vec![]));
    assert_cuda(run("set device=cpu", &["--device", "cuda"]));
    assert_cuda(run("set device=cuda", &[]));
}

#[test]
fn device_is_above_set() {
    let cpu = ("cpu".to_owned(), vec![]);
    assert_eq!(run("", &["--set", "device=cuda", "--device", "cpu"]), cpu);
    assert_eq!(run("", &["--device", "cpu", "--set", "device=cuda"]), cpu);
    assert_cuda(run("", &["--device", "cuda", "--set", "device=cpu"]));
}

#[test]
fn auto_says_nothing() {
    assert_eq!(run("set device=cuda", &["--device", "auto"]).1, Vec::<String>::new());
    assert_eq!(run("", &[]).1, Vec::<String>::new());
}

#[test]
fn another_device_is_refused() {
    let place = Place::new();
    let ended = place.grn(&["run", "-e", SMALL, "--device", "tpu"]);
    assert_eq!(ended.code, 2);
    assert_contains(&ended.stderr, "[possible values: auto, cpu, cuda]");
    assert!(place.names().is_empty());
}
