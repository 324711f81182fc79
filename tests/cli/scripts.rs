//! Scripts that are checked, formatted and explained, but not run.

use crate::support::{Place, assert_contains, repository};

#[test]
fn a_sound_script_is_checked_in_silence() {
    let place = Place::new();
    place.write("a.grn", "retrieve attn k=80 | plot coverage\n");
    let ended = place.grn(&["check", "a.grn"]);
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", ""));
}

#[test]
fn every_problem_of_every_script_is_reported_at_once() {
    let place = Place::new();
    place.write(
        "a.grn",
        "retrieve attn k=80 | select residual_hos m=1.0\nretrieve dot kk=3 |\n",
    );
    place.write("b.grn", "let x = retrieve attn\n");
    let ended = place.grn(&["check", "a.grn", "b.grn", "c.grn"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    let expected = "\
error[grn::unknown-method]: `select` has no method `residual_hos`
  ┌─ a.grn:1:29
  │
1 │ retrieve attn k=80 | select residual_hos m=1.0
  │                             ^^^^^^^^^^^^ did you mean `residual_hos2`?
";
    assert_contains(&ended.stderr, expected);
    assert_contains(&ended.stderr, "error[grn::unknown-parameter]");
    assert_contains(&ended.stderr, "error[grn::trailing-pipe]");
    assert_contains(&ended.stderr, "warning[grn::unused-name]");
    assert_contains(&ended.stderr, "there is no script `c.grn`");
    assert_contains(&ended.stderr, "4 errors, 1 warning");
    assert!(!ended.stderr.contains('\u{1b}'), "no colour where there is no terminal");
}

#[test]
fn a_flood_of_problems_is_cut_and_counted() {
    let ended = Place::new().grn_with_stdin(&["check", "-"], "foo\n".repeat(20_000).as_bytes());
    assert_eq!(ended.code, 2);
    assert_eq!(ended.stderr.matches("error[grn::unknown-verb]").count(), 100);
    assert_contains(&ended.stderr, "… and 19900 more");
    assert_contains(&ended.stderr, "20000 errors");
}

#[test]
fn what_is_no_script_is_one_message() {
    let place = Place::new();
    place.write("latin.grn", b"retrieve attn # caf\xe9\n");
    let cases = [
        ("missing.grn", "there is no script `missing.grn`"),
        (".", "`.` is a folder, expected a script"),
        (
            "latin.grn",
            "`latin.grn` is not UTF-8 text: byte 0xe9 at line 1, byte 20",
        ),
    ];
    for (name, message) in cases {
        for command in [&["check", name][..], &["run", name], &["fmt", name], &["explain", name]] {
            let ended = place.grn(command);
            assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{command:?}");
            assert_contains(&ended.stderr, message);
            assert_eq!(ended.stderr.matches("error").count(), 1, "{}", ended.stderr);
        }
    }
    assert_eq!(place.names(), ["latin.grn"]);
}

#[test]
fn what_can_not_be_computed_or_written_is_known_without_running() {
    let place = Place::new();
    let cases = [
        (
            "retrieve attn embedding=126 heads=4",
            "error[grn::heads-do-not-divide]",
            "`embedding=128 heads=4`",
        ),
        (
            "retrieve dot | select residual_hos2 embedding=64 heads=[4, 3]",
            "error[grn::heads-do-not-divide]",
            "`embedding=63 heads=3`",
        ),
        (
            "retrieve dot | save path=\"a.xlsx\"",
            "error[grn::unknown-extension]",
            "`.xlsx`",
        ),
        (
            "load sergio expression=\"/dev/null\"",
            "error[grn::missing-file]",
            "device or pipe",
        ),
    ];
    for (script, code, words) in cases {
        let ended = place.grn_with_stdin(&["check", "-"], script.as_bytes());
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{script}");
        assert_contains(&ended.stderr, code);
        assert_contains(&ended.stderr, words);
    }
}

#[test]
fn formatting_writes_only_what_changes() {
    let place = Place::new();
    place.write("a.grn", "retrieve   attn k = 80|select stage1 # why\n");
    let check = place.grn(&["fmt", "--check", "a.grn"]);
    assert_eq!((check.code, check.stdout.as_str()), (1, "a.grn\n"));
    let ended = place.grn(&["fmt", "a.grn"]);
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", ""));
    let formatted = place.read("a.grn");
    assert_eq!(formatted, "retrieve attn k=80 | select stage1 # why\n");
    assert_eq!(place.grn(&["fmt", "--check", "a.grn"]).code, 0);
    assert_eq!(place.names(), ["a.grn"]);
}

#[test]
fn formatting_standard_input_goes_to_standard_output() {
    let ended = Place::new().grn_with_stdin(&["fmt", "-"], b"retrieve   attn|select stage1");
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (0, "retrieve attn | select stage1\n")
    );
}

#[test]
fn a_script_with_syntax_errors_is_not_formatted() {
    let place = Place::new();
    let text = "retrieve   attn |\n";
    place.write("a.grn", text);
    let ended = place.grn(&["fmt", "a.grn"]);
    assert_eq!(ended.code, 2);
    assert_contains(&ended.stderr, "error[grn::trailing-pipe]");
    assert_eq!(place.read("a.grn"), text);
}

#[test]
fn explaining_runs_nothing() {
    let place = Place::new();
    let text = "retrieve attn | select residual_hos2 | decode exact cap=80";
    place.write("a.grn", text);
    let from_file = place.grn(&["explain", "a.grn"]);
    assert_eq!((from_file.code, from_file.stderr.as_str()), (0, ""));
    for part in [
        "simulate sergio",
        "(filled in)",
        "share-prefixes",
        "bound-search",
        "1,581,580",
    ] {
        assert_contains(&from_file.stdout, part);
    }
    assert_eq!(place.grn(&["explain", "-e", text]).stdout, from_file.stdout);
    assert_eq!(
        place.grn_with_stdin(&["explain", "-"], text.as_bytes()).stdout,
        from_file.stdout
    );
    assert_eq!(place.names(), ["a.grn"]);
    assert_eq!(place.grn(&["explain", "-e", "decode exact"]).code, 2);
}

#[test]
fn the_examples_are_sound_and_formatted() {
    let has_data = repository("../shared/data/sergio_ds3").is_dir();
    if !has_data {
        println!("skipped: all examples but the quickstart need ../shared/data");
    }
    let folders = ["examples", "examples/paper"].map(|folder| std::fs::read_dir(repository(folder)).unwrap());
    let paths = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "grn")) {
        let ended = Place::new().grn(&["fmt", "--check", path.to_str().unwrap()]);
        assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{}", path.display());
        if has_data || path.ends_with("quickstart.grn") {
            let mut command = Place::new().command(&["check", path.to_str().unwrap()]);
            let output = command.current_dir(repository(".")).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{}", path.display());
            assert_eq!(output.status.code(), Some(0));
        }
    }
}
