//! What a finished pipeline shows.

use crate::display::figure::Form;
use crate::display::{Bundle, figure, table};
use grn::engine::outcome::Outcome;
use grn::report::html::escape;
use grn::report::render::Rendered;
use grn::report::tables;
use std::path::Path;

/// A bundle for each table, figure and file, in order. Where teams were decoded and no view was asked for, they follow
/// as a table of their own.
pub fn bundles(outcome: &Outcome, rendered: &[Rendered], forms: &[Form]) -> Vec<Bundle> {
    let shown = rendered.iter().map(|rendered| bundle(rendered, forms));
    shown.chain(teams(outcome)).collect()
}

/// Every team beside the true one, where the usual display only counts them.
fn teams(outcome: &Outcome) -> Option<Bundle> {
    let are_counted = outcome.views.is_empty() && tables::is_evaluated(&outcome.cells);
    are_counted.then(|| table::folded(&tables::predictions::teams(&outcome.cells)))
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
