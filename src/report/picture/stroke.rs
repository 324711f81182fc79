//! The look of lines.

use crate::report::picture::colour::Colour;
use crate::report::picture::svg::{number, paint};

/// A stroke.
#[derive(Clone, Debug)]
pub struct Stroke {
    pub colour: Colour,
    pub width: f64,
    /// Plotly's name of the pattern.
    pub dash: Option<String>,
}

impl Stroke {
    pub fn solid(colour: Colour, width: f64) -> Self {
        Self {
            colour,
            width,
            dash: None,
        }
    }

    pub fn is_visible(&self) -> bool {
        self.width > 0.0 && self.colour.opacity > 0.0
    }
}

/// The dash lengths of plotly's patterns in pixels; `None` where solid or not known.
fn dashes(name: &str, width: f64) -> Option<Vec<f64>> {
    let unit = width.max(3.0);
    let lengths: &[f64] = match name {
        "dot" => &[1.0, 1.0],
        "dash" => &[3.0, 3.0],
        "longdash" => &[5.0, 5.0],
        "dashdot" => &[3.0, 1.0, 1.0, 1.0],
        "longdashdot" => &[5.0, 2.0, 1.0, 2.0],
        _ => return None,
    };
    Some(lengths.iter().map(|length| length * unit).collect())
}

/// Whether plotly's name of a dash pattern is known here.
pub fn is_dash(name: &str) -> bool {
    name == "solid" || dashes(name, 1.0).is_some()
}

/// The attributes of an element that is stroked so.
pub fn stroked(stroke: &Stroke) -> String {
    let dash = stroke.dash.as_deref().and_then(|name| dashes(name, stroke.width));
    let dash = dash.map_or_else(String::new, |lengths| {
        let lengths: Vec<String> = lengths.iter().map(|length| number(*length)).collect();
        format!(" stroke-dasharray=\"{}\"", lengths.join(" "))
    });
    format!(
        "{} stroke-width=\"{}\"{dash}",
        paint("stroke", stroke.colour),
        number(stroke.width)
    )
}
