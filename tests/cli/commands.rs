//! Commands that need no script.

use crate::support::{Place, assert_contains, ended};
use serde_json::Value;
use std::process::Stdio;

#[test]
fn version_and_help_go_to_standard_output() {
    let version = Place::new().grn(&["--version"]);
    assert_eq!((version.code, version.stderr.as_str()), (0, ""));
    assert_eq!(version.stdout, concat!("grn ", env!("CARGO_PKG_VERSION"), "\n"));
    let help = Place::new().grn(&["--help"]);
    assert_eq!(help.code, 0);
    for command in [
        "run",
        "check",
        "fmt",
        "explain",
        "stages",
        "help",
        "bench",
        "completions",
    ] {
        assert_contains(&help.stdout, &format!("\n  {command} "));
    }
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    for arguments in [
        &["grow"][..],
        &[],
        &["run"],
        &["run", "a.grn", "-e", "help"],
        &["check"],
        &["stages", "--yaml"],
    ] {
        let ended = Place::new().grn(arguments);
        assert_eq!(ended.code, 2, "{arguments:?}");
        assert_contains(&ended.stderr, "Usage:");
        assert_eq!(ended.stdout, "", "{arguments:?}");
    }
}

#[test]
fn stages_come_as_text_markdown_and_json() {
    let text = Place::new().grn(&["stages"]);
    assert_eq!(text.code, 0);
    let markdown = Place::new().grn(&["stages", "--markdown"]);
    assert_eq!(markdown.code, 0);
    let json = Place::new().grn(&["stages", "--json"]);
    assert_eq!(json.code, 0);
    let catalog: Value = serde_json::from_str(&json.stdout).unwrap();
    let stages = catalog["stages"].as_array().unwrap();
    assert!(stages.len() > 10);
    for stage in stages {
        let verb = stage["verb"].as_str().unwrap();
        let method = stage["method"].as_str().unwrap_or_default();
        for listing in [&text.stdout, &markdown.stdout] {
            assert_contains(listing, verb);
            assert_contains(listing, method);
        }
        for parameter in stage["parameters"].as_array().unwrap() {
            assert_contains(&markdown.stdout, &format!("`{}`", parameter["name"].as_str().unwrap()));
            assert!(parameter["type"].is_string() && parameter["doc"].is_string());
        }
    }
}

#[test]
fn workloads_are_listed_and_wrong_names_answered() {
    let list = Place::new().grn(&["bench"]);
    assert_eq!((list.code, list.stderr.as_str()), (0, ""));
    for workload in ["gemm", "decode-scaling", "train-residual", "start"] {
        assert_contains(&list.stdout, &format!("\n{workload} "));
    }
    let wrong = Place::new().grn(&["bench", "decode", "simulat"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert_contains(&wrong.stderr, "did you mean `simulate`?");
    let unwritable = Place::new().grn(&["bench", "check", "--json", "missing/bench.json"]);
    assert_eq!(unwritable.code, 1);
    assert!(!unwritable.stderr.contains("measuring"), "{}", unwritable.stderr);
}

#[test]
fn help_knows_the_catalog_and_the_commands() {
    let page = Place::new().grn(&["help", "retrieve", "attn"]);
    assert_eq!((page.code, page.stderr.as_str()), (0, ""));
    assert_contains(&page.stdout, "retrieve attn");
    assert_contains(&page.stdout, "epochs");
    assert_eq!(Place::new().grn(&["help"]).code, 0);
    let command = Place::new().grn(&["help", "run"]);
    assert_eq!(command.code, 0);
    assert_contains(&command.stdout, "--json");
}

#[test]
fn help_for_a_wrong_name_says_the_nearest() {
    let wrong = Place::new().grn(&["help", "retrive"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert_contains(&wrong.stderr, "`retrieve`");
    let wrong = Place::new().grn(&["help", "retrieve", "atn"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert_contains(&wrong.stderr, "`attn`");
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Place::new().grn(&["completions", shell]);
        assert_eq!(script.code, 0, "{shell}");
        assert_contains(&script.stdout, "no-timings");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::new();
    let mut command = place.command(&["stages", "--json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = ended(&child.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_one_message() {
    let place = Place::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    for command in ["stages", "help", "--help", "--version"] {
        let full = full.try_clone().unwrap();
        let ended = ended(&place.command(&[command]).stdout(full).output().unwrap());
        assert_eq!(ended.code, 1, "{command}");
        assert_contains(
            &ended.stderr,
            "error[grn::output]: standard output can't be written: the disk is full",
        );
    }
}
