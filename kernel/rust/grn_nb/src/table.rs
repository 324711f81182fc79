//! A frame as a small table: as text, and as HTML for notebooks.

use crate::column::Column;
use crate::Frame;
use std::fmt::{self, Write};

/// Rows and values of a list that are shown; frames may have millions.
const SHOWN_ROWS: usize = 10;
const SHOWN_VALUES: usize = 4;
/// Characters of a cell.
const WIDEST: usize = 40;

impl Frame {
    /// Displays the frame in a Jupyter notebook: evcxr calls this for the last expression of a cell.
    pub fn evcxr_display(&self) {
        println!("EVCXR_BEGIN_CONTENT text/plain\n{self}EVCXR_END_CONTENT");
        println!("EVCXR_BEGIN_CONTENT text/html\n{}EVCXR_END_CONTENT", self.html());
    }

    /// The table as HTML.
    pub fn html(&self) -> String {
        let mut html = String::from("<table><thead><tr>");
        let cells = |html: &mut String, tag: &str, cells: &[String], columns: &[Column]| {
            for (cell, column) in cells.iter().zip(columns) {
                let side = if is_number(column) { "right" } else { "left" };
                let _ = write!(html, "<{tag} style=\"text-align:{side}\">{}</{tag}>", escaped(cell));
            }
        };
        let names: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        cells(&mut html, "th", &names, &self.columns);
        html.push_str("</tr></thead><tbody>");
        for row in 0..self.rows().min(SHOWN_ROWS) {
            html.push_str("<tr>");
            cells(&mut html, "td", &self.row(row), &self.columns);
            html.push_str("</tr>");
        }
        let _ = writeln!(html, "</tbody></table><p>{}</p>", escaped(&self.summary()));
        html
    }

    fn row(&self, row: usize) -> Vec<String> {
        self.columns.iter().map(|column| cell(column, row)).collect()
    }

    /// `pools: 1,200 rows (10 shown) · method=attn k=80`
    fn summary(&self) -> String {
        let rows = self.rows();
        let noun = if rows == 1 { "row" } else { "rows" };
        let mut text = format!("{}: {} {noun}", self.kind, grouped(rows));
        if rows > SHOWN_ROWS {
            let _ = write!(text, " ({SHOWN_ROWS} shown)");
        }
        for (number, (key, value)) in self.attributes().enumerate() {
            let _ = write!(
                text,
                "{}{key}={}",
                if number == 0 { " · " } else { " " },
                clipped(value)
            );
        }
        text
    }
}

/// Debug is the table as well: it is what a notebook shows.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        let rows = (0..self.rows().min(SHOWN_ROWS)).map(|row| self.row(row));
        let lines: Vec<Vec<String>> = std::iter::once(names).chain(rows).collect();
        let width = |place: usize| {
            lines
                .iter()
                .filter_map(|line| line.get(place))
                .map(|cell| cell.chars().count())
                .max()
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(|place| width(place).unwrap_or(0)).collect();
        for line in &lines {
            let mut text = String::new();
            for ((cell, width), column) in line.iter().zip(&widths).zip(&self.columns) {
                match is_number(column) {
                    true => write!(text, "{cell:>width$}  ")?,
                    false => write!(text, "{cell:<width$}  ")?,
                }
            }
            writeln!(f, "{}", text.trim_end())?;
        }
        writeln!(f, "{}", self.summary())
    }
}

fn is_number(column: &Column) -> bool {
    !column.is_list() && !matches!(column.values.type_name(), "text" | "bool")
}

fn cell(column: &Column, row: usize) -> String {
    let Some(offsets) = &column.offsets else {
        return clipped(&column.values.show(row));
    };
    let (start, end) = match (offsets.get(row), offsets.get(row + 1)) {
        (Some(start), Some(end)) => (*start, *end),
        _ => (0, 0),
    };
    let shown: Vec<String> = (start..end)
        .take(SHOWN_VALUES)
        .map(|index| column.values.show(index))
        .collect();
    let text = clipped(&shown.join(" "));
    match (end - start).saturating_sub(SHOWN_VALUES) {
        0 => text,
        more => format!("{text} … {} more", grouped(more)),
    }
}

fn clipped(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.chars().count() > WIDEST {
        true => line.chars().take(WIDEST - 1).chain(['…']).collect(),
        false => line,
    }
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
