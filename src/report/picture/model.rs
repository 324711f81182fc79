//! The part of Plotly's description of a figure that pictures know: <https://plotly.com/javascript/reference/>. What a
//! description holds beyond that is kept in `rest` and reported, so that nothing is left out in silence.

use serde::Deserialize;
use serde_json::{Map, Value};

/// Attributes without a field.
pub type Rest = Map<String, Value>;

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
