//! Reading `.grn-columns` files.

use super::{Column, Columns, Data, MAGIC, Texts, VERSION};
use crate::data::file::Input;
use crate::engine::context::RunResult;
use crate::lang::diagnostics::Diagnostic;
use std::path::Path;

/// Whether a file is one of columns: told by its first bytes, not by its name.
pub fn is_columns(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Reads a file, plain or gzip.
///
/// # Errors
/// A file that can't be read, isn't of this format, is of a newer version, isn't whole, or contradicts itself.
pub fn read(path: &Path) -> RunResult<Columns> {
    let mut bytes = Vec::new();
    let mut input = Input::open(path)?;
    while input.append(&mut bytes, 1 << 22)? > 0 {}
    decode(path, &bytes)
}

/// Columns from the bytes of the file `path`.
///
/// # Errors
/// As [`read`].
pub fn decode(path: &Path, bytes: &[u8]) -> RunResult<Columns> {
    parse(bytes).map_err(|problem| {
        let message = format!("`{}` {}", path.display(), problem.message);
        Diagnostic::error(problem.code, message)
            .in_file(path, None, None)
            .help(problem.help)
            .into()
    })
}

struct Problem {
    code: &'static str,
    message: String,
    help: &'static str,
}

fn damaged(what: impl Into<String>) -> Problem {
    Problem {
        code: "damaged-columns",
        message: format!("is damaged: {}", what.into()),
        help: "write it again; `docs/columns.md` describes the format",
    }
}

/// What follows the version and the length of a whole file.
fn content(bytes: &[u8]) -> Result<Reader<'_>, Problem> {
    let Some(rest) = bytes.strip_prefix(MAGIC.as_slice()) else {
        return Err(Problem {
            code: "not-columns",
            message: "isn't a `.grn-columns` file".to_owned(),
            help: "such a file begins with the bytes `GRNCOLS`",
        });
    };
    let mut reader = Reader(rest);
    let version = reader.u32()?;
    if version != VERSION {
        return Err(Problem {
            code: "columns-version",
            message: format!("has version {version} of the format, expected version {VERSION}"),
            help: "write it with the `grn_nb` of this grn",
        });
    }
    let length = reader.u64()?;
    if length != bytes.len() as u64 {
        return Err(Problem {
            code: "truncated-columns",
            message: format!("isn't whole: it has {} bytes, expected {length}", bytes.len()),
            help: "copy it or write it again",
        });
    }
    Ok(reader)
}

fn parse(bytes: &[u8]) -> Result<Columns, Problem> {
    let mut reader = content(bytes)?;
    let kind = reader.text()?.to_owned();
    let attributes = (0..reader.u32()?).map(|_| Ok((reader.text()?.to_owned(), reader.text()?.to_owned())));
    let attributes = attributes.collect::<Result<_, _>>()?;
    let rows = reader.size()?;
    let mut columns: Vec<Column> = Vec::new();
    for _ in 0..reader.u32()? {
        let column = reader.column(rows)?;
        if columns.iter().any(|known| known.name == column.name) {
            return Err(damaged(format!("it has two columns `{}`", column.name)));
        }
        columns.push(column);
    }
    match reader.0.is_empty() {
        true => Ok(Columns {
            kind,
            attributes,
            rows,
            columns,
        }),
        false => Err(damaged(format!("{} bytes follow its last column", reader.0.len()))),
    }
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Problem> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| damaged("a length in it points beyond its end"))?;
        self.0 = rest;
        Ok(taken)
    }

    /// `count` values of `N` bytes each.
    fn values<const N: usize, T>(&mut self, count: usize, value: impl Fn([u8; N]) -> T) -> Result<Vec<T>, Problem> {
        let bytes = self.take(count.saturating_mul(N))?;
        let (chunks, _) = bytes.as_chunks();
        Ok(chunks.iter().map(|chunk| value(*chunk)).collect())
    }

    fn value<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let bytes = self.take(N)?;
        bytes.try_into().map_err(|_| damaged("a number in it is cut off"))
    }

    fn u32(&mut self) -> Result<u32, Problem> {
        self.value().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, Problem> {
        self.value().map(u64::from_le_bytes)
    }

    fn size(&mut self) -> Result<usize, Problem> {
        let size = self.u64()?;
        size.try_into()
            .map_err(|_| damaged("it has more rows than can be counted"))
    }

    fn text(&mut self) -> Result<&'a str, Problem> {
        let length = self.u32()? as usize;
        utf8(self.take(length)?)
    }

    /// Offsets of `count` lists or texts; they begin at 0 and never fall.
    fn offsets(&mut self, count: usize) -> Result<Vec<usize>, Problem> {
        let size = |bytes| usize::try_from(u64::from_le_bytes(bytes)).unwrap_or(usize::MAX);
        let offsets = self.values(count.saturating_add(1), size)?;
        match offsets.first() == Some(&0) && offsets.is_sorted() {
            true => Ok(offsets),
            false => Err(damaged("offsets in it fall, or don't begin at 0")),
        }
    }

    fn column(&mut self, rows: usize) -> Result<Column, Problem> {
        let name = self.text()?.to_owned();
        let [code, shape] = self.value()?;
        let offsets = match shape {
            0 => None,
            1 => Some(self.offsets(rows)?),
            _ => return Err(damaged(format!("column `{name}` has the unknown shape {shape}"))),
        };
        let count = match &offsets {
            Some(offsets) => offsets.last().copied().unwrap_or(0),
            None => rows,
        };
        let data = match code {
            0 => Data::Bool(self.values(count, |[byte]: [u8; 1]| byte != 0)?),
            1 => Data::U32(self.values(count, u32::from_le_bytes)?),
            2 => Data::I64(self.values(count, i64::from_le_bytes)?),
            3 => Data::F32(self.values(count, f32::from_le_bytes)?),
            4 => Data::F64(self.values(count, f64::from_le_bytes)?),
            5 => Data::Text(self.texts(count)?),
            _ => return Err(damaged(format!("column `{name}` has the unknown type {code}"))),
        };
        Ok(Column { name, data, offsets })
    }

    fn texts(&mut self, count: usize) -> Result<Texts, Problem> {
        let offsets = self.offsets(count)?;
        let all = utf8(self.take(offsets.last().copied().unwrap_or(0))?)?.to_owned();
        match offsets.iter().all(|offset| all.is_char_boundary(*offset)) {
            true => Ok(Texts { all, offsets }),
            false => Err(damaged("a text in it begins amid a character")),
        }
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(bytes).map_err(|_| damaged("a text in it isn't UTF-8"))
}
