//! Columns with a kind and attributes.

use crate::column::{check_offsets, offsets, Column, Lists, Values};
use crate::Error;

/// A table of typed columns: what [`get`](crate::get) gives and [`put`](crate::put) takes.
#[derive(Clone, PartialEq)]
pub struct Frame {
    pub(crate) kind: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) columns: Vec<Column>,
}

impl Frame {
    /// A frame without columns. The kind says what it holds, for instance `ranking`, `set-scores` or `table`.
    pub fn new(kind: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            attributes: Vec::new(),
            columns: Vec::new(),
        }
    }

    /// What it holds.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Key and value of every attribute, in order.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The attribute of this key.
    pub fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| value)
    }

    /// The same with an attribute.
    pub fn with_attribute(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let key = key.into();
        self.attributes.retain(|(known, _)| *known != key);
        self.attributes.push((key, value.into()));
        self
    }

    /// The same with one more column, one value a row.
    ///
    /// # Errors
    /// Another column has this name or another number of rows.
    pub fn with(self, name: impl Into<String>, values: impl Into<Values>) -> Result<Self, Error> {
        self.push(Column {
            name: name.into(),
            values: values.into(),
            offsets: None,
        })
    }

    /// The same with one more column that holds a list a row: `values` are those of all rows, `lengths` says how many
    /// each row has.
    ///
    /// # Errors
    /// As [`Frame::with`]; also lengths that don't add up to the number of values.
    pub fn with_lists(
        self,
        name: impl Into<String>,
        values: impl Into<Values>,
        lengths: impl IntoIterator<Item = usize>,
    ) -> Result<Self, Error> {
        self.push(Column {
            name: name.into(),
            values: values.into(),
            offsets: Some(offsets(lengths.into_iter())),
        })
    }

    pub(crate) fn push(mut self, column: Column) -> Result<Self, Error> {
        if let Some(offsets) = &column.offsets {
            check_offsets(&column.name, offsets, column.values.len())?;
        }
        if self.columns.iter().any(|known| known.name == column.name) {
            return Err(Error::new(format!("there are two columns called `{}`", column.name)));
        }
        if let Some(first) = self.columns.first().filter(|first| first.rows() != column.rows()) {
            let message = format!(
                "column `{}` has {} rows, but `{}` has {}",
                column.name,
                column.rows(),
                first.name,
                first.rows()
            );
            return Err(Error::new(message));
        }
        self.columns.push(column);
        Ok(self)
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Column::rows)
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of this name.
    ///
    /// # Errors
    /// There is none; the message names those that there are.
    pub fn column(&self, name: &str) -> Result<&Column, Error> {
        let found = self.columns.iter().find(|column| column.name == name);
        found.ok_or_else(|| {
            let names: Vec<String> = self.columns.iter().map(|column| format!("`{}`", column.name)).collect();
            let known = match names.is_empty() {
                true => "it has none".to_owned(),
                false => format!("the columns are {}", names.join(", ")),
            };
            Error::new(format!("the {} has no column `{name}`; {known}", self.kind))
        })
    }

    fn mismatch(&self, column: &Column, wanted: &str) -> Error {
        let has = column.type_name();
        let way = match &column.values {
            Values::Bool(_) => "bool",
            Values::U32(_) => "u32",
            Values::I64(_) => "i64",
            Values::F32(_) => "f32",
            Values::F64(_) => "f64",
            Values::Text(_) => "text",
        };
        let way = match column.is_list() {
            true => format!("{way}_lists"),
            false => way.to_owned(),
        };
        let name = &column.name;
        Error::new(format!(
            "column `{name}` holds {has}, not {wanted}; `frame.{way}(\"{name}\")` reads it"
        ))
    }
}

macro_rules! typed_access {
    ($($one:ident, $lists:ident, $variant:ident, $type:ty, $words:literal;)*) => {
        /// Columns by name and type. Each fails where there is no such column, or where it holds something else; the
        /// message says what there is.
        impl Frame {$(
            #[doc = concat!("A column with one value a row, ", $words, ".")]
            pub fn $one(&self, name: &str) -> Result<&[$type], Error> {
                let column = self.column(name)?;
                match (&column.values, &column.offsets) {
                    (Values::$variant(values), None) => Ok(values),
                    _ => Err(self.mismatch(column, $words)),
                }
            }

            #[doc = concat!("A column with a list a row, each ", $words, ".")]
            pub fn $lists(&self, name: &str) -> Result<Lists<'_, $type>, Error> {
                let column = self.column(name)?;
                match (&column.values, &column.offsets) {
                    (Values::$variant(values), Some(offsets)) => Ok(Lists::new(values, offsets)),
                    _ => Err(self.mismatch(column, concat!("list of ", $words))),
                }
            }
        )*}
    };
}
typed_access! {
    bool, bool_lists, Bool, bool, "bool";
    u32, u32_lists, U32, u32, "u32";
    i64, i64_lists, I64, i64, "i64";
    f32, f32_lists, F32, f32, "f32";
    f64, f64_lists, F64, f64, "f64";
    text, text_lists, Text, String, "text";
}

impl From<&Frame> for Frame {
    fn from(frame: &Frame) -> Self {
        frame.clone()
    }
}
