//! Pages of the catalog.

use crate::display::Bundle;
use grn::lang::page::Page;

/// Markdown and plain text.
pub fn page(page: &Page) -> Bundle {
    Bundle::text(page.to_text().trim_end()).with("text/markdown", page.to_markdown(3))
}
