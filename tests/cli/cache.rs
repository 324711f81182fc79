//! Stages that are kept between runs: nothing is trained twice, whatever happens to the folder.

use crate::support::{Ended, Place, assert_contains, ended};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// Trains long enough to be kept on any machine.
const TRAINED: &str = "simulate sergio genes=80 types=3 cells=20 regulators=20 masters=8 team_mix=(10, 20, 20, 20) \
                       | retrieve attn k=12 epochs=60 embedding=32 hidden=64 heads=2 SEED | select stage1 | decode topr cap=12";

fn script(seeds: &str) -> String {
    TRAINED.replace("SEED", seeds)
}

/// Runs a script with its stages kept in `kept`.
fn run(place: &Place, script: &str, more: &[&str]) -> Ended {
    let arguments = [
        "run",
        "-e",
        script,
        "--cache",
        "kept",
        "--json",
        "a.json",
        "--no-timings",
    ];
    let ended = place.grn(&[&arguments, more].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended
}

/// The labels of the stages that trained.
fn trained(ended: &Ended) -> Vec<&str> {
    let starts = ended.stderr.lines().filter_map(|line| line.strip_suffix(" …"));
    starts
        .filter_map(|line| line.split_once("] "))
        .map(|(_, label)| label)
        .filter(|label| label.starts_with("retrieve attn"))
        .collect()
}

/// The files of kept stages.
fn files(place: &Place) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(place.path("kept")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "stage"))
        .collect();
    files.sort();
    files
}

#[test]
fn a_rerun_trains_nothing_and_a_wider_sweep_only_what_is_new() {
    let place = Place::new();
    let plain = place.grn(&[
        "run",
        "-q",
        "-e",
        &script("seed=42"),
        "--json",
        "plain.json",
        "--no-timings",
    ]);
    assert_eq!(plain.code, 0, "{}", plain.stderr);
    assert!(!place.path("kept").exists(), "nothing is kept with `GRN_CACHE=off`");

    let first = run(&place, &script("seed=42"), &[]);
    assert_eq!(trained(&first).len(), 1, "{}", first.stderr);
    assert_eq!(
        (place.read("a.json"), &first.stdout),
        (place.read("plain.json"), &plain.stdout)
    );

    let again = run(&place, &script("seed=42"), &[]);
    assert_eq!(trained(&again), [""; 0], "{}", again.stderr);
    assert_contains(&again.stderr, "retrieve attn: already there");
    assert_eq!(
        (place.read("a.json"), &again.stdout),
        (place.read("plain.json"), &plain.stdout)
    );

    let wider = run(&place, &script("seed=42..43"), &[]);
    assert_eq!(trained(&wider), ["retrieve attn (seed=43)"], "{}", wider.stderr);
}

#[test]
fn another_parameter_is_another_stage_and_off_keeps_nothing() {
    let place = Place::new();
    run(&place, &script("seed=42"), &[]);
    let other = run(&place, &script("seed=42 lr=0.002"), &[]);
    assert_eq!(trained(&other).len(), 1, "{}", other.stderr);
    let off = place.grn(&["run", "-e", &script("seed=42"), "--cache", "off"]);
    assert_eq!(trained(&off).len(), 1, "{}", off.stderr);
    let in_script = format!("set cache=\"kept\"\n{}", script("seed=42"));
    let named = place.grn(&["run", "-e", &in_script]);
    assert_eq!(trained(&named), [""; 0], "{}", named.stderr);
}

#[test]
fn the_environment_names_the_folder() {
    let place = Place::new();
    let text = script("seed=42");
    for expected in [1, 0] {
        let mut command = place.command(&["run", "-e", &text]);
        let ended = ended(
            &command
                .env_remove("GRN_CACHE")
                .env("XDG_CACHE_HOME", place.path("home"))
                .output()
                .unwrap(),
        );
        assert_eq!(
            trained(&ended).len(),
            if cfg!(target_os = "linux") {
                expected
            } else {
                trained(&ended).len()
            }
        );
    }
    if cfg!(target_os = "linux") {
        assert!(place.path("home/grn/stages/CACHEDIR.TAG").is_file());
    }
}

#[test]
fn changed_data_are_other_stages() {
    let place = Place::new();
    let mut expression = (0..8).map(|cell| format!(",{cell}")).collect::<String>() + "\n";
    let mut interactions = String::new();
    for gene in 0..60_u32 {
        let values: String = (0..8).map(|cell| format!(",{}", (gene * 7 + cell * 13) % 17)).collect();
        expression += &format!("{gene}{values}\n");
        if gene >= 6 {
            interactions += &format!("{gene},2,{},{},2.0,-1.0,2.0,2.0\n", gene % 6, (gene + 1) % 6);
        }
    }
    let text = "load sergio dir=\"data\" types=1 | split stratified sizes=(2,) \
                | retrieve attn k=12 epochs=60 embedding=32 hidden=64 heads=2 | select stage1 | decode topr";
    place.write("data/Interaction_cID_1.txt", &interactions);
    place.write("data/simulated_noNoise_0.csv", &expression);
    assert_eq!(trained(&run(&place, text, &[])).len(), 1);
    assert_eq!(trained(&run(&place, text, &[])).len(), 0);
    place.write("data/simulated_noNoise_0.csv", expression.replace(",16", ",15"));
    assert_eq!(trained(&run(&place, text, &[])).len(), 1);
    place.write("data/simulated_noNoise_0.csv", &expression);
    assert_eq!(trained(&run(&place, text, &[])).len(), 0, "as it was before");
}

#[test]
fn a_damaged_stage_is_named_and_made_again() {
    let place = Place::new();
    let first = run(&place, &script("seed=42"), &[]);
    for file in files(&place) {
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x20;
        std::fs::write(&file, bytes).unwrap();
    }
    let verified = place.grn(&["cache", "verify", "--folder", "kept"]);
    assert_eq!(verified.code, 1, "{}", verified.stdout);
    assert_contains(&verified.stderr, "is damaged: its content has another checksum");

    let again = run(&place, &script("seed=42"), &[]);
    assert_eq!(trained(&again).len(), 1);
    assert_eq!(again.stdout, first.stdout);
    let told = again
        .stderr
        .lines()
        .filter(|line| line.starts_with("note: the kept stage `"));
    let told: Vec<&str> = told.collect();
    assert!(
        !told.is_empty() && told.iter().all(|line| line.ends_with("it is made again")),
        "{}",
        again.stderr
    );
    assert_eq!(place.grn(&["cache", "verify", "--folder", "kept"]).code, 0);
    assert_eq!(trained(&run(&place, &script("seed=42"), &[])).len(), 0);
}

#[test]
fn several_runs_at_once_share_a_folder() {
    let place = Place::new();
    let text = script("seed=42..43");
    let start = |name: &str| {
        let arguments = [
            "run",
            "-q",
            "-e",
            &text,
            "--cache",
            "kept",
            "--json",
            name,
            "--no-timings",
        ];
        place.command(&arguments).stdout(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<_> = ["1.json", "2.json", "3.json"].map(start).into();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(place.read("1.json"), place.read("2.json"));
    assert_eq!(place.read("1.json"), place.read("3.json"));
    assert_eq!(place.grn(&["cache", "verify", "--folder", "kept"]).code, 0);
    assert_eq!(trained(&run(&place, &text, &[])).len(), 0);
}

#[test]
fn a_run_that_is_killed_leaves_what_it_had_finished() {
    let place = Place::new();
    let text = script("seed=42..43");
    // The second model begins when the first one is kept; with one thread they run one after the other.
    let arguments = ["run", "-e", &text, "--cache", "kept", "--set", "threads=1"];
    let mut child = place
        .command(&arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let second = lines
        .map(Result::unwrap)
        .find(|line| line.contains("] retrieve attn (seed=43) …"));
    assert!(second.is_some());
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(place.grn(&["cache", "verify", "--folder", "kept"]).code, 0);
    let again = run(&place, &text, &[]);
    assert_eq!(trained(&again), ["retrieve attn (seed=43)"], "{}", again.stderr);
}

#[test]
fn a_folder_that_takes_nothing_is_one_note() {
    let place = Place::new();
    place.write("file", "");
    let ended = place.grn(&["run", "-e", &script("seed=42"), "--cache", "file/within"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let notes = ended
        .stderr
        .matches("note: stages are not kept in `file/within`")
        .count();
    assert_eq!(notes, 1, "{}", ended.stderr);
}

#[test]
fn the_commands_list_measure_and_clear() {
    let place = Place::new();
    run(&place, &script("seed=42"), &[]);
    let cache = |command: &str| place.grn(&["cache", command, "--folder", "kept"]);
    let listed = cache("list");
    assert_contains(&listed.stdout, "retrieve attn");
    assert_contains(&listed.stdout, "Pools");
    let count = files(&place).len();
    let words = if count == 1 {
        "1 stage,".to_owned()
    } else {
        format!("{count} stages,")
    };
    assert_contains(&listed.stdout, &words);
    assert_contains(&cache("size").stdout, &format!("kept: {words}"));
    assert_contains(&cache("verify").stdout, "are sound");
    assert_contains(&cache("clear").stdout, &words);
    assert_contains(&cache("size").stdout, "kept: 0 stages, 0 B");
    assert_eq!(files(&place).len(), 0);
    let off = place.grn(&["cache", "list"]);
    assert_eq!(off.code, 2);
    assert_contains(&off.stderr, "no folder of kept stages is known");
}

#[test]
fn what_the_option_takes_is_said() {
    let place = Place::new();
    let typed = place.grn_with_stdin(&["check", "-"], b"set cache=of\nretrieve dot");
    assert_eq!(typed.code, 2);
    assert_contains(&typed.stderr, "`cache` can't be `of`");
    assert_contains(
        &typed.stderr,
        "expected `on`, `off`, or the path of a folder in double quotes",
    );
    place.write("file", "");
    let file = place.grn_with_stdin(&["check", "-"], b"set cache=\"file\"\nretrieve dot");
    assert_eq!(file.code, 2);
    assert_contains(&file.stderr, "`file` is a file, but `cache` takes a folder");
}
