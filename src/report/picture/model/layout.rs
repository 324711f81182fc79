//! The layout, with axes, legend, annotations and shapes.

use crate::report::picture::model::{Font, Line, Rest, Title};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct Layout {
    pub title: Title,
    pub font: Font,
    pub width: Option<f64>,
    pub height: Option<f64>,
    pub autosize: Option<bool>,
    pub margin: Margin,
    pub showlegend: Option<bool>,
    pub legend: Legend,
    /// A picture stands on white.
    pub paper_bgcolor: Option<String>,
    pub plot_bgcolor: Option<String>,
    pub colorway: Option<Vec<String>>,
    pub barmode: Option<String>,
    pub bargap: Option<f64>,
    pub bargroupgap: Option<f64>,
    pub annotations: Vec<Annotation>,
    pub shapes: Vec<Shape>,
    // What only matters where a pointer moves.
    pub hovermode: Option<Value>,
    pub hoverlabel: Option<Value>,
    pub hoverdistance: Option<Value>,
    pub modebar: Option<Value>,
    pub dragmode: Option<Value>,
    pub uirevision: Option<Value>,
    /// The axes, and what is not known.
    #[serde(flatten)]
    pub rest: Rest,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct Margin {
    pub l: Option<f64>,
    pub r: Option<f64>,
    pub t: Option<f64>,
    pub b: Option<f64>,
    #[serde(flatten)]
    pub rest: Rest,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct Legend {
    pub orientation: Option<String>,
    pub x: Option<f64>,
    pub xanchor: Option<String>,
    pub y: Option<f64>,
    pub yanchor: Option<String>,
    pub bgcolor: Option<String>,
    pub font: Font,
    pub traceorder: Option<String>,
    pub itemclick: Option<Value>,
    pub itemdoubleclick: Option<Value>,
    pub groupclick: Option<Value>,
    #[serde(flatten)]
    pub rest: Rest,
}

#[derive(Deserialize, Default, Debug, Clone)]
#[serde(default)]
pub struct AxisSpec {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub title: Title,
    pub visible: Option<bool>,
    pub anchor: Option<String>,
    pub side: Option<String>,
    pub domain: Option<[f64; 2]>,
    pub range: Option<Vec<Value>>,
    pub autorange: Option<Value>,
    pub rangemode: Option<String>,
    pub matches: Option<String>,
    pub scaleanchor: Option<String>,
    pub scaleratio: Option<f64>,
    pub constrain: Option<String>,
    pub categoryorder: Option<String>,
    pub categoryarray: Option<Vec<Value>>,
    pub nticks: Option<usize>,
    pub tick0: Option<f64>,
    pub dtick: Option<Value>,
    pub tickmode: Option<String>,
    pub tickvals: Option<Vec<Value>>,
    pub ticktext: Option<Vec<String>>,
    pub tickformat: Option<String>,
    pub tickprefix: Option<String>,
    pub ticksuffix: Option<String>,
    pub tickfont: Font,
    pub tickangle: Option<f64>,
    pub ticks: Option<String>,
    pub ticklen: Option<f64>,
    pub tickwidth: Option<f64>,
    pub tickcolor: Option<String>,
    pub showticklabels: Option<bool>,
    pub showgrid: Option<bool>,
    pub gridcolor: Option<String>,
    pub gridwidth: Option<f64>,
    pub showline: Option<bool>,
    pub linecolor: Option<String>,
    pub linewidth: Option<f64>,
    pub mirror: Option<Value>,
    pub zeroline: Option<bool>,
    pub zerolinecolor: Option<String>,
    pub zerolinewidth: Option<f64>,
    pub automargin: Option<Value>,
    pub fixedrange: Option<bool>,
    #[serde(flatten)]
    pub rest: Rest,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct Annotation {
    pub text: Option<String>,
    pub font: Font,
    pub visible: Option<bool>,
    pub x: Value,
    pub xref: Option<String>,
    pub xanchor: Option<String>,
    pub xshift: Option<f64>,
    pub y: Value,
    pub yref: Option<String>,
    pub yanchor: Option<String>,
    pub yshift: Option<f64>,
    pub align: Option<String>,
    pub textangle: Option<f64>,
    pub showarrow: Option<bool>,
    pub ax: Option<f64>,
    pub ay: Option<f64>,
    pub arrowcolor: Option<String>,
    pub arrowwidth: Option<f64>,
    pub arrowhead: Option<f64>,
    pub bgcolor: Option<String>,
    pub opacity: Option<f64>,
    pub hovertext: Option<String>,
    #[serde(flatten)]
    pub rest: Rest,
}

#[derive(Deserialize, Default, Debug)]
#[serde(default)]
pub struct Shape {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub visible: Option<bool>,
    pub layer: Option<String>,
    pub xref: Option<String>,
    pub yref: Option<String>,
    pub x0: Value,
    pub x1: Value,
    pub y0: Value,
    pub y1: Value,
    pub line: Line,
    pub fillcolor: Option<String>,
    pub opacity: Option<f64>,
    #[serde(flatten)]
    pub rest: Rest,
}
