//! What holds for every text and every script.
#![allow(clippy::unwrap_used)]

use grn_grammar::ast::{Argument, Pipeline, Script, StageCall, Statement, StatementKind, Value};
use grn_grammar::span::{Span, Spanned};
use grn_grammar::{Parse, cursor, format, highlight, is_complete, is_name, parse};
use proptest::prelude::*;

/// Every public function returns, and what it says of places is true.
fn check_total(source: &str) {
    let parse = parse(source);
    for error in &parse.errors {
        assert_span(source, error.span);
        assert!(!error.message.is_empty());
        assert!(!error.message.contains('\n'), "{error:?}");
    }
    assert!(parse.errors.is_sorted_by_key(|error| error.span));
    let mut distinct = parse.errors.clone();
    distinct.dedup_by_key(|error| (error.span, error.code));
    assert_eq!(distinct.len(), parse.errors.len(), "reported twice: {:?}", parse.errors);
    for statement in &parse.script.statements {
        assert_span(source, statement.span);
    }
    check_shifted(&parse);
    check_highlight(source);
    is_complete(source);
    for offset in 0..=source.len().min(200) {
        let context = cursor(source, offset);
        assert_span(source, context.word.span);
        assert_eq!(
            context.word.node,
            source[context.word.span.start..context.word.span.end]
        );
    }
    match format(source) {
        Err(errors) => assert_eq!(errors, parse.errors),
        Ok(text) => {
            assert_eq!(format(&text), Ok(text.clone()), "not idempotent on {source:?}");
            let after = grn_grammar::parse(&text);
            assert_eq!(
                after.script.without_spans(),
                parse.script.without_spans(),
                "{source:?}\n{text:?}"
            );
            assert_eq!(comments(source), comments(&text));
        }
    }
}

fn assert_span(source: &str, span: Span) {
    assert!(
        span.start <= span.end && span.end <= source.len(),
        "{span:?} in {source:?}"
    );
    assert!(
        source.is_char_boundary(span.start) && source.is_char_boundary(span.end),
        "{span:?} in {source:?}"
    );
}

/// Moving a tree moves all its places and nothing else.
fn check_shifted(parse: &Parse) {
    let spans = |parse: &Parse| {
        let mut spans: Vec<Span> = parse.errors.iter().map(|error| error.span).collect();
        parse.script.clone().for_each_span(&mut |span| spans.push(*span));
        spans
    };
    let shifted = parse.clone().shifted(7);
    for (before, after) in spans(parse).into_iter().zip(spans(&shifted)) {
        assert_eq!(Span::new(before.start + 7, before.end + 7), after);
    }
    let debug = format!("{:?}", parse.clone().script.without_spans());
    assert_eq!(
        debug.matches("Span {").count(),
        debug.matches("Span { start: 0, end: 0 }").count()
    );
}

fn check_highlight(source: &str) {
    let mut end = 0;
    for (span, _) in highlight(source) {
        assert_span(source, span);
        assert!(span.start >= end && span.end > span.start);
        let gap = &source[end..span.start];
        assert!(
            gap.chars().all(|c| c.is_whitespace() || c == '\u{feff}'),
            "{gap:?} has no tag"
        );
        end = span.end;
    }
    assert!(source[end..].chars().all(|c| c.is_whitespace() || c == '\u{feff}'));
}

fn comments(source: &str) -> Vec<String> {
    let tags = highlight(source);
    let comments = tags.into_iter().filter(|(_, tag)| *tag == grn_grammar::Tag::Comment);
    comments
        .map(|(span, _)| source[span.start..span.end].to_owned())
        .collect()
}

/// Text made of the pieces that matter to the grammar.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            " ", "\n", "\n  | ", " | ", "|", "=", "[", "]", "{", "}", "(", ")", ",", ":", "..", "#", "\"", "\\", "\r\n", "\t",
        ]),
        3 => prop::sample::select(vec![
            "let ", "use ", "set ", "explain ", "help ", "retrieve attn ", "select", "k=80", "m=1.0", "NANOG", "é", "-", ".",
            "42..44", "{2: 80}", "(2, 3)", "[a, b]", "\"x\"", "1e999", "2e-4", "-3", "99999999999999999999", "# note\n", "/", "'",
        ]),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z_éß][a-z0-9_]{0,6}([-.][a-z0-9_]{1,3})?",
        prop::sample::select(vec![
            "let", "use", "set", "explain", "help", "nan", "inf", "NANOG", "INF2", "HLA-A", "NKX2.5"
        ])
        .prop_map(str::to_owned),
    ]
    .prop_filter("a word", |word| is_name(word) && word != "true" && word != "false")
}

fn at<T>(node: T) -> Spanned<T> {
    Spanned::new(node, Span::default())
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::Integer),
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(Value::Float),
        any::<bool>().prop_map(Value::Boolean),
        word().prop_map(Value::Name),
        any::<String>().prop_map(Value::Text),
    ]
}

fn items(item: impl Strategy<Value = Value>) -> impl Strategy<Value = Vec<Spanned<Value>>> {
    prop::collection::vec(item.prop_map(at), 1..12)
}

fn value() -> impl Strategy<Value = Value> {
    let tuple = || items(scalar()).prop_map(Value::Tuple);
    let entry = || prop_oneof![scalar(), tuple()];
    let sizes = || {
        let pair = (any::<i64>().prop_map(at), entry().prop_map(at));
        prop::collection::vec(pair, 1..4).prop_map(Value::PerSize)
    };
    prop_oneof![
        4 => scalar(),
        1 => (any::<i64>(), any::<i64>()).prop_map(|(first, last)| Value::Range { first, last }),
        1 => tuple(),
        1 => sizes(),
        1 => items(prop_oneof![scalar(), tuple(), sizes()]).prop_map(Value::List),
    ]
}

fn arguments(least: usize) -> impl Strategy<Value = Vec<Argument>> {
    let argument = (word(), value()).prop_map(|(key, value)| Argument {
        key: at(key),
        value: at(value),
        span: Span::default(),
    });
    prop::collection::vec(argument, least..4)
}

fn pipeline() -> impl Strategy<Value = Pipeline> {
    let name = || word().prop_map(Value::Name);
    let method = prop_oneof![name(), items(name()).prop_map(Value::List)];
    let stage = (word(), prop::option::of(method.prop_map(at)), arguments(0));
    let stage = stage.prop_map(|(verb, method, arguments)| StageCall {
        verb: at(verb),
        method,
        arguments,
        span: Span::default(),
    });
    prop::collection::vec(stage, 1..4).prop_map(|stages| Pipeline {
        stages,
        span: Span::default(),
    })
}

fn is_keyword(word: &str) -> bool {
    matches!(word, "let" | "use" | "set" | "explain" | "help")
}

/// Scripts as the parser gives them: a run does not begin with a keyword.
fn script() -> impl Strategy<Value = Script> {
    let run = pipeline().prop_filter("no keyword first", |pipeline| {
        !is_keyword(&pipeline.stages[0].verb.node)
    });
    let kind = prop_oneof![
        3 => run.prop_map(StatementKind::Run),
        1 => (word(), pipeline()).prop_map(|(name, pipeline)| StatementKind::Let { name: at(name), pipeline }),
        1 => pipeline().prop_map(StatementKind::Use),
        1 => pipeline().prop_map(StatementKind::Explain),
        1 => arguments(1).prop_map(StatementKind::Set),
        1 => prop::option::of((word(), prop::option::of(word()))).prop_map(|words| match words {
            None => StatementKind::Help { verb: None, method: None },
            Some((verb, method)) => StatementKind::Help { verb: Some(at(verb)), method: method.map(at) },
        }),
    ];
    let statement = kind.prop_map(|kind| Statement {
        kind,
        span: Span::default(),
    });
    prop::collection::vec(statement, 0..4).prop_map(|statements| Script { statements })
}

fn text_of(script: &Script) -> String {
    let lines: Vec<String> = script.statements.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_read(source in any::<String>()) {
        check_total(&source);
    }

    #[test]
    fn any_mix_of_the_languages_pieces_is_read(source in pieces()) {
        check_total(&source);
    }

    #[test]
    fn printed_scripts_read_back_as_the_same_tree(script in script()) {
        let text = text_of(&script);
        let parse = parse(&text);
        prop_assert_eq!(&parse.errors, &vec![], "{}", text);
        prop_assert_eq!(parse.script.without_spans(), script, "{}", text);
        check_total(&text);
    }

    #[test]
    fn broken_scripts_are_read(script in script(), at in any::<prop::sample::Index>(), piece in pieces(), cut in 0..4_usize) {
        let mut characters: Vec<char> = text_of(&script).chars().collect();
        let start = at.index(characters.len() + 1);
        let end = (start + cut).min(characters.len());
        characters.splice(start..end, piece.chars());
        check_total(&characters.into_iter().collect::<String>());
    }
}
