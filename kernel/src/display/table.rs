//! Tables.

use crate::display::Bundle;
use grn::report::html::escape;
use grn::report::table::Table;
use grn::report::table::notebook_html;

/// Columns of the plain text, for frontends that show nothing else.
const TEXT_WIDTH: usize = 100;
/// Rows of a folded table that are shown as text.
const FOLDED_ROWS: usize = 10;

/// HTML that follows the theme, Markdown and plain text.
pub fn table(table: &Table) -> Bundle {
    texts(table).with("text/html", notebook_html(table, false))
}

/// As [`table`], sorted by a click on a head and folded beneath its title; few rows of it as text, since it stands
/// beside a table of counts.
pub fn folded(table: &Table) -> Bundle {
    let unnamed = Table {
        title: String::new(),
        ..table.clone()
    };
    let html = format!(
        "<details><summary>{}: {} rows</summary>{}</details>",
        escape(&table.title),
        table.rows.len(),
        notebook_html(&unnamed, true)
    );
    let mut short = table.clone();
    short.rows.truncate(FOLDED_ROWS);
    if short.rows.len() < table.rows.len() {
        short.note(format!("{FOLDED_ROWS} of {} rows", table.rows.len()));
    }
    texts(&short).with("text/html", html)
}

/// Plain text and Markdown.
fn texts(table: &Table) -> Bundle {
    Bundle::text(table.to_text(TEXT_WIDTH).trim_end()).with("text/markdown", table.to_markdown())
}
