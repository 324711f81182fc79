//! What a finished pipeline shows.

use crate::display::figure::Form;
use crate::display::{Bundle, figure, table};
use grn::engine::outcome::Outcome;
use grn::report::render::Rendered;
use grn::report::tables;
use std::path::PathBuf;

/// What a pipeline shows, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A table or a figure.
    Bundle(Bundle),
    /// A file that was written.
    Wrote(PathBuf),
}

/// An item for each table, figure and file, each drawn when it is asked for. Where teams were decoded and no view was asked for, they follow as a
/// table of their own.
pub fn items<'a>(outcome: &'a Outcome, rendered: &'a [Rendered], forms: &'a [Form]) -> impl Iterator<Item = Item> + 'a {
    let shown = rendered.iter().map(|rendered| item(rendered, forms));
    shown.chain(std::iter::once_with(|| teams(outcome).map(Item::Bundle)).flatten())
}

/// Every team beside the true one, where the usual display only counts them.
fn teams(outcome: &Outcome) -> Option<Bundle> {
    let are_counted = outcome.views.is_empty() && tables::is_evaluated(&outcome.cells);
    are_counted.then(|| table::folded(&tables::predictions::teams(&outcome.cells)))
}

fn item(rendered: &Rendered, forms: &[Form]) -> Item {
    match rendered {
        Rendered::Table(shown) => Item::Bundle(table::table(shown)),
        Rendered::Figure(shown) => Item::Bundle(figure::figure(shown, forms)),
        Rendered::Wrote(path) => Item::Wrote(path.clone()),
    }
}
