//! Golden scripts: each `.grn` file here states the diagnostics it must give, beside the code.
//!
//! A line `# error 22-34 grn::code message` or `# warning …` belongs to the line of code above it; numbers are the
//! first and last column, in characters. `GRN_UPDATE=1 cargo test --test suite` writes what is found into the files.

use grn::lang::check::check;
use grn::lang::checked::Environment;
use grn::lang::diagnostics::{Diagnostic, Severity};
use std::path::{Path, PathBuf};

#[test]
fn scripts_give_the_diagnostics_beside_them() {
    let mut failures = Vec::new();
    for path in scripts() {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = without_expectations(&text);
        let found = annotate(&code, &diagnostics(&code));
        if std::env::var_os("GRN_UPDATE").is_some() {
            std::fs::write(&path, &found).unwrap();
        } else if found != text {
            failures.push(format!("{}:\n{}", path.display(), difference(&text, &found)));
        }
    }
    assert!(
        failures.is_empty(),
        "{}\nGRN_UPDATE=1 accepts what was found",
        failures.join("\n")
    );
}

fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "grn"));
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

fn diagnostics(code: &str) -> Vec<Diagnostic> {
    let parse = grn_grammar::parse(code);
    let mut found: Vec<Diagnostic> = parse
        .errors
        .into_iter()
        .map(|error| Diagnostic::error(error.code, error.message).at(error.span, ""))
        .collect();
    let environment = Environment {
        folder: Some(PathBuf::from("tests/suite")),
        ..Environment::default()
    };
    found.extend(check(&parse.script, &grn::stages::catalog(), &environment).diagnostics);
    found.sort_by_key(|d| d.label.as_ref().map(|(span, _)| *span));
    found
}

fn is_expectation(line: &str) -> bool {
    line.starts_with("# error ") || line.starts_with("# warning ") || line.starts_with("#   ")
}

fn without_expectations(text: &str) -> String {
    let lines = text.lines().filter(|line| !is_expectation(line));
    lines.map(|line| format!("{line}\n")).collect()
}

fn annotate(code: &str, diagnostics: &[Diagnostic]) -> String {
    let mut annotated = String::new();
    let mut start = 0;
    for line in code.split_inclusive('\n') {
        let end = start + line.len();
        annotated.push_str(line);
        let last = end == code.len();
        for diagnostic in diagnostics {
            let (span, _) = diagnostic.label.as_ref().unwrap();
            if span.start >= start && (span.start < end || last) {
                annotated.push_str(&expectation(
                    &code[start..],
                    span.start - start,
                    span.end - start,
                    diagnostic,
                ));
            }
        }
        start = end;
    }
    annotated
}

fn expectation(line: &str, from: usize, to: usize, diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let column = |offset: usize| line[..offset].chars().count();
    let (first, last) = (column(from) + 1, column(to));
    let label = diagnostic
        .label
        .as_ref()
        .map(|(_, label)| label.as_str())
        .unwrap_or_default();
    let mut text = format!(
        "# {severity} {first}-{last} grn::{}: {}\n",
        diagnostic.code, diagnostic.message
    );
    if !label.is_empty() {
        text.push_str(&format!("#   {label}\n"));
    }
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("#   help: {help}\n"));
    }
    text
}

fn difference(expected: &str, found: &str) -> String {
    let lines = expected
        .lines()
        .filter(|line| !found.contains(line))
        .map(|line| format!("- {line}"));
    let more = found
        .lines()
        .filter(|line| !expected.contains(line))
        .map(|line| format!("+ {line}"));
    lines.chain(more).collect::<Vec<_>>().join("\n")
}
