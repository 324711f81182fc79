//! Rows of small text files whose delimiter is found from their first line.

use crate::data::file::{Input, read_text};
use crate::data::matrix_row::quoted_fields;
use crate::engine::context::RunResult;
use crate::interruption;
use crate::lang::diagnostics::Diagnostic;
use std::path::Path;

/// The delimiters that are recognised; earlier ones win where a line has equally many.
const DELIMITERS: [u8; 3] = *b"\t,;";
/// Lines between two looks at the user's wish to stop.
const LINES: usize = 1 << 14;
/// How much of a file is read at a time to find the end of its first line.
const BLOCK: usize = 1 << 16;
/// The longest first line that is looked at.
const LONGEST: usize = 64 << 20;

/// One row: its line, counted from 1, and its fields without spaces and quotes around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file.
    pub line: usize,
    /// At least one field.
    pub fields: Vec<String>,
}

/// The rows of a text file, plain or gzip. Blank lines and lines that begin with `#` are skipped.
///
/// # Errors
/// Everything that reading text reports; a file without any row; the user's wish to stop.
pub fn read_rows(path: &Path) -> RunResult<Vec<Row>> {
    let text = read_text(path)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !is_skipped(line))
        .peekable();
    let delimiter = lines.peek().map_or(b',', |(_, line)| delimiter_of(line.as_bytes()));
    let mut rows = Vec::new();
    for (place, line) in lines {
        if rows.len().is_multiple_of(LINES) {
            interruption::check()?;
        }
        let mut fields = quoted_fields(line.as_bytes(), delimiter);
        // Several spaces in a row are one delimiter.
        fields.retain(|field| delimiter != b' ' || !field.is_empty());
        rows.push(Row {
            line: place + 1,
            fields,
        });
    }
    match rows.is_empty() {
        true => Err(
            Diagnostic::error("empty-file", format!("`{}` is empty", path.display()))
                .in_file(path, None, None)
                .help("expected a text file with one entry on each line")
                .into(),
        ),
        false => Ok(rows),
    }
}

/// The delimiter of the matrix in `path`, from its first line that isn't blank.
///
/// # Errors
/// Everything that [`Input`] reports.
pub fn find_delimiter(path: &Path) -> RunResult<u8> {
    let mut input = Input::open(path)?;
    let mut bytes = Vec::new();
    let has_line = |bytes: &[u8]| bytes.trim_ascii_start().contains(&b'\n');
    while bytes.len() < LONGEST && !has_line(&bytes) && input.append(&mut bytes, BLOCK)? > 0 {}
    let line = bytes.trim_ascii_start().split(|byte| *byte == b'\n').next();
    // A tab that begins the first line is the empty field above the row names.
    let starts_with_tab = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .any(|byte| *byte == b'\t');
    Ok(match line {
        _ if starts_with_tab => b'\t',
        Some(line) => delimiter_of(line),
        None => b',',
    })
}

/// What separates the fields of a line: the most frequent of tab, comma and semicolon outside of quotes; without any, a
/// space.
fn delimiter_of(line: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut inside = false;
    for byte in line {
        inside ^= *byte == b'"';
        if let Some(place) = DELIMITERS.iter().position(|delimiter| delimiter == byte && !inside) {
            counts[place] += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    let found = counts.iter().position(|count| *count == most);
    match (most, found) {
        (0, _) | (_, None) => match line.trim_ascii().contains(&b' ') {
            true => b' ',
            false => b',',
        },
        (_, Some(place)) => DELIMITERS[place],
    }
}

fn is_skipped(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::delimiter_of;

    #[test]
    fn the_most_frequent_delimiter_outside_of_quotes_wins() {
        for (line, delimiter) in [
            ("a,b,c", b','),
            ("a\tb, or c\td", b'\t'),
            ("\"a,b,c,d\";e", b';'),
            ("Sox2 Nanog", b' '),
            ("Sox2", b','),
            ("\tcell 1\tcell 2", b'\t'),
            ("a,b\tc", b'\t'),
        ] {
            assert_eq!(delimiter_of(line.as_bytes()), delimiter, "{line}");
        }
    }
}
