//! Whatever the text, checking and planning end without a panic, and formatting changes no verdict.

use crate::catalog::catalog;
use grn::lang::catalog::Catalog;
use grn::lang::check::check;
use grn::lang::checked::Environment;
use grn::lang::complete::complete;
use grn::lang::diagnostics::Diagnostic;
use grn::plan::build::build;
use grn::plan::explain::explain;
use grn::plan::rules::{RULES, optimise};
use proptest::prelude::*;
use std::path::Path;

fn diagnostics(source: &str) -> Vec<Diagnostic> {
    diagnostics_by(&catalog(), source)
}

fn diagnostics_by(catalog: &Catalog, source: &str) -> Vec<Diagnostic> {
    let script = grn_grammar::parse(source).script;
    let checked = check(&script, catalog, &Environment::default());
    if let Ok(mut plan) = build(&checked, &|_: &Path| Ok([0; 32])) {
        let explanations: Vec<String> = plan
            .shows()
            .take(3)
            .map(|show| explain(&plan, show, RULES).to_text())
            .collect();
        assert!(explanations.iter().all(|text| !text.is_empty()));
        optimise(&mut plan, RULES);
    }
    checked.diagnostics
}

/// Pieces that are mostly right, in any order: they reach much deeper than arbitrary text.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "retrieve",
        "attn",
        "dot",
        "select",
        "stage1",
        "residual_hos2",
        "decode",
        "exact",
        "simulate",
        "sergio",
        "split",
        "stratified",
        "features",
        "evaluate",
        "plot",
        "coverage",
        "table",
        "save",
        "predict",
        "let",
        "pools",
        "use",
        "set",
        "explain",
        "help",
        "k=",
        "seed=",
        "cap=",
        "m=",
        "sizes=",
        "path=",
        "device=",
        "=",
        "|",
        "\n",
        "\n  | ",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        ",",
        ":",
        "..",
        "42..44",
        "1..2000",
        "-1",
        "80",
        "1.5",
        "1e300",
        "9223372036854775807",
        "true",
        "cpu",
        "\"",
        "\"a$B\"",
        "# x",
        "é",
        "{2: 80}",
        "(2, 3)",
        "[dot, attn]",
        "[1, 2]",
    ];
    prop_oneof![
        8 => proptest::sample::select(words.to_vec()).prop_map(|word| format!("{word} ")),
        1 => "\\PC{0,6}",
    ]
}

/// Statements that parse, with stages that mostly exist.
fn statement() -> impl Strategy<Value = String> {
    let stages = [
        "retrieve attn",
        "retrieve [dot, attn] k=[40, 80]",
        "retrieve dot k=5 seed=1..3",
        "inject oracle",
        "select stage1",
        "select [pairs2, residual_hos2] m=0.5",
        "decode exact",
        "decode topr cap={2: 9}",
        "evaluate",
        "plot coverage",
        "plot exact",
        "table",
        "simulate sergio genes=50",
        "features raw",
        "split seed=7 sizes=(2, 3)",
        "predict exact",
        "pools",
        "nope",
        "retrieve nope x=1",
        "load sergio dir=\"nowhere\"",
    ];
    let pipeline =
        proptest::collection::vec(proptest::sample::select(stages.to_vec()), 1..6).prop_map(|s| s.join(" | "));
    (
        proptest::sample::select(vec!["", "let pools = ", "use ", "explain "]),
        pipeline,
    )
        .prop_map(|(a, b)| format!("{a}{b}"))
}

proptest! {
    #[test]
    fn any_text_is_checked_without_a_panic(source in "\\PC{0,80}") {
        diagnostics(&source);
    }

    #[test]
    fn any_bytes_are_parsed_checked_and_formatted_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        let source = String::from_utf8_lossy(&bytes);
        diagnostics(&source);
        let valid = grn_grammar::parse(&source).errors.is_empty();
        prop_assert_eq!(grn_grammar::format(&source).is_ok(), valid);
    }

    #[test]
    fn any_pieces_are_checked_without_a_panic(pieces in proptest::collection::vec(piece(), 0..30), at in 0usize..200) {
        let source: String = pieces.concat();
        for catalog in [catalog(), grn::stages::catalog()] {
            diagnostics_by(&catalog, &source);
            complete(&source, at, &catalog, &Environment::default());
            grn::lang::inspect::inspect(&source, at, &catalog, &Environment::default());
        }
    }

    #[test]
    fn diagnostics_lie_within_the_source(statements in proptest::collection::vec(statement(), 1..5)) {
        let source = statements.join("\n");
        for diagnostic in diagnostics(&source) {
            let (span, _) = diagnostic.label.unwrap();
            prop_assert!(span.start <= span.end && span.end <= source.len());
        }
    }

    #[test]
    fn formatting_changes_no_verdict(statements in proptest::collection::vec(statement(), 1..5)) {
        let source = statements.join("\n");
        let formatted = grn_grammar::format(&source).unwrap();
        let codes = |source: &str| diagnostics(source).into_iter().map(|d| (d.code, d.message)).collect::<Vec<_>>();
        prop_assert_eq!(codes(&source), codes(&formatted));
    }
}
