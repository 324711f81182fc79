//! Scripts of the language and the trees they give.
#![allow(clippy::unwrap_used)]

use grn_grammar::ast::{Pipeline, StatementKind, Value};
use grn_grammar::parse;

/// The tree's statements; the script must have no errors.
fn statements(source: &str) -> Vec<StatementKind> {
    let parse = parse(source);
    assert_eq!(parse.errors, [], "{source}");
    parse
        .script
        .statements
        .into_iter()
        .map(|statement| statement.kind)
        .collect()
}

fn pipeline(source: &str) -> Pipeline {
    match statements(source).as_slice() {
        [StatementKind::Run(pipeline)] => pipeline.clone(),
        other => panic!("expected one pipeline in {source:?}, found {other:?}"),
    }
}

fn value(source: &str) -> Value {
    let pipeline = pipeline(&format!("stage key={source}"));
    pipeline.stages[0].arguments[0].value.node.clone()
}

fn verbs(pipeline: &Pipeline) -> Vec<&str> {
    pipeline.stages.iter().map(|stage| stage.verb.node.as_str()).collect()
}

#[test]
fn the_design_examples_parse() {
    let source = r#"
# quickstart: a whole experiment in one line, on the built-in data
retrieve attn k=80 | select residual_hos2 m=1.0 | decode exact cap=80

# the same, spelled out
load sergio dir="data/ds3"
  | features log1p_zscore
  | split stratified test=0.2 seed=42
  | retrieve attn k=80
  | select residual_hos2 m=1.0
  | decode exact cap={2: 80, 3: 80, 4: 55}
  | evaluate

# names, a default source, and an ablation: lists are sweep axes
use load sergio dir="data/ds3" | split stratified seed=42..44
let pools = retrieve [dot, attn] k=80
pools | select [stage1, pairs2, residual_hos2] | decode exact | evaluate | table | plot exact
pools | plot coverage
set device=cpu threads=2
explain pools | select pairs2
help
help retrieve
help retrieve attn
"#;
    let statements = statements(source);
    assert_eq!(statements.len(), 11);
    assert!(matches!(&statements[1], StatementKind::Run(pipeline) if pipeline.stages.len() == 7));
    assert!(matches!(&statements[3], StatementKind::Let { name, .. } if name.node == "pools"));
}

#[test]
fn numbers_and_names_are_read_whole() {
    let name = |text: &str| Value::Name(text.to_owned());
    for text in [
        "NANOG", "nan", "inf", "INF2", "infinity", "HLA-A", "NKX2.5", "été", "let", "E2F1", "e5", "trueish", "_",
    ] {
        assert_eq!(value(text), name(text));
    }
    assert_eq!(value("1.0"), Value::Float(1.0));
    assert_eq!(value("2e-4"), Value::Float(2e-4));
    assert_eq!(value("-3"), Value::Integer(-3));
    assert_eq!(value("-0.5E+2"), Value::Float(-50.0));
    assert_eq!(value("true"), Value::Boolean(true));
    assert_eq!(value("9223372036854775807"), Value::Integer(i64::MAX));
    assert_eq!(value("-9223372036854775808"), Value::Integer(i64::MIN));
    assert_eq!(value("42..44"), Value::Range { first: 42, last: 44 });
    assert_eq!(value("-2 .. -1"), Value::Range { first: -2, last: -1 });
    assert_eq!(
        value(r#""a\"b\\c\n\té | #""#),
        Value::Text("a\"b\\c\n\té | #".to_owned())
    );
    assert_eq!(verbs(&pipeline("selector | selects")), ["selector", "selects"]);
}

#[test]
fn groups_may_span_lines_and_end_with_a_comma() {
    let source = "stage [a,\n  b, # why\n\n  let\n] k={2: 80,\n3: 80,} t=(2,) u=(\n2, 3)\n  | next";
    let pipeline = pipeline(source);
    assert_eq!(verbs(&pipeline), ["stage", "next"]);
    let arguments = &pipeline.stages[0].arguments;
    assert!(matches!(&arguments[0].value.node, Value::PerSize(entries) if entries.len() == 2));
    assert!(matches!(&arguments[1].value.node, Value::Tuple(items) if items.len() == 1));
    assert!(matches!(&arguments[2].value.node, Value::Tuple(items) if items.len() == 2));
}

#[test]
fn a_line_that_begins_with_a_pipe_goes_on_across_comments_and_blank_lines() {
    let source = "\u{feff}a x=1\t# one\r\n\r\n# two\r\n  | b\r\n|c\r\nd";
    let statements = statements(source);
    assert_eq!(statements.len(), 2);
    assert!(matches!(&statements[0], StatementKind::Run(pipeline) if verbs(pipeline) == ["a", "b", "c"]));
}

#[test]
fn keywords_count_only_where_they_open_a_statement() {
    let source =
        "let let = retrieve attn\nlet | use\nhelp | table\nset\n | table\nexplain help | let\nretrieve attn | explain";
    let statements = statements(source);
    assert!(matches!(&statements[0], StatementKind::Let { name, .. } if name.node == "let"));
    assert!(matches!(&statements[1], StatementKind::Run(pipeline) if verbs(pipeline) == ["let", "use"]));
    assert!(matches!(&statements[2], StatementKind::Run(pipeline) if verbs(pipeline) == ["help", "table"]));
    assert!(matches!(&statements[3], StatementKind::Run(pipeline) if verbs(pipeline) == ["set", "table"]));
    assert!(matches!(&statements[4], StatementKind::Explain(pipeline) if verbs(pipeline) == ["help", "let"]));
    assert!(matches!(&statements[5], StatementKind::Run(pipeline) if verbs(pipeline) == ["retrieve", "explain"]));
}

#[test]
fn whole_statements_are_told_from_broken_ones() {
    let parse = parse("a k=\nb\nc |\n\nd ?\ne k=1e999\nf # ?");
    let whole = |verb: &str| {
        let found = parse
            .script
            .statements
            .iter()
            .find(|statement| statement.to_string().starts_with(verb));
        found.map(|statement| parse.is_whole(statement))
    };
    let expected = [
        ("a", false),
        ("b", true),
        ("c", false),
        ("d", false),
        ("e", false),
        ("f", true),
    ];
    for (verb, is_whole) in expected {
        assert_eq!(whole(verb), Some(is_whole), "{verb}");
    }
}

#[test]
fn empty_scripts_are_fine() {
    for source in ["", "\n\r\n", "# only a comment", "\u{feff}", " \t"] {
        assert_eq!(statements(source), []);
    }
}

#[test]
fn deep_nesting_is_one_error() {
    for open in ["[", "{", "("] {
        let source = format!("stage k={}", open.repeat(200_000));
        let parse = parse(&source);
        assert!(parse.errors.len() <= 3, "{:?}", parse.errors);
        assert!(!parse.errors.is_empty());
    }
}
