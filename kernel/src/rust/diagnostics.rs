//! The compiler's problems and panics as the notebook shows its own.

use crate::notebook::Problem;
use crate::rust::protocol::{number, text, texts};
use grn::Source;
use grn::lang::diagnostics::Severity;
use grn::report::diagnostics::{Foreign, draw_foreign};
use grn_grammar::span::Span;
use serde_json::Value;

/// The problems of a cell that doesn't compile, all at once; `values` are the worker's.
pub fn compile_errors(source: &Source, values: &[Value]) -> Problem {
    let mut problems: Vec<Foreign> = values.iter().map(|value| foreign(&source.text, value)).collect();
    let is_warning = |problem: &Foreign| problem.severity == Severity::Warning;
    // Warnings beside errors are for another day.
    if !problems.iter().all(is_warning) {
        problems.retain(|problem| !is_warning(problem));
    }
    problems.dedup();
    of(source, &problems, "compile-error")
}

/// A panic at a place of `source`, with notes on what became of the variables.
pub fn panic(source: &Source, message: &str, place: Option<(usize, usize)>, notes: Vec<String>) -> Problem {
    let span = place.map(|place| word_at(&source.text, offset(&source.text, place)));
    let problem = Foreign {
        severity: Severity::Error,
        code: String::new(),
        message: format!("panic: {message}"),
        places: span
            .map(|span| (span, "it panicked here".to_owned(), true))
            .into_iter()
            .collect(),
        notes,
    };
    Problem {
        value: message.to_owned(),
        ..of(source, &[problem], "panic")
    }
}

/// A problem without a place, with notes.
pub fn plain(source: &Source, name: &str, message: &str, notes: Vec<String>) -> Problem {
    let problem = Foreign {
        severity: Severity::Error,
        code: String::new(),
        message: message.to_owned(),
        places: Vec::new(),
        notes,
    };
    of(source, &[problem], name)
}

fn of(source: &Source, problems: &[Foreign], name: &str) -> Problem {
    let first = problems.first();
    let code = first
        .map(|problem| problem.code.as_str())
        .filter(|code| !code.is_empty());
    let message = first.map_or("the cell doesn't compile", |problem| problem.message.as_str());
    Problem {
        name: format!("rust::{}", code.unwrap_or(name)),
        value: match problems.len() {
            0 | 1 => message.to_owned(),
            2 => format!("{message} (and 1 more error)"),
            count => format!("{message} (and {} more errors)", count - 1),
        },
        traceback: draw_foreign(source, problems, true)
            .trim_end()
            .lines()
            .map(str::to_owned)
            .collect(),
    }
}

fn foreign(code: &str, value: &Value) -> Foreign {
    let mut places: Vec<(Span, String, bool)> = Vec::new();
    for place in value["places"].as_array().into_iter().flatten() {
        let Some(span) = span(code, place) else { continue };
        let found = (span, text(&place["label"]), place["primary"] == true);
        if !places.contains(&found) {
            places.push(found);
        }
    }
    // Without a main place the first is it.
    if let Some(first) = places.first_mut().filter(|place| !place.2) {
        first.2 = true;
    }
    Foreign {
        severity: match value["level"].as_str() {
            Some("warning") => Severity::Warning,
            _ => Severity::Error,
        },
        code: text(&value["code"]),
        message: text(&value["message"]),
        places,
        notes: texts(&value["notes"]),
    }
}

fn span(code: &str, place: &Value) -> Option<Span> {
    let at = |end: &Value| Some(offset(code, (number(&end[0])?, number(&end[1])?)));
    let (start, end) = (at(&place["start"])?, at(&place["end"])?);
    Some(Span::new(start, end.max(start)))
}

/// The byte at a line and a column, which count from 1 and in characters; within the text whatever they are.
fn offset(code: &str, (line, column): (usize, usize)) -> usize {
    let mut start = 0;
    for (index, text) in code.split_inclusive('\n').enumerate() {
        if index + 1 == line {
            let text = text.trim_end_matches(['\n', '\r']);
            let within = text
                .char_indices()
                .nth(column.saturating_sub(1))
                .map_or(text.len(), |(at, _)| at);
            return start + within;
        }
        start += text.len();
    }
    code.len()
}

/// The word that begins at a byte, or one character.
fn word_at(code: &str, start: usize) -> Span {
    let rest = code.get(start..).unwrap_or_default();
    let is_word = |character: char| character.is_alphanumeric() || character == '_' || character == '!';
    let word: usize = rest
        .chars()
        .take_while(|character| is_word(*character))
        .map(char::len_utf8)
        .sum();
    let length = word.max(rest.chars().next().map_or(0, char::len_utf8));
    Span::new(start, start + length)
}

#[cfg(test)]
mod tests {
    use super::{compile_errors, offset, panic};
    use grn::Source;
    use serde_json::json;

    fn plain(lines: &[String]) -> String {
        let coloured = lines.join("\n");
        let mut parts = coloured.split("\u{1b}[");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| {
            text + part.split_once('m').map_or("", |(_, rest)| rest)
        })
    }

    #[test]
    fn an_error_shows_its_code_its_lines_and_its_notes() {
        let source = Source::cell("cell 3", "%%rust\nlet y: i32 = \"γ\";");
        let value = json!({
            "level": "error", "code": "E0308", "message": "mismatched types", "notes": ["help: a fix"],
            "places": [
                {"start": [2, 14], "end": [2, 17], "label": "expected `i32`, found `&str`", "primary": true},
                {"start": [2, 8], "end": [2, 11], "label": "expected due to this", "primary": false},
            ],
        });
        let problem = compile_errors(&source, &[value]);
        assert_eq!(
            (problem.name.as_str(), problem.value.as_str()),
            ("rust::E0308", "mismatched types")
        );
        let expected = "\
error[E0308]: mismatched types
  ┌─ cell 3:2:14
  │
2 │ let y: i32 = \"γ\";
  │        ---   ^^^ expected `i32`, found `&str`
  │        │
  │        expected due to this
  │
  = help: a fix";
        assert_eq!(plain(&problem.traceback), expected);
    }

    #[test]
    fn several_errors_are_counted_and_warnings_beside_them_left_out() {
        let error = |message: &str| json!({"level": "error", "message": message});
        let values = [
            json!({"level": "warning", "message": "w"}),
            error("a"),
            error("b"),
            error("b"),
        ];
        let problem = compile_errors(&Source::cell("cell 1", ""), &values);
        assert_eq!(problem.name, "rust::compile-error");
        assert_eq!(problem.value, "a (and 1 more error)");
    }

    #[test]
    fn a_panic_marks_the_word_where_it_began() {
        let source = Source::cell("cell 1", "%%rust\n  panic!(\"oh\")");
        let problem = panic(&source, "oh", Some((2, 3)), vec!["note".to_owned()]);
        assert_eq!((problem.name.as_str(), problem.value.as_str()), ("rust::panic", "oh"));
        assert!(plain(&problem.traceback).contains("^^^^^^ it panicked here"));
    }

    #[test]
    fn places_outside_of_the_text_lie_at_its_end() {
        assert_eq!(offset("é\nab", (1, 2)), 2);
        assert_eq!(offset("é\nab", (2, 2)), 4);
        assert_eq!(offset("é\nab", (1, 9)), 2);
        assert_eq!(offset("é\nab", (7, 1)), 5);
    }
}
