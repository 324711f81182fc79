//! Highlighting, cursor contexts and completeness.

use grn_grammar::{Completeness, CursorContext, Inside, Place, Tag, ValuePart, cursor, highlight, is_complete};

fn tags(source: &str) -> Vec<(&str, Tag)> {
    let tags = highlight(source);
    tags.into_iter()
        .filter_map(|(span, tag)| Some((source.get(span.start..span.end)?, tag)))
        .collect()
}

/// The context at `^` in a text.
fn at(marked: &str) -> CursorContext {
    let offset = marked.find('^').unwrap_or(marked.len());
    cursor(&marked.replacen('^', "", 1), offset)
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn key(verb: &str, methods: &[&str], keys: &[&str]) -> Place {
    Place::Key {
        verb: verb.to_owned(),
        methods: words(methods),
        keys: words(keys),
    }
}

fn value(verb: &str, methods: &[&str], key: &str, part: ValuePart) -> Place {
    Place::Value {
        verb: verb.to_owned(),
        methods: words(methods),
        key: key.to_owned(),
        part,
    }
}

fn method(verb: &str, listed: &[&str]) -> Place {
    Place::Method {
        verb: verb.to_owned(),
        listed: words(listed),
    }
}

#[test]
fn every_word_has_its_tag() {
    use Tag::*;
    let source = "let p = retrieve [dot, attn] k=80 # all\np | save x=\"y\" z=true | help\nset seed=1..2";
    let expected = [
        ("let", Keyword),
        ("p", Name),
        ("=", Operator),
        ("retrieve", Verb),
        ("[", Punctuation),
        ("dot", Method),
        (",", Punctuation),
        ("attn", Method),
        ("]", Punctuation),
        ("k", Parameter),
        ("=", Operator),
        ("80", Number),
        ("# all", Comment),
        ("p", Name),
        ("|", Operator),
        ("save", Verb),
        ("x", Parameter),
        ("=", Operator),
        ("\"y\"", String),
        ("z", Parameter),
        ("=", Operator),
        ("true", Boolean),
        ("|", Operator),
        ("help", Verb),
        ("set", Keyword),
        ("seed", Parameter),
        ("=", Operator),
        ("1", Number),
        ("..", Operator),
        ("2", Number),
    ];
    assert_eq!(tags(source), expected);
}

#[test]
fn broken_text_is_tagged_as_far_as_it_goes() {
    use Tag::*;
    let expected = [
        ("a", Verb),
        ("b", Method),
        ("?", Error),
        ("k", Parameter),
        ("=", Operator),
        ("1", Number),
        ("|", Error),
    ];
    assert_eq!(tags("a b ? k=1 |"), expected);
    assert_eq!(
        tags("help a b c"),
        [("help", Keyword), ("a", Verb), ("b", Method), ("c", Error)]
    );
}

#[test]
fn cursor_knows_the_place() {
    for start in ["^", "re^", "a | b\n^", "a k=[1, 2]\nre^", "a k=[1, 2\nre^trieve"] {
        assert_eq!(at(start).place, Place::Statement, "{start}");
    }
    for verb in [
        "a | ^",
        "a\n  | se^",
        "use ^",
        "explain x^",
        "let x = ^",
        "let x = a k=1 | ^",
        "let | ^",
    ] {
        assert_eq!(at(verb).place, Place::Verb, "{verb}");
    }
    assert_eq!(at("let ^").place, Place::Binding);
    assert_eq!(at("retrieve ^").place, method("retrieve", &[]));
    assert_eq!(at("a | select [stage1, pa^").place, method("select", &["stage1"]));
    assert_eq!(at("retrieve attn ^").place, key("retrieve", &["attn"], &[]));
    assert_eq!(
        at("retrieve attn k=80 ^ m=1 | x y=2").place,
        key("retrieve", &["attn"], &["k", "m"])
    );
    assert_eq!(
        at("retrieve [attn, dot] k^=80").place,
        key("retrieve", &["attn", "dot"], &[])
    );
    assert_eq!(at("table k=1 ^").place, key("table", &[], &["k"]));
    assert_eq!(
        at("retrieve attn k=^").place,
        value("retrieve", &["attn"], "k", ValuePart::Whole)
    );
    assert_eq!(
        at("a | split stratified seed=42..4^").place,
        value(
            "split",
            &["stratified"],
            "seed",
            ValuePart::RangeEnd { first: Some(42) }
        )
    );
    assert_eq!(
        at("decode exact cap={2: 80, 3: ^").place,
        value("decode", &["exact"], "cap", ValuePart::OfSize { size: "3".to_owned() })
    );
    assert_eq!(
        at("decode exact x=[1,\n 2,\n ^").place,
        value(
            "decode",
            &["exact"],
            "x",
            ValuePart::Item {
                given: words(&["1", "2"])
            }
        )
    );
    assert_eq!(
        at("set device=^").place,
        Place::SettingValue {
            key: "device".to_owned()
        }
    );
    assert_eq!(
        at("set device=cpu ^").place,
        Place::SettingKey {
            keys: words(&["device"])
        }
    );
    assert_eq!(at("help ^").place, Place::HelpVerb);
    assert_eq!(
        at("help retrieve ^").place,
        Place::HelpMethod {
            verb: "retrieve".to_owned()
        }
    );
    assert_eq!(at("a k=1 # no^te").place, Place::Nothing);
}

#[test]
fn cursor_knows_the_part_of_a_value() {
    let part = |marked: &str| match at(marked).place {
        Place::Value { part, .. } => part,
        place => panic!("{marked}: {place:?}"),
    };
    assert_eq!(part("a b x={^"), ValuePart::Size { given: Vec::new() });
    assert_eq!(part("a b x={2: 80, 3^"), ValuePart::Size { given: words(&["2"]) });
    assert_eq!(part("a b x=(2, ^)"), ValuePart::Member { given: words(&["2"]) });
    assert_eq!(
        part("a b y=1 x=[(1, 2), ^"),
        ValuePart::Item {
            given: words(&["(", "2"])
        }
    );
    assert_eq!(part("a b x=[1 ^"), ValuePart::End);
    assert_eq!(part("a b x=..^"), ValuePart::RangeEnd { first: None });
}

#[test]
fn cursor_knows_the_word_on_both_sides_and_its_statement() {
    let cases = [
        ("a b\nre^trieve attn", "retrieve", 4),
        ("a k^=80", "k", 0),
        ("a ^b", "", 0),
        ("a x=4^2", "42", 0),
        ("a x=\"da^ta/d\" | b", "data/d", 0),
        ("a x=\"da^ta", "da", 0),
        ("a b\n  # note\n\n^", "", 14),
    ];
    for (marked, word, statement) in cases {
        let (source, context) = (marked.replacen('^', "", 1), at(marked));
        assert_eq!(&source[context.whole.start..context.whole.end], word, "{marked}");
        assert_eq!(context.statement, statement, "{marked}");
    }
}

#[test]
fn cursor_gives_the_word_and_the_stages_before() {
    let context = at("use load sergio dir=\"data/d^\" | split");
    assert_eq!((context.inside, context.word.node.as_str()), (Inside::String, "data/d"));
    assert_eq!(context.place, value("load", &["sergio"], "dir", ValuePart::Whole));
    let context = at("# é\nlet x = retrieve attn k=80 | select pairs2\n  | dec^ode");
    assert_eq!(context.word.node, "dec");
    let stages: Vec<String> = context.stages.iter().map(ToString::to_string).collect();
    assert_eq!(stages, ["retrieve attn k=80", "select pairs2"]);
    assert_eq!(at("a # x^").inside, Inside::Comment);
    assert_eq!(cursor("é", 1).word.node, "");
    assert_eq!(cursor("a", 99).word.node, "a");
}

#[test]
fn open_brackets_wait_for_more_and_open_strings_do_not() {
    let cases = [
        ("", Completeness::Complete),
        ("a b k=1", Completeness::Complete),
        ("a [b,", Completeness::Incomplete),
        ("a k={2: 80,\n", Completeness::Incomplete),
        ("a k={2:", Completeness::Incomplete),
        ("a k=\"b", Completeness::Invalid),
        ("a k=[\"b", Completeness::Invalid),
        ("a k=\"b\n| c", Completeness::Invalid),
        ("a |", Completeness::Invalid),
        ("a [b | c", Completeness::Invalid),
        ("a ? [b,", Completeness::Invalid),
    ];
    for (source, expected) in cases {
        assert_eq!(is_complete(source), expected, "{source:?}");
    }
}
