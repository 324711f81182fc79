//! What a finished pipeline shows.

use crate::display::figure::Form;
use crate::display::{Bundle, figure, table};
use grn::engine::outcome::Outcome;
use grn::report::html::escape;
use grn::report::render::Rendered;
use std::path::Path;

/// A bundle for each table, figure and file, in order. Where teams were decoded and no view was asked for, they follow
/// as a table of their own.
pub fn bundles(_outcome: &Outcome, rendered: &[Rendered], forms: &[Form]) -> Vec<Bundle> {
    rendered.iter().map(|rendered| bundle(rendered, forms)).collect()
}

fn bundle(rendered: &Rendered, forms: &[Form]) -> Bundle {
    match rendered {
        Rendered::Table(shown) => table::table(shown),
        Rendered::Figure(shown) => figure::figure(shown, forms),
        Rendered::Wrote(path) => wrote(path),
    }
}

/// A file that was written.
pub fn wrote(path: &Path) -> Bundle {
    let path = path.display().to_string();
    Bundle::text(format!("wrote {path}")).with("text/html", format!("wrote <code>{}</code>", escape(&path)))
}
