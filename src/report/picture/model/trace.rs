//! Traces, with markers, error bars and colour bars.

use crate::report::picture::model::{Font, Line, Rest, Title};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct Trace {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub name: Option<String>,
    pub x: Vec<Value>,
    pub y: Vec<Value>,
    pub z: Vec<Vec<Option<f64>>>,
    pub text: Value,
    pub mode: Option<String>,
    pub line: Line,
    pub marker: Marker,
    pub fill: Option<String>,
    pub fillcolor: Option<String>,
    pub opacity: Option<f64>,
    pub visible: Option<Value>,
    pub connectgaps: Option<bool>,
    pub cliponaxis: Option<bool>,
    pub showlegend: Option<bool>,
    pub legendgroup: Option<String>,
    pub legendrank: Option<f64>,
    pub xaxis: Option<String>,
    pub yaxis: Option<String>,
    pub textposition: Option<String>,
    pub textfont: Font,
    // Bars.
    pub offsetgroup: Option<String>,
    pub orientation: Option<String>,
    pub width: Option<f64>,
    pub error_x: Option<ErrorBars>,
    pub error_y: Option<ErrorBars>,
    // Heat maps.
    pub colorscale: Option<Value>,
    pub reversescale: Option<bool>,
    pub showscale: Option<bool>,
    pub colorbar: Option<ColorBar>,
    pub zmin: Option<f64>,
    pub zmax: Option<f64>,
    pub zmid: Option<f64>,
    pub xgap: Option<f64>,
    pub ygap: Option<f64>,
    pub zsmooth: Option<Value>,
    pub texttemplate: Option<String>,
    #[serde(flatten)]
    pub rest: Rest,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct Marker {
    /// One colour, or one colour or number a point.
    pub color: Value,
    pub size: Value,
    pub symbol: Option<String>,
    pub opacity: Option<f64>,
    pub line: MarkerLine,
    pub cmin: Option<f64>,
    pub cmax: Option<f64>,
    pub cmid: Option<f64>,
    pub cauto: Option<bool>,
    pub colorscale: Option<Value>,
    pub reversescale: Option<bool>,
    pub showscale: Option<bool>,
    pub colorbar: Option<ColorBar>,
    #[serde(flatten)]
    pub rest: Rest,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct MarkerLine {
    pub color: Option<String>,
    pub width: Option<f64>,
    #[serde(flatten)]
    pub rest: Rest,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct ErrorBars {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub visible: Option<bool>,
    pub symmetric: Option<bool>,
    pub array: Vec<Option<f64>>,
    pub arrayminus: Option<Vec<Option<f64>>>,
    pub color: Option<String>,
    pub thickness: Option<f64>,
    pub width: Option<f64>,
    #[serde(flatten)]
    pub rest: Rest,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct ColorBar {
    pub title: Title,
    pub len: Option<f64>,
    pub thickness: Option<f64>,
    pub thicknessmode: Option<String>,
    pub lenmode: Option<String>,
    pub x: Option<f64>,
    pub xanchor: Option<String>,
    pub xpad: Option<f64>,
    pub y: Option<f64>,
    pub yanchor: Option<String>,
    pub ypad: Option<f64>,
    pub nticks: Option<usize>,
    pub tick0: Option<f64>,
    pub dtick: Option<Value>,
    pub tickvals: Option<Vec<Value>>,
    pub ticktext: Option<Vec<String>>,
    pub tickmode: Option<String>,
    pub tickformat: Option<String>,
    pub tickfont: Font,
    pub outlinewidth: Option<f64>,
    #[serde(flatten)]
    pub rest: Rest,
}
