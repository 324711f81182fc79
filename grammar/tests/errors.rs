//! Golden messages: `errors.txt` holds broken scripts with everything that is said of them.
//!
//! After a change of a message: `cargo test -p grn-grammar --test errors -- --ignored`, then read the difference.

use grn_grammar::{SyntaxError, parse};
use std::fmt::Write as _;
use std::path::PathBuf;

const CASE: &str = "=== ";
const SAYS: &str = "---";

fn golden_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/errors.txt")
}

fn golden_text() -> String {
    std::fs::read_to_string(golden_file()).unwrap_or_default()
}

/// Titles and sources of the file's cases.
fn cases(golden: &str) -> Vec<(String, String)> {
    let mut cases = Vec::new();
    for case in golden.split(CASE).skip(1) {
        let mut lines = case.lines();
        let title = lines.next().unwrap_or_default().to_owned();
        let source: Vec<&str> = lines.take_while(|line| *line != SAYS).collect();
        cases.push((title, source.join("\n")));
    }
    cases
}

fn render(golden: &str) -> String {
    let mut text = String::new();
    for (title, source) in cases(golden) {
        let _ = writeln!(text, "{CASE}{title}\n{source}\n{SAYS}");
        for error in parse(&source).errors {
            text.push_str(&render_error(&source, &error));
        }
        text.push('\n');
    }
    text
}

fn render_error(source: &str, error: &SyntaxError) -> String {
    let before = source.get(..error.span.start).unwrap_or_default();
    let line = before.matches('\n').count();
    let column = before.chars().rev().take_while(|c| *c != '\n').count();
    let marked = source.get(error.span.start..error.span.end).unwrap_or_default();
    let carets = "^".repeat(marked.lines().next().unwrap_or_default().chars().count().max(1));
    let source_line = source.lines().nth(line).unwrap_or_default();
    let mut text = format!("{}:{} {}: {}\n", line + 1, column + 1, error.code, error.message);
    let _ = writeln!(text, "  {source_line}\n  {}{carets}", " ".repeat(column));
    if let Some(help) = &error.help {
        let _ = writeln!(text, "  help: {help}");
    }
    text
}

#[test]
fn messages_are_as_written() {
    let golden = golden_text();
    assert!(cases(&golden).len() > 40);
    let rendered = render(&golden);
    for (expected, found) in golden.split(CASE).zip(rendered.split(CASE)).skip(1) {
        assert_eq!(found, expected);
    }
    assert_eq!(rendered, golden);
}

#[test]
fn every_case_is_an_error_and_speaks_to_nobody() {
    for (title, source) in cases(&golden_text()) {
        let errors = parse(&source).errors;
        assert!(!errors.is_empty(), "{title}");
        for error in errors {
            let words = format!("{} {}", error.message, error.help.unwrap_or_default()).to_lowercase();
            let second_person = words
                .split(|c: char| !c.is_alphabetic())
                .any(|word| word == "you" || word == "your");
            assert!(!second_person, "{words}");
        }
    }
}

#[test]
#[ignore = "rewrites the golden file"]
fn rewrite() -> std::io::Result<()> {
    std::fs::write(golden_file(), render(&golden_text()))
}
