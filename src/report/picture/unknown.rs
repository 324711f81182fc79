//! What a description holds that is not drawn.

use crate::report::picture::model::{AxisSpec, Font, Layout, Rest, Title, Trace};

/// Attributes of traces that only matter where a pointer moves.
const INTERACTIVE: &[&str] = &[
    "hovertemplate",
    "hoverinfo",
    "hovertext",
    "hoverlabel",
    "hoveron",
    "customdata",
    "ids",
    "uid",
    "selectedpoints",
    "hoverongaps",
];

/// Collects what is not known.
#[derive(Default, Debug)]
pub struct Unknown(pub Vec<String>);

impl Unknown {
    /// Something at `place` that is not drawn.
    pub fn add(&mut self, place: &str, what: impl std::fmt::Display) {
        self.0.push(format!("{place}: {what}"));
    }

    fn keys(&mut self, place: &str, rest: &Rest) {
        for (key, value) in rest {
            if !value.is_null() && !INTERACTIVE.contains(&key.as_str()) {
                self.add(place, format_args!("`{key}`"));
            }
        }
    }

    /// What is not known of a trace.
    pub fn trace(&mut self, place: &str, trace: &Trace) {
        self.keys(place, &trace.rest);
        self.keys(&format!("{place}.line"), &trace.line.rest);
        self.keys(&format!("{place}.marker"), &trace.marker.rest);
        self.keys(&format!("{place}.marker.line"), &trace.marker.line.rest);
        self.font(&format!("{place}.textfont"), &trace.textfont);
        for bars in [&trace.error_x, &trace.error_y].into_iter().flatten() {
            self.keys(&format!("{place}.error"), &bars.rest);
        }
        for bar in [&trace.colorbar, &trace.marker.colorbar].into_iter().flatten() {
            self.keys(&format!("{place}.colorbar"), &bar.rest);
            self.title(&format!("{place}.colorbar.title"), &bar.title);
            self.font(&format!("{place}.colorbar.tickfont"), &bar.tickfont);
        }
    }

    /// What is not known of an axis.
    pub fn axis(&mut self, place: &str, axis: &AxisSpec) {
        self.keys(place, &axis.rest);
        self.title(&format!("{place}.title"), &axis.title);
        self.font(&format!("{place}.tickfont"), &axis.tickfont);
    }

    /// What is not known of a layout, beside its axes.
    pub fn layout(&mut self, layout: &Layout) {
        let known_elsewhere = |key: &&String| key.starts_with("xaxis") || key.starts_with("yaxis");
        for (key, value) in &layout.rest {
            if !value.is_null() && !known_elsewhere(&key) {
                self.add("layout", format_args!("`{key}`"));
            }
        }
        self.title("layout.title", &layout.title);
        self.font("layout.font", &layout.font);
        self.keys("layout.margin", &layout.margin.rest);
        self.keys("layout.legend", &layout.legend.rest);
        self.font("layout.legend.font", &layout.legend.font);
        for (index, annotation) in layout.annotations.iter().enumerate() {
            self.keys(&format!("annotation {index}"), &annotation.rest);
            self.font(&format!("annotation {index}.font"), &annotation.font);
        }
        for (index, shape) in layout.shapes.iter().enumerate() {
            self.keys(&format!("shape {index}"), &shape.rest);
            self.keys(&format!("shape {index}.line"), &shape.line.rest);
        }
    }

    fn title(&mut self, place: &str, title: &Title) {
        self.keys(place, &title.rest);
        self.font(&format!("{place}.font"), &title.font);
    }

    fn font(&mut self, place: &str, font: &Font) {
        self.keys(place, &font.rest);
    }
}
