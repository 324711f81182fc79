//! A table as data: what it says, before it is text, HTML, Markdown, CSV or JSON.

mod delimited;
mod html;
mod json;
mod markdown;
mod notebook;
mod text;

pub use html::TABLE_STYLE;
pub use notebook::notebook_html;

use crate::metrics::summary::Summary;

/// A table with a title, aligned columns, rows of cells and notes.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Table {
    /// One line that says what is shown.
    pub title: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; each has one cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// What a reader must know to judge the numbers; shown beneath.
    pub notes: Vec<String>,
}

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name; may be broken into lines at spaces.
    pub name: String,
    /// How its cells are set.
    pub align: Align,
    /// Whether it says what a row is about; repeated where a table is too wide and continues beneath.
    pub key: bool,
}

impl Column {
    /// A column of words.
    pub fn words(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            align: Align::Left,
            key: false,
        }
    }

    /// A column of numbers.
    pub fn numbers(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            align: Align::Right,
            key: false,
        }
    }

    /// The same column as a key.
    pub fn key(self) -> Self {
        Self { key: true, ..self }
    }
}

/// How the cells of a column are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// One cell: how it is shown, and its value for files that programs read.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// As shown. A space may become a line break where room is short; a no-break space (U+00A0) may not.
    pub text: String,
    /// As read by programs.
    pub value: serde_json::Value,
}

/// What stands for a missing value wherever people read.
pub const MISSING: &str = "–";

impl Cell {
    /// Words; also their own value.
    pub fn words(text: impl Into<String>) -> Self {
        let text = text.into();
        let value = text.clone().into();
        Self { text, value }
    }

    /// Words that show `value`, for instance a number with its interval.
    pub fn shown(text: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        Self {
            text: text.into(),
            value: value.into(),
        }
    }

    /// A count.
    pub fn count(count: usize) -> Self {
        Self::shown(count.to_string(), count)
    }

    /// A number, shown with `digits` decimals; its value is exact. Missing where it is `None` or not finite.
    pub fn number(number: Option<f64>, digits: usize) -> Self {
        match number {
            Some(number) if number.is_finite() => Self::shown(format!("{number:.digits$}"), number),
            _ => Self::missing(),
        }
    }

    /// `0.281 (16/57)`; missing where nothing was counted.
    pub fn ratio(part: usize, whole: usize) -> Self {
        if whole == 0 {
            return Self::missing();
        }
        let ratio = part as f64 / whole as f64;
        Self::shown(format!("{ratio:.3} ({part}/{whole})"), ratio)
    }

    /// `0.281 ± 0.061`, which may break before the ±; a lone replicate has no deviation.
    pub fn deviating(summary: Option<Summary>) -> Self {
        let Some(summary) = summary else {
            return Self::missing();
        };
        let deviation = summary
            .deviation
            .map_or(MISSING.to_owned(), |deviation| format!("{deviation:.3}"));
        Self::shown(format!("{:.3} ±\u{a0}{deviation}", summary.mean), summary.mean)
    }

    /// Yes or no.
    pub fn flag(flag: bool) -> Self {
        Self::shown(if flag { "yes" } else { "no" }, flag)
    }

    /// No value.
    pub fn missing() -> Self {
        Self::shown(MISSING, serde_json::Value::Null)
    }
}

impl Table {
    /// A table without rows yet.
    pub fn new(title: impl Into<String>, columns: Vec<Column>) -> Self {
        Self {
            title: title.into(),
            columns,
            ..Self::default()
        }
    }

    /// Adds a row; one cell a column.
    pub fn push(&mut self, row: Vec<Cell>) {
        debug_assert_eq!(row.len(), self.columns.len(), "a row has one cell a column");
        self.rows.push(row);
    }

    /// Adds a note.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Cell, Column, Table};

    /// A table with everything that is hard to set: wide characters, markup, separators, missing values.
    pub fn hostile() -> Table {
        let mut table = Table::new(
            "Teams <b>& more</b>",
            vec![
                Column::words("target"),
                Column::numbers("exact match"),
                Column::words("team"),
            ],
        );
        table.push(vec![
            Cell::words("</script>"),
            Cell::shown("16/57\u{a0}=\u{a0}0.281 [0.181,\u{a0}0.408]", 0.25),
            Cell::words("a|b, \"c\""),
        ]);
        table.push(vec![Cell::words("基因"), Cell::missing(), Cell::words("=1+1")]);
        table.note("a note & its end");
        table
    }
}
