//! What the highlighters in `frontend/` are made from and compared with: the data that the grammar gives them, and the
//! tags of many texts. `GRN_UPDATE=1 cargo test -p grn-kernel --test editors` writes both.
#![allow(clippy::unwrap_used)]

mod highlight;

use grn_grammar::lexicon::{Lexicon, lexicon};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

const NOTE: &str =
    "Generated from the grammar by a test; `GRN_UPDATE=1 cargo test -p grn-kernel --test editors` writes it.";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn assert_kept(name: &str, expected: &str) {
    let path = path(name);
    if std::env::var_os("GRN_UPDATE").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == expected,
        "{name} is out of date: GRN_UPDATE=1 cargo test -p grn-kernel --test editors writes it"
    );
}

#[test]
fn highlighters_have_the_grammar() {
    let grammar = format!("{:#}", grammar(&lexicon()));
    let module = format!("// {NOTE}\nexport default {grammar};\n");
    assert_kept("frontend/labextension/static/grammar.js", &module);
    assert_kept("frontend/lexer/grn_pygments/grammar.json", &format!("{grammar}\n"));
}

#[test]
fn the_tags_to_compare_with_are_those_of_the_grammar() {
    let lines: Vec<String> = highlight::texts().iter().map(highlight::line).collect();
    assert!(lines.len() > 300, "{} texts", lines.len());
    assert_kept("tests/highlight/tags.json", &format!("[\n{}\n]\n", lines.join(",\n")));
}

fn grammar(lexicon: &Lexicon) -> Value {
    let bracket = |bracket: &Option<char>| bracket.map(String::from).unwrap_or_default();
    json!({
        "note": NOTE,
        "keywords": lexicon.keywords,
        "booleans": lexicon.booleans,
        "verbs": grn::stages::catalog().verbs(),
        "signs": object(lexicon.signs.iter().map(|(sign, kind)| (sign.to_string(), json!(kind)))),
        "brackets": object(lexicon.brackets.iter().map(|(open, close)| (open.to_string(), json!(close)))),
        "nesting": object(lexicon.nesting.iter().map(|(outer, inner)| (bracket(outer), json!(inner)))),
        "lookAhead": lexicon.look_ahead,
        // As text: the numbers of ECMAScript are not exact there.
        "integers": lexicon.integers.map(|number| number.to_string()),
        "tags": object(lexicon.tags.iter().map(|(kind, tag)| ((*kind).to_owned(), json!(tag.name())))),
        "patterns": object(lexicon.patterns.iter().map(|(name, pattern)| ((*name).to_owned(), json!(pattern)))),
        "characters": object(lexicon.characters.iter().map(|(name, ranges)| ((*name).to_owned(), json!(hexadecimal(ranges))))),
    })
}

fn object(entries: impl Iterator<Item = (String, Value)>) -> Value {
    Value::Object(entries.collect::<Map<_, _>>())
}

/// `41-5a 61-7a aa`
fn hexadecimal(ranges: &[(char, char)]) -> String {
    let code = |c: char| format!("{:x}", u32::from(c));
    let range = |(first, last): &(char, char)| match first == last {
        true => code(*first),
        false => format!("{}-{}", code(*first), code(*last)),
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(" ")
}
