//! One line of delimited text: a name, then numbers.

use crate::data::matrix_csv::MatrixFormat;
use crate::data::number::parse_f32;

/// What is wrong with a row; columns count from 1.
pub(super) enum CellError {
    Ragged { found: usize, expected: usize },
    Unnamed,
    Value { column: usize, problem: Problem },
}

#[derive(Clone, Copy)]
pub(super) enum Problem {
    NotANumber,
    NotFinite,
    Negative,
}

impl Problem {
    /// Code, what was expected, and a fix.
    pub(super) fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::NotANumber => (
                "not-a-number",
                "a number",
                "every field after the gene name is an expression value, such as 1.25",
            ),
            Self::NotFinite => (
                "not-finite",
                "a finite number",
                "drop the gene or the cell, or write 0 where nothing was measured",
            ),
            Self::Negative => (
                "negative-expression",
                "an expression of 0 or more",
                "clean expression before any logarithm or scaling is wanted; `features` transforms it",
            ),
        }
    }
}

/// Fills `cells` from a line and gives its name.
pub(super) fn parse_row(line: &[u8], format: MatrixFormat, cells: &mut [f32]) -> Result<String, CellError> {
    let name_end = name_length(line, format.delimiter);
    let name = unquoted(&line[..name_end]);
    let mut fields = line
        .get(name_end + 1..)
        .map(|rest| rest.split(|&byte| byte == format.delimiter));
    let mut count = 0;
    while let Some(field) = fields.as_mut().and_then(Iterator::next) {
        if let Some(cell) = cells.get_mut(count) {
            let problem = match parse_f32(field) {
                Some(value) if !value.is_finite() => Some(Problem::NotFinite),
                Some(value) if value < 0.0 && !format.allow_negative => Some(Problem::Negative),
                Some(value) => {
                    *cell = value;
                    None
                }
                None => Some(Problem::NotANumber),
            };
            if let Some(problem) = problem {
                return Err(CellError::Value {
                    column: count + 2,
                    problem,
                });
            }
        }
        count += 1;
    }
    if count != cells.len() {
        return Err(CellError::Ragged {
            found: count + 1,
            expected: cells.len() + 1,
        });
    }
    if name.is_empty() {
        return Err(CellError::Unnamed);
    }
    Ok(name)
}

/// The length of the first field, whose delimiters don't count between double quotes.
fn name_length(line: &[u8], delimiter: u8) -> usize {
    let mut inside = false;
    let end = line.iter().position(|&byte| {
        inside ^= byte == b'"';
        byte == delimiter && !inside
    });
    end.unwrap_or(line.len())
}

/// All fields of a line, without their quotes.
pub(super) fn quoted_fields(mut line: &[u8], delimiter: u8) -> Vec<String> {
    let mut fields = Vec::new();
    loop {
        let end = name_length(line, delimiter);
        fields.push(unquoted(&line[..end]));
        match line.get(end + 1..) {
            Some(rest) => line = rest,
            None => return fields,
        }
    }
}

fn unquoted(field: &[u8]) -> String {
    let text = String::from_utf8_lossy(field);
    let text = text.trim();
    match text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => text.to_owned(),
    }
}

/// What stands in a column, for a message.
pub(super) fn shown_field(line: &[u8], delimiter: u8, column: usize) -> String {
    let values = line.get(name_length(line, delimiter) + 1..).unwrap_or_default();
    let mut fields = values.split(|&byte| byte == delimiter);
    let field = fields.nth(column.saturating_sub(2)).unwrap_or_default();
    match String::from_utf8_lossy(field).trim() {
        "" => "an empty field".to_owned(),
        text => format!("`{}`", printable(text)),
    }
}

/// The beginning of a text from a file, fit for a terminal: control characters are escaped.
pub(super) fn printable(text: &str) -> String {
    const MOST: usize = 40;
    let mut shown = String::new();
    for (position, character) in text.chars().enumerate() {
        if position == MOST {
            shown.push('…');
            break;
        }
        match character.is_control() {
            true => shown.extend(character.escape_default()),
            false => shown.push(character),
        }
    }
    shown
}

/// A delimiter for a message; a tab becomes `\t`.
pub(super) fn shown_delimiter(delimiter: u8) -> String {
    char::from(delimiter).escape_default().to_string()
}
