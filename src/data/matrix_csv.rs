//! Reads a matrix from delimited text: a header, then one row a gene that begins with its name.

use crate::data::file::Input;
use crate::data::matrix_row::{CellError, parse_row, quoted_fields, shown_delimiter, shown_field};
use crate::engine::context::{RunError, RunResult, StageContext};
use crate::interruption::{self, Watch};
use crate::lang::diagnostics::Diagnostic;
use ndarray::Array2;
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::Path;

/// How much text is decompressed, then parsed in parallel, at a time.
const BLOCK: usize = 4 << 20;
/// The longest line that is read: a million cells and more.
const LONGEST_LINE: usize = 64 << 20;

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
    reader.plain_size = input.plain_size();
    let watch = interruption::watch();
    let mut at_end = input.append(&mut buffer, BLOCK)? == 0;
    loop {
        let complete = match at_end {
            true => buffer.len(),
            false => buffer
                .iter()
                .rposition(|&byte| byte == b'\n')
                .map_or(0, |last| last + 1),
        };
        reader.refuse_binary(&buffer[..complete])?;
        let mut next = buffer[complete..].to_vec();
        let unfinished = next.len();
        // A block is parsed while the next one is read and decompressed.
        let read = || match at_end {
            true => Ok(0),
            false => watch.scope(|| input.append(&mut next, BLOCK)),
        };
        let (read, parsed) = rayon::join(read, || reader.block(&buffer[..complete], &watch));
        parsed?;
        let more = read? > 0;
        buffer = next;
        context.progress(input.consumed() >> 10, input.size() >> 10, "KiB", "reading expression")?;
        if at_end {
            return reader.finish();
        }
        at_end = !more;
        if unfinished > LONGEST_LINE {
            let message = format!(
                "expected lines of at most {} MiB, found a longer one",
                LONGEST_LINE >> 20
            );
            let help = "expected one line for each gene; is this a text file?";
            return Err(reader.error("line-too-long", message, Some(reader.line), None, help));
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
    /// Bytes of the whole text, where they are known.
    plain_size: Option<u64>,
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
            plain_size: None,
        }
    }

    /// A text has no NUL bytes; UTF-16, archives and binary formats are full of them.
    fn refuse_binary(&self, bytes: &[u8]) -> RunResult<()> {
        if !bytes.contains(&0) {
            return Ok(());
        }
        let before = bytes.iter().take_while(|&&byte| byte != 0);
        let line = self.line + before.filter(|&&byte| byte == b'\n').count();
        let message = format!("expected text in UTF-8, found a NUL byte in `{}`", self.path.display());
        let help = "save the matrix as delimited text in UTF-8, plain or gzip; UTF-16 and binary formats can't be read";
        Err(self.error("not-text", message, Some(line), None, help))
    }

    /// Takes whole lines.
    fn block(&mut self, bytes: &[u8], watch: &Watch) -> RunResult<()> {
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
        if self.values.is_empty() {
            // Where that much can't be had, memory is asked for as rows come.
            let _ = self.values.try_reserve_exact(self.expected_values(first, width));
        }
        let start = self.values.len();
        self.values.resize(start + lines.len() * width, 0.0);
        let format = self.format;
        let names: Vec<Result<String, CellError>> = self.values[start..]
            .par_chunks_mut(width.max(1))
            .zip(&lines)
            .map(|(cells, (_, line))| match watch.is_requested() {
                true => Err(CellError::Unnamed),
                false => parse_row(line, format, cells),
            })
            .collect();
        watch.check()?;
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
            let names_rows = columns
                .first()
                .is_some_and(|first| first.is_empty() || fields != columns.len() + 1);
            if names_rows {
                columns.remove(0);
            }
            self.columns = Some(columns);
        }
        self.columns.as_ref().map_or(0, Vec::len)
    }

    /// About how many values there are, so that memory is asked for once: as many rows of `width` as lines like the first
    /// fit the text.
    fn expected_values(&self, first_row: &[u8], width: usize) -> usize {
        let size = self.plain_size.and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
        let rows = size / (first_row.len() + 1) + 1;
        // A value takes two bytes of text at least, whatever the first line says.
        rows.saturating_mul(width).min(size / 2)
    }

    fn finish(self) -> RunResult<Matrix> {
        let shown = self.path.display();
        let Some(header) = &self.header else {
            let help = "expected a header line and one line for each gene";
            return Err(self.error("empty-file", format!("`{shown}` is empty"), None, None, help));
        };
        let Some(columns) = &self.columns else {
            let fields = match header.len() {
                1 => "1 field".to_owned(),
                several => format!("{several} fields"),
            };
            let message = format!("`{shown}` holds a header of {fields} and no genes");
            let help = "expected one line for each gene below the header";
            return Err(self.error("no-rows", message, Some(1), None, help));
        };
        if columns.is_empty() {
            let message = format!("`{shown}` holds gene names and no values");
            let help = format!(
                "expected fields separated by `{}`",
                shown_delimiter(self.format.delimiter)
            );
            return Err(self.error("no-columns", message, Some(1), None, &help));
        }
        check_unique(self.path, &self.rows, &self.lines)?;
        let (shape, columns) = ((self.rows.len(), columns.len()), columns.clone());
        let values = Array2::from_shape_vec(shape, self.values)
            .map_err(|error| Diagnostic::error("internal", format!("the matrix has an inconsistent shape: {error}")))?;
        Ok(Matrix {
            rows: self.rows,
            columns,
            values,
            lines: self.lines,
        })
    }

    fn explain(&self, error: CellError, line: usize, text: &[u8]) -> RunError {
        let (code, message, column, help) = match error {
            CellError::Ragged { found, expected } => (
                "ragged-row",
                format!("expected {expected} fields as in the header, found {found}"),
                found.min(expected),
                "every line needs a gene name and one value for each cell; an incomplete last line means a truncated file",
            ),
            CellError::Unnamed => (
                "unnamed-row",
                "expected a gene name, found an empty field".to_owned(),
                1,
                "the first field of each line names its gene",
            ),
            CellError::Value { column, problem } => {
                let found = shown_field(text, self.format.delimiter, column);
                let (code, expected, help) = problem.words();
                (code, format!("expected {expected}, found {found}"), column, help)
            }
        };
        self.error(code, message, Some(line), Some(column), help)
    }

    fn error(
        &self,
        code: &'static str,
        message: String,
        line: Option<usize>,
        column: Option<usize>,
        help: &str,
    ) -> RunError {
        let error = Diagnostic::error(code, message).in_file(self.path, line, column);
        error.help(help).into()
    }
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
