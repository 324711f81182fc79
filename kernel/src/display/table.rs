//! Tables.

use crate::display::Bundle;
use grn::report::table::Table;

/// Columns of the plain text, for frontends that show nothing else.
const TEXT_WIDTH: usize = 100;

/// HTML that follows the theme, Markdown and plain text.
pub fn table(table: &Table) -> Bundle {
    Bundle::text(table.to_text(TEXT_WIDTH).trim_end())
        .with("text/markdown", table.to_markdown())
        .with("text/html", table.to_html())
}
