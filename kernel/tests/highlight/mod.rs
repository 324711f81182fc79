//! Texts with their tags: every example, and what people write on the way to one.

use grn_grammar::highlight;
use grn_kernel::notebook::cell::Cell;
use serde_json::{Value, json};
use std::path::Path;

/// A text by name.
pub struct Text {
    name: String,
    text: String,
}

/// One line of JSON: the name, the text, and `[start, end, tag]` in characters for everything but blanks.
pub fn line(text: &Text) -> String {
    let source = text.text.as_str();
    let offset = |byte: usize| source[..byte].chars().count();
    let tags: Vec<Value> = tags(source)
        .into_iter()
        .map(|(start, end, tag)| json!([offset(start), offset(end), tag]))
        .collect();
    json!({"name": text.name, "text": source, "tags": tags}).to_string()
}

/// Every text that highlighters are compared on.
pub fn texts() -> Vec<Text> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut texts = files(&root.join("examples"), "grn");
    texts.extend(files(&root.join("tests"), "grn"));
    texts.extend(files(&root.join("examples"), "ipynb").iter().flat_map(cells));
    for spec in grn::stages::catalog().specs() {
        texts.extend(numbered(
            &spec.name(),
            spec.examples.iter().map(|example| (*example).to_owned()),
        ));
    }
    let grammar = std::fs::read_to_string(root.join("grammar/grn.ebnf")).unwrap();
    texts.extend(numbered("grn.ebnf", grammar.lines().filter_map(grammar_example)));
    let errors = std::fs::read_to_string(root.join("grammar/tests/errors.txt")).unwrap();
    texts.extend(numbered("errors.txt", sections(&errors)));
    let awkward = std::fs::read_to_string(root.join("kernel/tests/highlight/awkward.txt")).unwrap();
    texts.extend(numbered("awkward.txt", sections(&awkward)));
    texts.extend(numbered("jumble", (1..=250).map(jumble)));
    texts
}

fn numbered(name: &str, texts: impl Iterator<Item = String>) -> Vec<Text> {
    let name = |index| format!("{name} {}", index + 1);
    texts
        .enumerate()
        .map(|(index, text)| Text {
            name: name(index),
            text,
        })
        .collect()
}

/// The files below a folder whose names end like this, in order.
fn files(folder: &Path, ending: &str) -> Vec<Text> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let of = |path: &std::path::PathBuf| match path.is_dir() {
        true => files(path, ending),
        false if path.extension().is_some_and(|found| found == ending) => vec![Text {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            text: std::fs::read_to_string(path).unwrap(),
        }],
        false => Vec::new(),
    };
    paths.iter().flat_map(of).collect()
}

/// The code cells of a notebook.
fn cells(notebook: &Text) -> Vec<Text> {
    let content: Value = serde_json::from_str(&notebook.text).unwrap();
    let cells = content["cells"].as_array().unwrap().iter();
    let code = cells.filter(|cell| cell["cell_type"] == "code");
    let text = |cell: &Value| match &cell["source"] {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        text => text.as_str().unwrap().to_owned(),
    };
    numbered(&notebook.name, code.map(text))
}

/// `(* valid: TEXT *)` and `(* invalid: TEXT => CODES *)`, where `↵` is a line break.
fn grammar_example(line: &str) -> Option<String> {
    let line = line.trim().strip_prefix("(* ")?;
    let text = line
        .strip_prefix("valid: ")
        .or_else(|| line.strip_prefix("invalid: "))?;
    let text = text.split(" => ").next()?.trim_end_matches("*)").trim_end();
    Some(text.replace(" ↵", "\n").replace('↵', "\n"))
}

/// The texts beneath lines that begin with `===`, up to `---` where there is one.
fn sections(file: &str) -> impl Iterator<Item = String> {
    let parts = format!("\n{file}");
    let parts: Vec<String> = parts.split("\n===").skip(1).map(str::to_owned).collect();
    parts.into_iter().filter_map(|part| {
        let (_, text) = part.split_once('\n')?;
        text.split("\n---\n").next().map(str::to_owned)
    })
}

/// Pieces of the language in no order, by a generator of its own so that they stay the same.
fn jumble(seed: u64) -> String {
    const PIECES: [&str; 44] = [
        "let", "use", "set", "explain", "help", "retrieve", "pools", "pools", "attn", "k", "k", "é", "true", "false",
        "|", "|", "|", "=", "=", "=", "..", ",", ",", ":", "[", "[", "]", "]", "{", "}", "(", ")", "80", "2", "-1.5e3",
        "\"a\"", "\"b", "1.", ";", "# note", "\n", "\n", "\n  ", "@",
    ];
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut next = |limit: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    let length = 3 + next(22);
    let mut text = String::new();
    for _ in 0..length {
        text.push_str(PIECES[next(PIECES.len())]);
        text.push_str(["", " ", " ", " "][next(4)]);
    }
    text
}

type Tagged = (usize, usize, &'static str);

/// The tags of a cell: those of the grammar for what the kernel takes for code, and those of everything around it.
fn tags(source: &str) -> Vec<Tagged> {
    let first = source.split_whitespace().next();
    if first == Some("%%rust") {
        return rust(source);
    }
    let cell = Cell::new(source);
    if let Some(phrase) = &cell.question {
        return question(source, phrase);
    }
    let mut tags = script(&cell.script);
    let mut offset = 0;
    for line in source.split_inclusive('\n') {
        if line.trim_start().starts_with('%') {
            tags.extend(command(line, offset));
        }
        offset += line.len();
    }
    tags.sort_unstable();
    tags
}

fn script(source: &str) -> Vec<Tagged> {
    let tags = highlight(source).into_iter();
    tags.map(|(span, tag)| (span.start, span.end, tag.name())).collect()
}

fn rust(source: &str) -> Vec<Tagged> {
    let first = source.len() - source.trim_start().len();
    let end = source[first..]
        .find('\n')
        .map_or(source.len(), |length| first + length + 1);
    let mut tags = command(&source[first..end], first);
    if end < source.len() {
        tags.push((end, source.len(), "rust"));
    }
    tags
}

/// The words of a line; `%time` is followed by code.
fn command(line: &str, offset: usize) -> Vec<Tagged> {
    let words = line.split_once(" #").map_or(line, |(words, _)| words);
    let mut tags: Vec<Tagged> = Vec::new();
    let mut from = 0;
    for word in words.split_whitespace() {
        let start = from + words[from..].find(word).unwrap();
        from = start + word.len();
        let tag = if tags.is_empty() { "command" } else { "word" };
        tags.push((offset + start, offset + from, tag));
        if ["%time", "%%time"].contains(&word) && tags.len() == 1 {
            return tags;
        }
    }
    if let Some((words, comment)) = line.split_once(" #") {
        let start = offset + words.len() + 1;
        tags.push((start, start + 1 + comment.trim_end().len(), "comment"));
    }
    tags
}

/// Like `help verb method`, and the signs around it.
fn question(source: &str, phrase: &str) -> Vec<Tagged> {
    let start = source.find(phrase).unwrap();
    let end = start + phrase.len();
    let sign = |from: usize, text: &str| {
        let signs = text.trim();
        let at = from + text.find(signs).unwrap();
        (!signs.is_empty()).then_some((at, at + signs.len(), "command"))
    };
    let inside = match phrase.starts_with('%') {
        true => vec![(start, end, "command")],
        false => {
            let help = script(&format!("help {phrase}")).into_iter().skip(1);
            help.map(|(from, to, tag)| (from + start - 5, to + start - 5, tag))
                .collect()
        }
    };
    let before = sign(0, &source[..start]).into_iter();
    before.chain(inside).chain(sign(end, &source[end..])).collect()
}
