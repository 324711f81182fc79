//! One named column: a value a row, or a list of values a row.

use crate::Error;

/// The values of a column, all of one type.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// `bool`
    Bool(Vec<bool>),
    /// `u32`
    U32(Vec<u32>),
    /// `i64`
    I64(Vec<i64>),
    /// `f32`
    F32(Vec<f32>),
    /// `f64`
    F64(Vec<f64>),
    /// text
    Text(Vec<String>),
}

impl Values {
    /// How many there are.
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

    /// The name of their type, for instance `f32`.
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

    /// One value as text; empty beyond the last.
    pub fn show(&self, index: usize) -> String {
        let shown = match self {
            Self::Bool(values) => values.get(index).map(bool::to_string),
            Self::U32(values) => values.get(index).map(u32::to_string),
            Self::I64(values) => values.get(index).map(i64::to_string),
            Self::F32(values) => values.get(index).map(|value| number(f64::from(*value))),
            Self::F64(values) => values.get(index).map(|value| number(*value)),
            Self::Text(values) => values.get(index).cloned(),
        };
        shown.unwrap_or_default()
    }
}

/// Enough digits for a table.
fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-3..1e6).contains(&size) {
        let text = format!("{value:.4}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        return text.to_owned();
    }
    format!("{value:.3e}")
}

macro_rules! from_vector {
    ($($type:ty => $variant:ident),*) => {$(
        impl From<Vec<$type>> for Values {
            fn from(values: Vec<$type>) -> Self {
                Self::$variant(values)
            }
        }
    )*};
}
from_vector!(bool => Bool, u32 => U32, i64 => I64, f32 => F32, f64 => F64, String => Text);

impl From<Vec<&str>> for Values {
    fn from(values: Vec<&str>) -> Self {
        Self::Text(values.into_iter().map(str::to_owned).collect())
    }
}

/// A column of a [`Frame`](crate::Frame).
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub(crate) name: String,
    pub(crate) values: Values,
    /// Where the list of each row begins, and the end of the last; `None` where a row has one value.
    pub(crate) offsets: Option<Vec<usize>>,
}

impl Column {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its values, those of all rows in a row.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// Whether a row holds a list of values.
    pub fn is_list(&self) -> bool {
        self.offsets.is_some()
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        match &self.offsets {
            Some(offsets) => offsets.len().saturating_sub(1),
            None => self.values.len(),
        }
    }

    /// `f32`, or `list of f32`.
    pub fn type_name(&self) -> String {
        let name = self.values.type_name();
        match self.is_list() {
            true => format!("list of {name}"),
            false => name.to_owned(),
        }
    }
}

/// The lists of a column, one a row.
#[derive(Clone, Copy, Debug)]
pub struct Lists<'a, T> {
    values: &'a [T],
    offsets: &'a [usize],
}

impl<'a, T> Lists<'a, T> {
    pub(crate) fn new(values: &'a [T], offsets: &'a [usize]) -> Self {
        Self { values, offsets }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The list of one row; empty beyond the last.
    pub fn row(&self, row: usize) -> &'a [T] {
        match (self.offsets.get(row), self.offsets.get(row + 1)) {
            (Some(start), Some(end)) => self.values.get(*start..*end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The lists in order.
    pub fn iter(self) -> impl Iterator<Item = &'a [T]> {
        (0..self.len()).map(move |row| self.row(row))
    }
}

/// Offsets of lists that follow one another.
pub(crate) fn offsets(lengths: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut end = 0;
    let ends = lengths.map(|length| {
        end += length;
        end
    });
    std::iter::once(0).chain(ends).collect()
}

/// Offsets must begin at 0, never fall and end at the number of values.
pub(crate) fn check_offsets(column: &str, offsets: &[usize], values: usize) -> Result<(), Error> {
    let ascend = offsets.windows(2).all(|pair| pair[0] <= pair[1]);
    match ascend && offsets.first() == Some(&0) && offsets.last() == Some(&values) {
        true => Ok(()),
        false => Err(Error::new(format!(
            "the lists of column `{column}` don't fit its {values} values"
        ))),
    }
}
