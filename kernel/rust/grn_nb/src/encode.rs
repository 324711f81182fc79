//! Writing `.grn-columns` files: see `docs/columns.md` of grn for the format.

use crate::column::{Column, Values};
use crate::{Error, Frame};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// How every file begins.
pub(crate) const MAGIC: &[u8; 8] = b"GRNCOLS\n";
/// Raised whenever the format changes.
pub(crate) const VERSION: u32 = 1;

impl Frame {
    /// Writes a `.grn-columns` file: to a temporary file in the same folder, which is then renamed.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let failed = |error: io::Error| Error::new(format!("`{}` can't be written: {error}", path.display()));
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let temporary = path.with_file_name(name);
        let written = self.write_into(&temporary).and_then(|()| fs::rename(&temporary, path));
        written.map_err(|error| {
            let _ = fs::remove_file(&temporary);
            failed(error)
        })
    }

    fn write_into(&self, path: &Path) -> io::Result<()> {
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
        self.encode(&mut file)?;
        file.into_inner().map_err(io::IntoInnerError::into_error).map(drop)
    }

    /// The bytes of a `.grn-columns` file.
    ///
    /// # Errors
    /// What `to` says.
    pub fn encode(&self, to: &mut impl Write) -> io::Result<()> {
        to.write_all(MAGIC)?;
        to.write_all(&VERSION.to_le_bytes())?;
        to.write_all(&self.encoded_length().to_le_bytes())?;
        text(to, &self.kind)?;
        to.write_all(&(self.attributes.len() as u32).to_le_bytes())?;
        for (key, value) in &self.attributes {
            text(to, key)?;
            text(to, value)?;
        }
        to.write_all(&(self.rows() as u64).to_le_bytes())?;
        to.write_all(&(self.columns.len() as u32).to_le_bytes())?;
        self.columns.iter().try_for_each(|column| encode_column(to, column))
    }

    /// The length of the whole file in bytes.
    fn encoded_length(&self) -> u64 {
        let attributes = self.attributes.iter().map(|(key, value)| 8 + key.len() + value.len());
        let columns = self.columns.iter().map(|column| {
            let offsets = column.offsets.as_ref().map_or(0, |offsets| 8 * offsets.len());
            4 + column.name.len() + 2 + offsets + values_length(&column.values)
        });
        let fixed = 8 + 4 + 8 + 4 + self.kind.len() + 4 + 8 + 4;
        (fixed + attributes.sum::<usize>() + columns.sum::<usize>()) as u64
    }
}

fn values_length(values: &Values) -> usize {
    match values {
        Values::Bool(values) => values.len(),
        Values::U32(_) | Values::F32(_) => 4 * values.len(),
        Values::I64(_) | Values::F64(_) => 8 * values.len(),
        Values::Text(values) => 8 * (values.len() + 1) + values.iter().map(String::len).sum::<usize>(),
    }
}

fn text(to: &mut impl Write, text: &str) -> io::Result<()> {
    to.write_all(&(text.len() as u32).to_le_bytes())?;
    to.write_all(text.as_bytes())
}

fn encode_column(to: &mut impl Write, column: &Column) -> io::Result<()> {
    text(to, &column.name)?;
    to.write_all(&[type_code(&column.values), u8::from(column.is_list())])?;
    if let Some(offsets) = &column.offsets {
        offsets
            .iter()
            .try_for_each(|offset| to.write_all(&(*offset as u64).to_le_bytes()))?;
    }
    match &column.values {
        Values::Bool(values) => values.iter().try_for_each(|value| to.write_all(&[u8::from(*value)])),
        Values::U32(values) => values.iter().try_for_each(|value| to.write_all(&value.to_le_bytes())),
        Values::I64(values) => values.iter().try_for_each(|value| to.write_all(&value.to_le_bytes())),
        Values::F32(values) => values.iter().try_for_each(|value| to.write_all(&value.to_le_bytes())),
        Values::F64(values) => values.iter().try_for_each(|value| to.write_all(&value.to_le_bytes())),
        Values::Text(values) => encode_texts(to, values),
    }
}

fn encode_texts(to: &mut impl Write, values: &[String]) -> io::Result<()> {
    let mut end = 0_u64;
    to.write_all(&end.to_le_bytes())?;
    for value in values {
        end += value.len() as u64;
        to.write_all(&end.to_le_bytes())?;
    }
    values.iter().try_for_each(|value| to.write_all(value.as_bytes()))
}

/// The number that stands for a type in the file.
fn type_code(values: &Values) -> u8 {
    match values {
        Values::Bool(_) => 0,
        Values::U32(_) => 1,
        Values::I64(_) => 2,
        Values::F32(_) => 3,
        Values::F64(_) => 4,
        Values::Text(_) => 5,
    }
}
