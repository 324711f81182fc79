//! Runs: tables, pages, JSON, options, and everything that may go wrong.

use crate::support::{Place, SMALL, assert_contains};
use serde_json::Value;

#[test]
fn a_run_prints_tables_tells_progress_and_writes_a_page() {
    let place = Place::new();
    place.write("small.grn", format!("# why\n{SMALL}\n"));
    let ended = place.grn(&["run", "small.grn"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_contains(&ended.stdout, "coverage");
    assert_contains(&ended.stderr, "[1/7] simulate sergio …\n");
    assert_contains(&ended.stderr, "[7/7] evaluate exact_match: ");
    assert_contains(&ended.stderr, "page: out/small.html (");
    let page = place.read("out/small.html");
    assert_contains(&page, "simulate sergio genes=80");
    assert_contains(&page, "default-src 'none'");
    assert_eq!(place.names(), ["out", "small.grn"]);
}

#[test]
fn quiet_leaves_only_results() {
    let place = Place::new();
    let ended = place.grn(&["run", "--quiet", "-e", SMALL, "--out", "pages/today"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_contains(&ended.stdout, "coverage");
    assert!(place.path("pages/today/pipeline.html").is_file());
}

#[test]
fn the_document_may_stand_in_the_folder_that_is_made_for_the_page() {
    let place = Place::new();
    let ended = place.grn(&["run", "-q", "-e", SMALL, "--json", "out/small.json"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert!(place.path("out/small.json").is_file() && place.path("out/pipeline.html").is_file());
}

#[test]
fn a_script_may_come_from_standard_input() {
    let place = Place::new();
    let ended = place.grn_with_stdin(&["run", "-q", "-"], SMALL.as_bytes());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(place.path("out/stdin.html").is_file());
}

/// A model that trains, decoded exactly, over two seeds and two scorers.
const TRAINED: &str = "simulate sergio genes=60 types=3 cells=10 regulators=16 masters=6 team_mix=(5, 15, 15, 10) \
                       | split stratified seed=42..43 \
                       | retrieve attn k=8 epochs=1 embedding=16 hidden=16 \
                       | select [stage1, residual_hos2] epochs=1 embedding=16 hidden=16 feedforward=16 layers=1 \
                         negatives=4 \
                       | decode exact cap=6";

#[test]
fn json_is_the_same_for_every_run_and_number_of_threads() {
    let place = Place::new();
    let run = |name: &str, more: &[&str]| {
        let arguments = [
            &["run", "-q", "-e", TRAINED, "--json", name, "--set", "device=cpu"],
            more,
        ]
        .concat();
        let ended = place.grn(&arguments);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        place.read(name)
    };
    let first = run("1.json", &["--no-timings"]);
    assert_eq!(first, run("2.json", &["--no-timings"]));
    assert_eq!(first, run("3.json", &["--no-timings", "--set", "threads=1"]));
    assert_eq!(first, run("4.json", &["--no-timings", "--set", "threads=3"]));
    let mut timed: Value = serde_json::from_str(&run("5.json", &[])).unwrap();
    let mut plain: Value = serde_json::from_str(&first).unwrap();
    assert_ne!(timed, plain, "wall times are there unless unwanted");
    for document in [&mut timed, &mut plain] {
        for result in document["results"].as_array_mut().unwrap() {
            result.as_object_mut().unwrap().remove("seconds");
        }
    }
    assert_eq!(timed, plain);
}

#[test]
fn json_has_an_entry_for_each_grid_cell() {
    let place = Place::new();
    let ended = place.grn(&["run", "-q", "-e", TRAINED, "--json", "a.json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let document: Value = serde_json::from_str(&place.read("a.json")).unwrap();
    assert_eq!(document["format"], 1);
    assert_eq!(document["grn"], env!("CARGO_PKG_VERSION"));
    let results = document["results"].as_array().unwrap();
    let axes: Vec<(u64, &str)> = results
        .iter()
        .map(|result| {
            (
                result["axes"]["seed"].as_u64().unwrap(),
                result["axes"]["select"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        (42, "stage1"),
        (42, "residual_hos2"),
        (43, "stage1"),
        (43, "residual_hos2"),
    ];
    assert_eq!(axes, expected);
    for result in results {
        assert_eq!(result["type"], "Report");
        assert!(result["per_r"]["2"]["n"].as_u64().unwrap() > 0);
        assert_eq!(result["decode"]["certified"], true);
    }
}

#[test]
fn options_of_the_command_line_stand_above_the_script() {
    let place = Place::new();
    let script = "set device=cuda\nsimulate sergio genes=60";
    let plain = place.grn(&["run", "-e", script]);
    let over = place.grn(&["run", "-e", script, "--set", "device=cpu"]);
    assert_eq!((plain.code, over.code), (0, 0));
    assert!(!over.stderr.contains("note:"), "{}", over.stderr);
    if plain.stderr.contains("note:") {
        assert_contains(&plain.stderr, "running on the CPU");
    }
    for wrong in ["nonsense=1", "device=moon", "threads=-1", "threads", "a=1\nhelp", ""] {
        let ended = place.grn(&["run", "-e", script, "--set", wrong]);
        assert_eq!(ended.code, 2, "{wrong}: {}", ended.stderr);
        assert_contains(&ended.stderr, "error[grn::");
    }
}

#[test]
fn a_wrong_script_runs_nothing_and_writes_nothing() {
    let place = Place::new();
    let ended = place.grn(&[
        "run",
        "-e",
        "simulate sergio genes=60\nretrieve attn kk=3",
        "--json",
        "a.json",
    ]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert_contains(&ended.stderr, "error[grn::unknown-parameter]");
    assert!(place.names().is_empty());
}

#[test]
fn what_can_not_be_written_is_known_before_the_run() {
    let place = Place::new();
    place.write("file", "");
    let cases: [&[&str]; 4] = [
        &["--json", "missing/a.json"],
        &["--json", "."],
        &["--out", "file"],
        &["--out", "file/deeper"],
    ];
    for case in cases {
        let ended = place.grn(&[&["run", "-e", "retrieve attn"], case].concat());
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{case:?}");
        assert_contains(&ended.stderr, "error[grn::cannot-write]");
        assert!(
            !ended.stderr.contains("simulate sergio"),
            "nothing has run: {}",
            ended.stderr
        );
        assert_eq!(place.names(), ["file"], "{case:?}");
    }
    let ended = place.grn(&["run", "-e", "retrieve attn | save path=\"missing/a.csv\""]);
    assert_eq!(ended.code, 2);
    assert!(!ended.stderr.contains("simulate sergio"), "{}", ended.stderr);
}

#[test]
fn a_folder_that_was_made_in_vain_is_gone() {
    let place = Place::new();
    let ended = place.grn(&["run", "-q", "-e", "load sergio", "--out", "a/b/c"]);
    assert_eq!(ended.code, 1);
    assert_contains(&ended.stderr, "error[grn::nothing-to-load]");
    assert!(place.names().is_empty(), "{:?}", place.names());
    let ended = place.grn(&["run", "-q", "-e", "simulate sergio genes=60", "--out", "a/b/c"]);
    assert_eq!(ended.code, 0);
    assert!(place.path("a/b/c/pipeline.html").is_file());
}

#[test]
fn a_script_that_asks_for_nothing_says_so() {
    let place = Place::new();
    for script in ["", "# only a comment\n", "use retrieve dot"] {
        let ended = place.grn(&["run", "-e", script]);
        assert_eq!((ended.code, ended.stdout.as_str()), (0, ""));
        assert_contains(&ended.stderr, "warning[grn::nothing-to-run]");
    }
    assert!(place.names().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_message_and_no_file() {
    let place = Place::new();
    let ended = place.grn(&["run", "-q", "-e", "simulate sergio genes=60", "--json", "/dev/full"]);
    assert_eq!(ended.code, 1);
    assert_contains(
        &ended.stderr,
        "error[grn::cannot-write]: cannot write `/dev/full`: the disk is full",
    );
    assert!(place.names().is_empty());
    let ended = place.grn(&["run", "-q", "-e", "simulate sergio genes=60 | save path=\"/dev/full\""]);
    assert_ne!(ended.code, 0);
    assert!(place.names().is_empty());
}

#[test]
fn a_spoiled_data_file_is_named_with_its_place() {
    let place = Place::new();
    place.write("data/Interaction_cID_1.txt", "1,1,0,2.5,2\n");
    place.write("data/simulated_noNoise_0.csv", ",0,1\n0,1.0,2.0\n1,1.0,x\n");
    let ended = place.grn(&["run", "-e", "load sergio dir=\"data\""]);
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""));
    assert_contains(&ended.stderr, "load sergio dir=\"data\"");
    assert_contains(&ended.stderr, "= in data/simulated_noNoise_0.csv:3:3");
    assert_eq!(place.names(), ["data"]);
}

#[test]
fn paths_may_name_environment_variables() {
    let place = Place::new();
    let mut command = place.command(&["check", "-"]);
    command.env("GRN_TEST_FOLDER", "nowhere");
    let script = place.write("a.grn", "load sergio dir=\"$GRN_TEST_FOLDER/x\"\n");
    let output = command.stdin(std::fs::File::open(script).unwrap()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_contains(&String::from_utf8_lossy(&output.stderr), "nowhere/x");
}

#[test]
fn help_and_explain_in_a_script_write_no_page() {
    let place = Place::new();
    let ended = place.grn(&["run", "-e", "help retrieve\nexplain retrieve attn"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_contains(&ended.stdout, "retrieve attn");
    assert_contains(&ended.stdout, "optimisations");
    assert!(place.names().is_empty());
}
