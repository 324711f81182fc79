//! Reads a matrix from delimited text: a header, then one row a gene that begins with its name.

use crate::data::file::Input;
use crate::data::number::parse_f32;
use crate::engine::context::{RunError, RunResult, StageContext};
use crate::lang::diagnostics::Diagnostic;
use ndarray::Array2;
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::Path;

/// How much text is decompressed, then parsed in parallel, at a time.
const BLOCK: usize = 4 << 20;

/// What a format allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatrixFormat {
    /// What separates the fields.
    pub delimiter: u8,
    /// Whether values below zero make sense.
    pub allow_negative: bool,
}

/// A named matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Row names, unique.
    pub rows: Vec<String>,
    /// Column names.
    pub columns: Vec<String>,
    /// (rows × columns), finite.
    pub values: Array2<f32>,
    /// The line of the file, counted from 1, on which each row stands.
    pub lines: Vec<usize>,
}

/// Reads the matrix in `path`, plain or gzip. The header may have a field above the row names (as pandas writes) or not
/// (as R writes). Blank lines are skipped.
///
/// # Errors
/// Everything that [`Input`] reports; an empty file or one with a header only; a ragged row; a cell that is no finite
/// number; a row name that is missing or stands twice; each with line and column.
pub fn read_matrix(path: &Path, format: MatrixFormat, context: &StageContext) -> RunResult<Matrix> {
    let mut input = Input::open(path)?;
    let mut buffer = Vec::new();
    let mut reader = MatrixReader::new(path, format);
    loop {
        let at_end = input.append(&mut buffer, BLOCK)? == 0;
        let complete = match at_end {
            true => buffer.len(),
            false => buffer
                .iter()
                .rposition(|&byte| byte == b'\n')
                .map_or(0, |last| last + 1),
        };
        reader.block(&buffer[..complete])?;
        buffer.drain(..complete);
        context.progress(input.consumed() >> 10, input.size() >> 10, "KiB", "reading expression")?;
        if at_end {
            return reader.finish();
        }
    }
}

struct MatrixReader<'a> {
    path: &'a Path,
    format: MatrixFormat,
    /// The line that comes next, counted from 1.
    line: usize,
    header: Option<Vec<String>>,
    columns: Option<Vec<String>>,
    rows: Vec<String>,
    lines: Vec<usize>,
    values: Vec<f32>,
}

impl<'a> MatrixReader<'a> {
    fn new(path: &'a Path, format: MatrixFormat) -> Self {
        Self {
            path,
            format,
            line: 1,
            header: None,
            columns: None,
            rows: Vec::new(),
            lines: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Takes whole lines.
    fn block(&mut self, bytes: &[u8]) -> RunResult<()> {
        let mut lines = self.number_lines(bytes);
        if self.header.is_none() && !lines.is_empty() {
            let (_, header) = lines.remove(0);
            let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
            self.header = Some(quoted_fields(header, self.format.delimiter));
        }
        let Some((_, first)) = lines.first() else {
            return Ok(());
        };
        let width = self.width(first);
        let start = self.values.len();
        self.values.resize(start + lines.len() * width, 0.0);
        let format = self.format;
        let names: Vec<Result<String, CellError>> = self.values[start..]
            .par_chunks_mut(width.max(1))
            .zip(&lines)
            .map(|(cells, (_, line))| parse_row(line, format, cells))
            .collect();
        for (name, (line, text)) in names.into_iter().zip(&lines) {
            let name = name.map_err(|error| self.explain(error, *line, text))?;
            self.rows.push(name);
            self.lines.push(*line);
        }
        Ok(())
    }

    fn number_lines<'b>(&mut self, bytes: &'b [u8]) -> Vec<(usize, &'b [u8])> {
        let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        if text.is_empty() {
            self.line += bytes.len();
            return Vec::new();
        }
        let first = self.line;
        let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
        self.line += lines.len();
        let numbered = lines.into_iter().enumerate();
        let numbered = numbered.map(|(i, line)| (first + i, line.strip_suffix(b"\r").unwrap_or(line)));
        numbered.filter(|(_, line)| !line.trim_ascii().is_empty()).collect()
    }

    /// The number of values in a row. The first row decides whether the header names the column of row names.
    fn width(&mut self, first_row: &[u8]) -> usize {
        if self.columns.is_none() {
            let mut columns = self.header.clone().unwrap_or_default();
            let fields = quoted_fields(first_row, self.format.delimiter).len();
            if fields != columns.len() + 1 && !columns.is_empty() {
                columns.remove(0);
            }
            self.columns = Some(columns);
        }
        self.columns.as_ref().map_or(0, Vec::len)
    }

    fn finish(self) -> RunResult<Matrix> {
        let shown = self.path.display();
        let Some(header) = self.header else {
            return Err(Diagnostic::error("empty-file", format!("`{shown}` is empty"))
                .in_file(self.path, None, None)
                .help("expected a header line and one line for each gene")
                .into());
        };
        let Some(columns) = self.columns else {
            return Err(Diagnostic::error(
                "no-rows",
                format!("`{shown}` holds a header of {} fields and no genes", header.len()),
            )
            .in_file(self.path, Some(1), None)
            .help("expected one line for each gene below the header")
            .into());
        };
        if columns.is_empty() {
            return Err(
                Diagnostic::error("no-columns", format!("`{shown}` holds gene names and no values"))
                    .in_file(self.path, Some(1), None)
                    .help(format!(
                        "expected fields separated by `{}`",
                        shown_delimiter(self.format.delimiter)
                    ))
                    .into(),
            );
        }
        check_unique(self.path, &self.rows, &self.lines)?;
        let shape = (self.rows.len(), columns.len());
        let values = Array2::from_shape_vec(shape, self.values).map_err(|error| {
            Diagnostic::error(
                "internal",
                format!("the matrix in `{shown}` has an inconsistent shape: {error}"),
            )
        })?;
        Ok(Matrix {
            rows: self.rows,
            columns,
            values,
            lines: self.lines,
        })
    }

    fn explain(&self, error: CellError, line: usize, text: &[u8]) -> RunError {
        let place = |column| (self.path, Some(line), column);
        let (code, message, (path, line, column), help) = match error {
            CellError::Ragged { found, expected } => (
                "ragged-row",
                format!("expected {expected} fields as in the header, found {found}"),
                place(Some(found.min(expected))),
                "every line needs a gene name and one value for each cell; an incomplete last line means a truncated file",
            ),
            CellError::Unnamed => (
                "unnamed-row",
                "expected a gene name, found an empty field".to_owned(),
                place(Some(1)),
                "the first field of each line names its gene",
            ),
            CellError::Value { column, problem } => {
                let name_end = name_length(text, self.format.delimiter);
                let mut cells = text
                    .get(name_end + 1..)
                    .unwrap_or_default()
                    .split(|&byte| byte == self.format.delimiter);
                let cell = cells.nth(column.saturating_sub(2)).unwrap_or_default();
                let cell = String::from_utf8_lossy(cell)
                    .trim()
                    .chars()
                    .take(40)
                    .collect::<String>();
                let (code, expected, help) = problem.words();
                (
                    code,
                    format!("expected {expected}, found {}", quoted(&cell)),
                    place(Some(column)),
                    help,
                )
            }
        };
        Diagnostic::error(code, message)
            .in_file(path, line, column)
            .help(help)
            .into()
    }
}

/// What is wrong with a row; columns count from 1.
enum CellError {
    Ragged { found: usize, expected: usize },
    Unnamed,
    Value { column: usize, problem: Problem },
}

#[derive(Clone, Copy)]
enum Problem {
    NotANumber,
    NotFinite,
    Negative,
}

impl Problem {
    /// Code, what was expected, and a fix.
    fn words(self) -> (&'static str, &'static str, &'static str) {
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

fn parse_row(line: &[u8], format: MatrixFormat, cells: &mut [f32]) -> Result<String, CellError> {
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

fn quoted_fields(mut line: &[u8], delimiter: u8) -> Vec<String> {
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

fn quoted(cell: &str) -> String {
    if cell.is_empty() {
        "an empty field".to_owned()
    } else {
        format!("`{cell}`")
    }
}

fn shown_delimiter(delimiter: u8) -> String {
    char::from(delimiter).escape_default().to_string()
}

fn check_unique(path: &Path, names: &[String], lines: &[usize]) -> RunResult<()> {
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(names.len());
    for (name, &line) in names.iter().zip(lines) {
        if let Some(first) = seen.insert(name, line) {
            let message = format!("gene `{name}` stands on line {first} and again on line {line}");
            return Err(Diagnostic::error("duplicate-gene", message)
                .in_file(path, Some(line), Some(1))
                .help("keep one line for each gene, or give the genes different names")
                .into());
        }
    }
    Ok(())
}
