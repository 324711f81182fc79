//! Figures: data for plotly.js, and pictures for everything that runs no scripts.

use crate::display::Bundle;
use crate::display::png::png;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grn::report::figures::Figure;
use grn::report::html::escape;
use grn::report::page::{Page, Section, page};
use grn::report::picture;
use grn::report::render::Rendered;
use serde_json::json;

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
    let add = |bundle: Bundle, form: &Form| match form {
        Form::Plotly => bundle.with("application/vnd.plotly.v1+json", figure.to_json()),
        Form::Png => with_png(bundle, figure),
        Form::Svg => bundle.with("image/svg+xml", picture::draw(figure, picture::WIDTH).svg),
        Form::Html => bundle.with("text/html", live(figure)),
    };
    forms.iter().fold(Bundle::text(figure.title.as_str()), add)
}

/// The picture, to be shown at half its pixels; without it where it can't be drawn: the title is still there.
fn with_png(bundle: Bundle, figure: &Figure) -> Bundle {
    match png(&picture::draw(figure, picture::WIDTH).svg) {
        Ok(png) => bundle
            .with("image/png", STANDARD.encode(&png.bytes))
            .shown("image/png", json!({"width": png.width, "height": png.height})),
        Err(_) => bundle,
    }
}

/// The page of the one figure in a frame of its own, so that its plotly.js and the frontend's scripts can't meet.
fn live(figure: &Figure) -> String {
    let height = figure.to_json()["layout"]["height"].as_f64().unwrap_or(450.0) + 80.0;
    let sections = [Section {
        heading: String::new(),
        items: vec![Rendered::Figure(figure.clone())],
    }];
    let document = page(&Page {
        title: &figure.title,
        script: "",
        sections: &sections,
    });
    format!(
        "<iframe title=\"{}\" sandbox=\"allow-scripts allow-downloads\" style=\"width:100%;height:{height}px;border:0\" \
         srcdoc=\"{}\"></iframe>",
        escape(&figure.title),
        escape(&document)
    )
}
