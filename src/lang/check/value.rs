//! A value against the type and range of its parameter. No files, no environment: those are in `paths`.

use crate::lang::arguments::Argument;
use crate::lang::catalog::{ParameterKind, ParameterSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::suggest::{nearest, one_of};
use grn_grammar::ast::Value;
use grn_grammar::span::Spanned;
use std::collections::BTreeMap;

/// A value that is no sweep: a scalar, a tuple or a map by team size.
pub fn fixed(parameter: &ParameterSpec, value: &Spanned<Value>) -> Result<Argument, Box<Diagnostic>> {
    match &value.node {
        Value::PerSize(entries) => per_size(parameter, value, entries),
        _ => scalar(parameter, value),
    }
}

fn scalar(parameter: &ParameterSpec, value: &Spanned<Value>) -> Result<Argument, Box<Diagnostic>> {
    match (parameter.kind, &value.node) {
        (_, Value::List(_) | Value::Range { .. }) => Err(nested(value)),
        (ParameterKind::Integer { min, max }, Value::Integer(number)) => {
            integer_in_range(parameter, value, *number, (min, max)).map(Argument::Integer)
        }
        (ParameterKind::Float { min, max }, Value::Integer(number)) => {
            float_in_range(parameter, value, *number as f64, (min, max))
        }
        (ParameterKind::Float { min, max }, Value::Float(number)) => {
            float_in_range(parameter, value, *number, (min, max))
        }
        (ParameterKind::Boolean, Value::Boolean(flag)) => Ok(Argument::Boolean(*flag)),
        (ParameterKind::Choice(choices), Value::Name(word) | Value::Text(word)) => {
            choice(parameter, value, choices, word)
        }
        // A word that is none of them is a typing error, not a folder.
        (ParameterKind::ChoiceOrFolder(choices), Value::Name(word)) => choice(parameter, value, choices, word),
        (ParameterKind::ChoiceOrFolder(_), Value::Text(t)) => Ok(Argument::Text(t.clone())),
        (ParameterKind::Text | ParameterKind::File | ParameterKind::Folder, Value::Name(t) | Value::Text(t)) => {
            Ok(Argument::Text(t.clone()))
        }
        // The genes of some data sets are called by their row.
        (ParameterKind::Text, Value::Integer(number)) => Ok(Argument::Text(number.to_string())),
        (ParameterKind::Integers { min, max }, Value::Integer(number)) => {
            Ok(Argument::Integers(vec![integer_in_range(
                parameter,
                value,
                *number,
                (min, max),
            )?]))
        }
        (ParameterKind::Integers { min, max }, Value::Tuple(items)) => tuple(parameter, value, items, (min, max)),
        _ => Err(wrong_type(parameter, value)),
    }
}

fn integer_in_range(
    parameter: &ParameterSpec,
    value: &Spanned<Value>,
    number: i64,
    (min, max): (i64, i64),
) -> Result<i64, Box<Diagnostic>> {
    if (min..=max).contains(&number) {
        return Ok(number);
    }
    Err(out_of_range(parameter, value, &number.to_string()))
}

fn float_in_range(
    parameter: &ParameterSpec,
    value: &Spanned<Value>,
    number: f64,
    (min, max): (f64, f64),
) -> Result<Argument, Box<Diagnostic>> {
    if number.is_finite() && number >= min && number <= max {
        // Adding zero makes -0.0 and 0.0, which are equal, one argument with one notation.
        return Ok(Argument::Float(number + 0.0));
    }
    Err(out_of_range(parameter, value, &format!("{number:?}")))
}

fn out_of_range(parameter: &ParameterSpec, value: &Spanned<Value>, found: &str) -> Box<Diagnostic> {
    let name = parameter.name;
    Box::new(
        Diagnostic::error("out-of-range", format!("`{name}` is {found}, out of its range"))
            .at(value.span, format!("expected {}", expected(&parameter.kind)))
            .help(parameter.doc),
    )
}

fn choice(
    parameter: &ParameterSpec,
    value: &Spanned<Value>,
    choices: &[&'static str],
    word: &str,
) -> Result<Argument, Box<Diagnostic>> {
    if choices.contains(&word) {
        return Ok(Argument::Text(word.to_owned()));
    }
    let all = expected(&parameter.kind);
    let diagnostic = Diagnostic::error("unknown-choice", format!("`{}` can't be `{word}`", parameter.name));
    Err(Box::new(match nearest(word, choices.iter().copied()) {
        Some(near) => diagnostic
            .at(value.span, format!("did you mean `{near}`?"))
            .help(format!("`{}` is {all}", parameter.name)),
        None => diagnostic.at(value.span, format!("expected {all}")).help(parameter.doc),
    }))
}

fn tuple(
    parameter: &ParameterSpec,
    value: &Spanned<Value>,
    items: &[Spanned<Value>],
    range: (i64, i64),
) -> Result<Argument, Box<Diagnostic>> {
    if items.is_empty() {
        return Err(Box::new(
            Diagnostic::error("empty-tuple", format!("`{}` is an empty tuple", parameter.name))
                .at(value.span, "expected at least one value"),
        ));
    }
    let mut numbers = Vec::with_capacity(items.len());
    for item in items {
        let Value::Integer(number) = &item.node else {
            return Err(wrong_type(parameter, item));
        };
        numbers.push(integer_in_range(parameter, item, *number, range)?);
    }
    Ok(Argument::Integers(numbers))
}

fn per_size(
    parameter: &ParameterSpec,
    value: &Spanned<Value>,
    entries: &[(Spanned<i64>, Spanned<Value>)],
) -> Result<Argument, Box<Diagnostic>> {
    if !parameter.per_size {
        return Err(Box::new(
            Diagnostic::error(
                "not-per-size",
                format!("`{}` is the same for every team size", parameter.name),
            )
            .at(
                value.span,
                format!("expected {}, found a map by team size", expected(&parameter.kind)),
            ),
        ));
    }
    let mut values = BTreeMap::new();
    for (size, entry) in entries {
        let checked = scalar(parameter, entry)?;
        if values.insert(team_size(size)?, checked).is_some() {
            return Err(repeated_size(size));
        }
    }
    if values.is_empty() {
        return Err(Box::new(
            Diagnostic::error("empty-map", format!("`{}` is an empty map", parameter.name)).at(
                value.span,
                "expected a value for at least one team size, such as `{2: 80}`",
            ),
        ));
    }
    Ok(Argument::PerSize(values))
}

fn team_size(size: &Spanned<i64>) -> Result<usize, Box<Diagnostic>> {
    let in_range = usize::try_from(size.node)
        .ok()
        .filter(|s| (1..=MAX_TEAM_SIZE).contains(s));
    in_range.ok_or_else(|| {
        Box::new(
            Diagnostic::error("unknown-size", format!("there is no team size {}", size.node))
                .at(size.span, format!("expected a whole number from 1 to {MAX_TEAM_SIZE}")),
        )
    })
}

/// Larger teams than this are a typing error, not biology.
const MAX_TEAM_SIZE: usize = 64;

fn repeated_size(size: &Spanned<i64>) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            "repeated-size",
            format!("the map has two values for team size {}", size.node),
        )
        .at(size.span, "this size comes a second time"),
    )
}

/// A value that comes twice where each may come once.
pub fn repeated(item: &Spanned<Value>, text: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("repeated-value", format!("{text} comes twice in one list"))
            .at(item.span, "this value comes a second time"),
    )
}

fn nested(value: &Spanned<Value>) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("nested-sweep", "a sweep inside another value")
            .at(value.span, "expected a single value")
            .help(
                "a list has plain values, such as `[42, 43, 44]`; `(2, 3, 4)` is one value of a list-valued parameter",
            ),
    )
}

/// The value's kind isn't the parameter's.
fn wrong_type(parameter: &ParameterSpec, value: &Spanned<Value>) -> Box<Diagnostic> {
    let message = format!(
        "`{}` takes {}, but {} was found",
        parameter.name,
        expected(&parameter.kind),
        found(&value.node)
    );
    let diagnostic = Diagnostic::error("wrong-type", message).at(value.span, format!("this is {}", found(&value.node)));
    Box::new(match (&parameter.kind, &value.node) {
        (ParameterKind::Text | ParameterKind::File | ParameterKind::Folder, _) => {
            diagnostic.help("a string stands in double quotes, such as \"data/ds3\"")
        }
        (ParameterKind::Integers { .. }, _) => diagnostic.help("a tuple stands in parentheses, such as `(2, 3, 4)`"),
        _ => diagnostic.help(parameter.doc),
    })
}

/// The type and range in words, for instance `a whole number from 1 to 1000`.
pub fn expected(kind: &ParameterKind) -> String {
    match kind {
        ParameterKind::Integer { min, max } => format!("a whole number {}", integer_range(*min, *max)),
        ParameterKind::Float { min, max } => format!("a number {}", float_range(*min, *max)),
        ParameterKind::Boolean => "`true` or `false`".to_owned(),
        ParameterKind::Choice(choices) => one_of(choices.iter().copied()),
        ParameterKind::Text => "a string".to_owned(),
        ParameterKind::File => "the path of a file".to_owned(),
        ParameterKind::Folder => "the path of a folder".to_owned(),
        ParameterKind::ChoiceOrFolder(choices) => {
            format!("{}, or the path of a folder in double quotes", words(choices))
        }
        ParameterKind::Integers { min, max } => format!("a tuple of whole numbers {}", integer_range(*min, *max)),
    }
}

/// `a`, `b`.
fn words(choices: &[&str]) -> String {
    let words: Vec<String> = choices.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

fn integer_range(min: i64, max: i64) -> String {
    match (min, max) {
        (i64::MIN, i64::MAX) => "of any size".to_owned(),
        (min, i64::MAX) => format!("from {min} up"),
        (i64::MIN, max) => format!("up to {max}"),
        (min, max) => format!("from {min} to {max}"),
    }
}

fn float_range(min: f64, max: f64) -> String {
    match (min <= f64::MIN, max >= f64::MAX) {
        (true, true) => "of any size".to_owned(),
        (false, true) => format!("from {min:?} up"),
        (true, false) => format!("up to {max:?}"),
        (false, false) => format!("from {min:?} to {max:?}"),
    }
}

/// A value's kind in words.
pub fn found(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number with a fraction",
        Value::Boolean(_) => "a switch",
        Value::Name(_) => "a name",
        Value::Text(_) => "a string",
        Value::List(_) => "a list",
        Value::Range { .. } => "a range",
        Value::PerSize(_) => "a map by team size",
        Value::Tuple(_) => "a tuple",
    }
}
