//! What lasts from script to script of a session, and what the checker may know of the outside.

use grn::lang::check::check;
use grn::lang::checked::{CheckedKind, CheckedPipeline, Environment};
use grn::lang::options::Options;
use grn::plan::graph::Plan;
use grn::plan::rules::{Rule, optimise};
use grn_grammar::span::Span;
use std::path::PathBuf;

fn notebook() -> Environment {
    Environment {
        interactive: true,
        ..Environment::default()
    }
}

fn codes(source: &str, environment: &Environment) -> Vec<&'static str> {
    let parse = grn_grammar::parse(source);
    assert_eq!(parse.errors, []);
    let checked = check(&parse.script, &grn::stages::catalog(), environment);
    checked.diagnostics.into_iter().map(|d| d.code).collect()
}

fn after(source: &str, environment: &Environment) -> Environment {
    let parse = grn_grammar::parse(source);
    check(&parse.script, &grn::stages::catalog(), environment).environment
}

fn pipelines(source: &str, environment: &Environment) -> Vec<CheckedPipeline> {
    let parse = grn_grammar::parse(source);
    let checked = check(&parse.script, &grn::stages::catalog(), environment);
    let shown = checked
        .statements
        .into_iter()
        .filter_map(|statement| match statement.kind {
            CheckedKind::Show(pipeline) | CheckedKind::Explain(pipeline) => Some(pipeline),
            CheckedKind::Help { .. } => None,
        });
    shown.collect()
}

#[test]
fn names_options_and_the_default_source_last() {
    let first = "let pools = retrieve dot\nset threads=2\nuse simulate sergio genes=50";
    assert_eq!(codes(first, &notebook()), Vec::<&str>::new());
    let second = after(first, &notebook());
    assert_eq!(
        second.options,
        Options {
            device: "auto".to_owned(),
            threads: 2,
            ..Options::default()
        }
    );
    assert_eq!(codes("pools | select stage1", &second), Vec::<&str>::new());
    let shown = pipelines("pools | select stage1\nretrieve attn", &second);
    assert_eq!(shown[0].text, "retrieve dot | select stage1");
    assert_eq!(shown[1].text, "retrieve attn");
    assert!(!shown[1].stages[0].implied);
}

#[test]
fn a_later_script_may_bind_a_name_again() {
    let second = after("let pools = retrieve dot", &notebook());
    assert_eq!(codes("let pools = retrieve attn\npools", &second), Vec::<&str>::new());
    assert_eq!(
        pipelines("let pools = retrieve attn\npools", &second)[0].text,
        "retrieve attn"
    );
}

#[test]
fn stages_keep_the_places_where_they_were_written() {
    let first = "# above\nlet pools = retrieve dot k=17\nuse simulate sergio genes=50";
    let text_of = |span: Span| first.get(span.start..span.end);
    let second = after(first, &notebook());
    let pools = &pipelines("pools", &second)[0];
    assert_eq!(text_of(pools.stages.last().unwrap().span), Some("retrieve dot k=17"));
    let source = &pipelines("retrieve dot", &second)[0].stages[0];
    assert_eq!(text_of(source.span), Some("simulate sergio genes=50"));
}

#[test]
fn a_name_that_is_wrong_is_reported_once() {
    assert_eq!(
        codes("let a = retrieve nope\na | select stage1\na | table", &notebook()),
        ["unknown-method"]
    );
}

#[test]
fn only_files_warn_of_unused_names() {
    assert_eq!(codes("let a = retrieve dot", &Environment::default()), ["unused-name"]);
    assert_eq!(codes("let a = retrieve dot", &notebook()), Vec::<&str>::new());
}

#[test]
fn variables_and_the_scripts_folder_make_paths() {
    let environment = Environment {
        variables: [("SUITE".to_owned(), "suite".to_owned())].into(),
        folder: Some(PathBuf::from("tests")),
        ..notebook()
    };
    let dir = |source: &str| {
        let shown = pipelines(source, &environment);
        let settings = &shown[0].stages[0].methods[0].settings;
        let (_, setting) = settings.iter().find(|(name, _)| *name == "dir").unwrap();
        format!("{setting:?}")
    };
    assert!(dir("load sergio dir=\"$SUITE\"").contains("tests/suite"));
    assert!(dir("load sergio dir=\"../tests/$SUITE\"").contains("tests/../tests/suite"));
    // What is not in the script's folder is looked for in the working directory.
    assert!(dir("load sergio dir=\"src/lang\"").contains("\"src/lang\""));
    assert_eq!(
        codes("load sergio dir=\"$SUTIE\"", &environment),
        ["undefined-variable"]
    );
}

#[test]
fn the_designs_examples_check() {
    let examples = [
        "retrieve attn k=80 | select residual_hos2 m=1.0 | decode exact cap=80",
        "load sergio dir=\"tests\"\n  | features log1p_zscore\n  | split stratified test=0.2 seed=42\n  | retrieve attn \
         k=80\n  | select residual_hos2 m=1.0\n  | decode exact cap={2: 80, 3: 80, 4: 55}\n  | evaluate",
        "use load sergio dir=\"tests\" | split stratified seed=42..44\nlet pools = retrieve [dot, attn] k=80\npools | \
         select [stage1, pairs2, residual_hos2] | decode exact | evaluate | table | plot exact\npools | plot coverage",
    ];
    for example in examples {
        assert_eq!(codes(example, &Environment::default()), Vec::<&str>::new(), "{example}");
    }
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "rule drop-last changes types")]
fn a_rule_that_changes_types_is_a_defect() {
    let parse = grn_grammar::parse("retrieve dot | select stage1");
    let checked = check(&parse.script, &grn::stages::catalog(), &notebook());
    let mut plan = grn::plan::build::build(&checked, &|_| Ok([0; 32])).unwrap();
    let drop_last = |plan: &mut Plan| {
        plan.nodes.pop();
        Vec::new()
    };
    let rule = Rule {
        name: "drop-last",
        summary: "",
        apply: drop_last,
    };
    optimise(&mut plan, &[rule]);
}
