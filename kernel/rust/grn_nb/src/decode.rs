//! Reading `.grn-columns` files.

use crate::column::{Column, Values};
use crate::encode::{MAGIC, VERSION};
use crate::{Error, Frame};
use std::fs;
use std::path::Path;

impl Frame {
    /// Reads a `.grn-columns` file.
    ///
    /// # Errors
    /// A file that can't be read, isn't of this format, is of a newer version, or is not whole.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let failed = |reason: String| Error::new(format!("`{}` {reason}", path.display()));
        let bytes = fs::read(path).map_err(|error| failed(format!("can't be read: {error}")))?;
        Self::decode(&bytes).map_err(|error| failed(error.to_string()))
    }

    /// A frame from the bytes of a `.grn-columns` file.
    ///
    /// # Errors
    /// As [`Frame::read`], without the name of the file.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let mut from = Bytes { all: bytes, at: 0 };
        if bytes.get(..8) != Some(MAGIC) {
            return Err(Error::new("is not a `.grn-columns` file"));
        }
        from.at = 8;
        let version = from.u32()?;
        if version != VERSION {
            let message = format!("has version {version} of the format; this program reads version {VERSION}");
            return Err(Error::new(message));
        }
        let length = from.u64()?;
        if length != bytes.len() as u64 {
            let message = format!("is not whole: it has {} bytes of {length}", bytes.len());
            return Err(Error::new(message));
        }
        let kind = from.text()?;
        let mut frame = Self::new(kind);
        for _ in 0..from.u32()? {
            let (key, value) = (from.text()?, from.text()?);
            frame = frame.with_attribute(key, value);
        }
        let rows = from.count()?;
        for _ in 0..from.u32()? {
            let column = from.column(rows)?;
            frame = frame.push(column)?;
        }
        match from.at == bytes.len() {
            true => Ok(frame),
            false => Err(Error::new("is damaged: something follows its last column")),
        }
    }
}

struct Bytes<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.all.get(self.at..end));
        let taken = taken.ok_or_else(|| Error::new("is damaged: a length in it points beyond its end"))?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn u32(&mut self) -> Result<u32, Error> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, Error> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn count(&mut self) -> Result<usize, Error> {
        usize::try_from(self.u64()?).map_err(|_| Error::new("is larger than this machine can address"))
    }

    fn text(&mut self) -> Result<String, Error> {
        let length = self.u32()? as usize;
        utf8(self.take(length)?)
    }

    /// `count` numbers of `N` bytes each.
    fn numbers<T, const N: usize>(&mut self, count: usize, from: fn([u8; N]) -> T) -> Result<Vec<T>, Error> {
        let bytes = self.take(count.saturating_mul(N))?;
        let numbers = bytes.chunks_exact(N).map(|chunk| {
            let mut array = [0; N];
            array.copy_from_slice(chunk);
            from(array)
        });
        Ok(numbers.collect())
    }

    fn offsets(&mut self, rows: usize) -> Result<Vec<usize>, Error> {
        let offsets = self.numbers(rows.saturating_add(1), u64::from_le_bytes)?;
        Ok(offsets
            .into_iter()
            .map(|offset| usize::try_from(offset).unwrap_or(usize::MAX))
            .collect())
    }

    fn texts(&mut self, count: usize) -> Result<Vec<String>, Error> {
        let offsets = self.offsets(count)?;
        let bytes = self.take(offsets.last().copied().unwrap_or(0))?;
        let parts = offsets.windows(2).map(|pair| {
            let part = bytes.get(pair[0]..pair[1]);
            utf8(part.ok_or_else(|| Error::new("is damaged: the texts of a column overlap"))?)
        });
        parts.collect()
    }

    fn column(&mut self, rows: usize) -> Result<Column, Error> {
        let name = self.text()?;
        let [code, list] = self.array()?;
        let offsets = match list {
            0 => None,
            1 => Some(self.offsets(rows)?),
            other => return Err(Error::new(format!("is damaged: column `{name}` has shape {other}"))),
        };
        let count = offsets
            .as_ref()
            .map_or(rows, |offsets| offsets.last().copied().unwrap_or(0));
        let values = match code {
            0 => Values::Bool(self.numbers(count, |byte: [u8; 1]| byte != [0])?),
            1 => Values::U32(self.numbers(count, u32::from_le_bytes)?),
            2 => Values::I64(self.numbers(count, i64::from_le_bytes)?),
            3 => Values::F32(self.numbers(count, f32::from_le_bytes)?),
            4 => Values::F64(self.numbers(count, f64::from_le_bytes)?),
            5 => Values::Text(self.texts(count)?),
            other => return Err(Error::new(format!("has a column `{name}` of the unknown type {other}"))),
        };
        Ok(Column { name, values, offsets })
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Error> {
    let text = std::str::from_utf8(bytes).map_err(|_| Error::new("is damaged: a text in it isn't UTF-8"))?;
    Ok(text.to_owned())
}
