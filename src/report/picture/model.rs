//! The part of Plotly's description of a figure that pictures know: <https://plotly.com/javascript/reference/>. What a
//! description holds beyond that is kept in `rest` and reported, so that nothing is left out in silence.

mod layout;
mod trace;

pub use layout::{Annotation, AxisSpec, Layout, Margin, Shape};
pub use trace::{ColorBar, ErrorBars, Marker, Trace};

use serde::Deserialize;
use serde_json::{Map, Value};

/// Attributes without a field.
pub type Rest = Map<String, Value>;

#[derive(Deserialize, Default, Debug, Clone)]
#[serde(default)]
pub struct Title {
    pub text: Option<String>,
    pub font: Font,
    pub standoff: Option<f64>,
    pub side: Option<String>,
    pub x: Option<f64>,
    pub xref: Option<String>,
    pub xanchor: Option<String>,
    pub y: Option<f64>,
    pub yref: Option<String>,
    pub yanchor: Option<String>,
    #[serde(flatten)]
    pub rest: Rest,
}

#[derive(Deserialize, Default, Debug, Clone)]
#[serde(default)]
pub struct Font {
    pub size: Option<f64>,
    pub color: Option<String>,
    /// Pictures have one font.
    pub family: Option<String>,
    #[serde(flatten)]
    pub rest: Rest,
}

#[derive(Deserialize, Default, Debug, Clone)]
#[serde(default)]
pub struct Line {
    pub color: Option<String>,
    pub width: Option<f64>,
    pub dash: Option<String>,
    pub shape: Option<String>,
    pub simplify: Option<bool>,
    #[serde(flatten)]
    pub rest: Rest,
}
