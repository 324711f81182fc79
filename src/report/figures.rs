//! Figures of results, as Plotly plots that look the same in a page and in a notebook, on light and on dark ground.

pub mod confusers;
pub mod coverage;
pub mod edges;
pub mod exact_match;
pub mod expression;
mod lines;
pub mod network;
mod panels;
mod quadrants;
pub mod response;
pub mod style;
pub mod team;
pub mod training;

use crate::report::figures::style::{base_layout, configuration};
use plotly::{Layout, Plot};
use serde_json::Value;

/// A figure with a name for files and a title for people.
#[derive(Clone)]
pub struct Figure {
    /// For files and anchors, for instance `coverage`.
    pub name: String,
    /// One line, without markup; also the title within the plot.
    pub title: String,
    /// Traces, layout and configuration for plotly.js 3; boxed, as it takes kilobytes.
    pub plot: Box<Plot>,
}

impl std::fmt::Debug for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Figure")
            .field("name", &self.name)
            .field("title", &self.title)
            .finish_non_exhaustive()
    }
}

impl Figure {
    /// A figure without traces, `height` pixels high: title, a quieter line beneath it, and the common look.
    fn new(name: &str, title: String, subtitle: &str, height: usize) -> (Self, Layout) {
        let layout = base_layout(&title, subtitle, height);
        let mut plot = Plot::new();
        plot.set_configuration(configuration(name));
        let figure = Self {
            name: name.to_owned(),
            title,
            plot: Box::new(plot),
        };
        (figure, layout)
    }

    /// `{"data", "layout", "config", "frames"}` for `Plotly.newPlot`, and the MIME type
    /// `application/vnd.plotly.v1+json`.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(&self.plot).unwrap_or(Value::Null)
    }
}
