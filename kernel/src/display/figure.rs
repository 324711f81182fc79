//! Figures: data for plotly.js, and pictures for everything that runs no scripts.

use crate::display::Bundle;
use grn::report::figures::Figure;

/// In which forms figures are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `application/vnd.plotly.v1+json`: live, where the frontend has plotly.js.
    Plotly,
    /// `image/png`.
    Png,
    /// `image/svg+xml`.
    Svg,
    /// `text/html` with plotly.js inside: live everywhere, and megabytes large.
    Html,
}

/// Every form with its name.
pub const FORMS: [(&str, Form); 4] = [
    ("plotly", Form::Plotly),
    ("png", Form::Png),
    ("svg", Form::Svg),
    ("html", Form::Html),
];

/// A figure in these forms, and its title as plain text.
pub fn figure(figure: &Figure, forms: &[Form]) -> Bundle {
    forms
        .iter()
        .fold(Bundle::text(figure.title.as_str()), |bundle, form| match form {
            Form::Plotly => bundle.with("application/vnd.plotly.v1+json", figure.to_json()),
            Form::Png | Form::Svg | Form::Html => bundle,
        })
}
