//! `.grn-columns` files: named columns of typed values, as other programs exchange them with grn. The format is described
//! in `docs/columns.md`; `kernel/rust/grn_nb` reads and writes it on its own.

mod read;
mod write;

pub use read::{decode, is_columns, read};
pub use write::encode;

use std::ops::Range;

/// How every file begins.
pub const MAGIC: &[u8; 8] = b"GRNCOLS\n";
/// Raised whenever the format changes.
pub const VERSION: u32 = 1;

/// Columns with a kind and attributes.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Columns {
    /// What they hold: `dataset`, `split`, `pools`, `scorer`, `teams`, `report`, `ranking`, `set-scores` or any other
    /// word.
    pub kind: String,
    /// Keys and values, in order.
    pub attributes: Vec<(String, String)>,
    /// The number of rows, that of every column.
    pub rows: usize,
    /// The columns, in order.
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The values of all rows, one after the other.
    pub data: Data,
    /// Where each row's list begins in `data`, and where the last one ends; `None` where a row has one value.
    pub offsets: Option<Vec<usize>>,
}

/// Values of one type.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Truth values.
    Bool(Vec<bool>),
    /// Whole numbers from 0.
    U32(Vec<u32>),
    /// Whole numbers.
    I64(Vec<i64>),
    /// Numbers in single precision.
    F32(Vec<f32>),
    /// Numbers in double precision.
    F64(Vec<f64>),
    /// Texts.
    Text(Texts),
}

/// Texts in one piece of memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Texts {
    all: String,
    /// Where each begins, and where the last ends.
    offsets: Vec<usize>,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            all: String::new(),
            offsets: vec![0],
        }
    }
}

impl Texts {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of them; empty beyond the last.
    pub fn get(&self, index: usize) -> &str {
        match (self.offsets.get(index), self.offsets.get(index + 1)) {
            (Some(start), Some(end)) => self.all.get(*start..*end).unwrap_or_default(),
            _ => "",
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut collected = Self::default();
        for text in texts {
            collected.all.push_str(text);
            collected.offsets.push(collected.all.len());
        }
        collected
    }
}

impl Data {
    /// How many values there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Bool(values) => values.len(),
            Self::U32(values) => values.len(),
            Self::I64(values) => values.len(),
            Self::F32(values) => values.len(),
            Self::F64(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of their type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "bool",
            Self::U32(_) => "u32",
            Self::I64(_) => "i64",
            Self::F32(_) => "f32",
            Self::F64(_) => "f64",
            Self::Text(_) => "text",
        }
    }
}

impl Column {
    /// `f32`, or `list of f32`.
    pub fn type_name(&self) -> String {
        let name = self.data.type_name();
        match self.offsets {
            Some(_) => format!("list of {name}"),
            None => name.to_owned(),
        }
    }

    /// Where the values of a row stand in `data`.
    pub fn row(&self, row: usize) -> Range<usize> {
        match &self.offsets {
            None => row..row + 1,
            Some(offsets) => match (offsets.get(row), offsets.get(row + 1)) {
                (Some(start), Some(end)) => *start..*end,
                _ => 0..0,
            },
        }
    }
}

impl Columns {
    /// Columns of this kind, none yet.
    pub fn new(kind: &str, rows: usize) -> Self {
        Self {
            kind: kind.to_owned(),
            rows,
            ..Self::default()
        }
    }

    /// The same with an attribute.
    pub fn attribute(mut self, key: &str, value: impl ToString) -> Self {
        self.attributes.push((key.to_owned(), value.to_string()));
        self
    }

    /// The same with a column of one value a row.
    pub fn column(mut self, name: &str, data: Data) -> Self {
        debug_assert_eq!(data.len(), self.rows, "{name}");
        self.columns.push(Column {
            name: name.to_owned(),
            data,
            offsets: None,
        });
        self
    }

    /// The same with a column of a list a row; `lengths` has one entry a row.
    pub fn lists(mut self, name: &str, data: Data, lengths: impl Iterator<Item = usize>) -> Self {
        let mut offsets = vec![0];
        let mut end = 0;
        offsets.extend(lengths.map(|length| {
            end += length;
            end
        }));
        debug_assert_eq!((offsets.len(), end), (self.rows + 1, data.len()), "{name}");
        self.columns.push(Column {
            name: name.to_owned(),
            data,
            offsets: Some(offsets),
        });
        self
    }

    /// The column of this name.
    pub fn find(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
