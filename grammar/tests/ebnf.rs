//! The examples of the normative grammar.

use grn_grammar::{format, parse};

const GRAMMAR: &str = include_str!("../grn.ebnf");

/// The examples with this mark, line breaks put in.
fn examples(mark: &str) -> Vec<String> {
    let start = format!("(* {mark}: ");
    let lines = GRAMMAR
        .lines()
        .filter_map(|line| line.strip_prefix(&start)?.strip_suffix("*)"));
    lines.map(|example| example.trim().replace('↵', "\n")).collect()
}

#[test]
fn valid_examples_have_no_errors() {
    let examples = examples("valid");
    assert!(examples.len() > 20);
    for example in examples {
        let parse = parse(&example);
        assert_eq!(parse.errors, [], "{example}");
        let formatted = format(&example).unwrap_or_default();
        assert_eq!(
            grn_grammar::parse(&formatted).script.without_spans(),
            parse.script.without_spans(),
            "{example}"
        );
    }
}

#[test]
fn invalid_examples_have_the_errors_they_name() {
    let examples = examples("invalid");
    assert!(examples.len() > 30);
    for example in examples {
        let (source, codes) = example.rsplit_once(" => ").unwrap_or((&example, ""));
        let found: Vec<&str> = parse(source).errors.iter().map(|error| error.code).collect();
        assert_eq!(found.join(" "), codes, "{source}");
    }
}

#[test]
fn every_error_code_has_an_example() {
    let examples = examples("invalid").join(" ");
    let mut messages = 0;
    for golden in include_str!("errors.txt").lines() {
        let place = golden
            .split_once(' ')
            .filter(|(place, _)| place.contains(':') && !place.ends_with(':'));
        let code = place
            .and_then(|(_, rest)| rest.split_once(": found"))
            .map(|(code, _)| code);
        if let Some(code) = code {
            messages += 1;
            assert!(examples.contains(code), "{code}");
        }
    }
    assert!(messages > 60, "{messages}");
}
