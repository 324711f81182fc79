//! Markers of points: their colours, sizes and symbols.

use crate::report::picture::colour::{Colour, INK, WHITE};
use crate::report::picture::colour_scale::{Scale, Scaled};
use crate::report::picture::model::{Marker, Trace};
use crate::report::picture::stroke::Stroke;
use crate::report::picture::svg::{Svg, number};
use crate::report::picture::unknown::Unknown;
use serde_json::Value;

/// The size of a marker that gives none, in pixels (plotly.js's defaults).
const SIZE: f64 = 6.0;

/// The largest diameter of a marker in pixels.
pub fn largest_marker(trace: &Trace) -> f64 {
    match &trace.marker.size {
        Value::Array(sizes) => sizes.iter().filter_map(Value::as_f64).fold(0.0, f64::max),
        size => size.as_f64().unwrap_or(SIZE),
    }
}

/// The colours of a marker's points.
pub enum Colours {
    One(Colour),
    Each(Vec<Colour>),
    Scaled(Scaled),
}

/// The colours of markers; those that name none have `colour`.
pub fn colours(marker: &Marker, colour: Colour, place: &str, unknown: &mut Unknown) -> Colours {
    let read = |text: &str, unknown: &mut Unknown| {
        Colour::parse(text).unwrap_or_else(|| {
            unknown.add(place, format_args!("colour {text}"));
            colour
        })
    };
    match &marker.color {
        Value::Null => Colours::One(colour),
        Value::String(text) => Colours::One(read(text, unknown)),
        Value::Array(values) if values.iter().any(Value::is_string) => {
            let each = values.iter().map(|value| read(value.as_str().unwrap_or(""), unknown));
            Colours::Each(each.collect())
        }
        Value::Array(values) => {
            let scale = Scale::parse(marker.colorscale.as_ref(), marker.reversescale == Some(true));
            let scale = scale.or_else(|| {
                unknown.add(place, "marker.colorscale");
                Scale::parse(None, false)
            });
            match scale {
                Some(scale) => Colours::Scaled(Scaled::new(
                    scale,
                    values.iter().map(Value::as_f64).collect(),
                    (marker.cmin, marker.cmax),
                    marker.cmid,
                )),
                None => Colours::One(colour),
            }
        }
        other => {
            unknown.add(place, format_args!("marker.color {other}"));
            Colours::One(colour)
        }
    }
}

impl Colours {
    /// The colour of a point.
    pub fn of(&self, index: usize) -> Colour {
        match self {
            Self::One(colour) => *colour,
            Self::Each(colours) => colours.get(index).copied().unwrap_or(INK),
            Self::Scaled(scaled) => match scaled.values.get(index).copied().flatten() {
                Some(value) => scaled.of(value),
                None => Colour::opaque(128, 128, 128),
            },
        }
    }
}

/// Draws a marker at each point in pixels; those that name no colour have `line`.
pub fn markers(
    svg: &mut Svg,
    (trace, place): (&Trace, &str),
    points: &[Option<(f64, f64)>],
    line: Colour,
    unknown: &mut Unknown,
) {
    let marker = &trace.marker;
    let colours = colours(marker, line, place, unknown);
    let opacity = marker.opacity.unwrap_or(1.0) * trace.opacity.unwrap_or(1.0);
    for (index, point) in points.iter().enumerate() {
        let Some(at) = point else { continue };
        let size = match &marker.size {
            Value::Array(sizes) => sizes.get(index).and_then(Value::as_f64).unwrap_or(SIZE),
            size => size.as_f64().unwrap_or(SIZE),
        };
        draw_marker(svg, marker, *at, size, colours.of(index).faded(opacity));
    }
    if let Some(symbol) = marker.symbol.as_deref().filter(|symbol| shape(symbol, 1.0).is_none()) {
        unknown.add(place, format_args!("marker.symbol {symbol}"));
    }
}

/// Draws one marker of `size` pixels.
pub fn draw_marker(svg: &mut Svg, marker: &Marker, at: (f64, f64), size: f64, colour: Colour) {
    let symbol = marker.symbol.as_deref().unwrap_or("circle");
    let (base, open) = symbol
        .strip_suffix("-open")
        .map_or((symbol, false), |base| (base, true));
    let parts = shape(base, size / 2.0).or_else(|| shape("circle", size / 2.0));
    let d = parts.map_or_else(String::new, |parts| moved(&parts, at));
    let strokes_only = open || matches!(base, "x-thin" | "cross-thin");
    let own = marker.line.color.as_deref().and_then(Colour::parse);
    let stroke = match strokes_only {
        true => Stroke::solid(colour, marker.line.width.filter(|width| *width > 0.0).unwrap_or(1.0)),
        false => Stroke::solid(own.unwrap_or(WHITE), marker.line.width.unwrap_or(0.0)),
    };
    svg.path(&d, Some(&stroke), (!strokes_only).then_some(colour));
}

/// A step of a marker's outline, around its middle.
enum Step {
    Move(f64, f64),
    Line(f64, f64),
    /// A half circle of a radius to a point.
    Half(f64, f64, f64),
    Close,
}

/// The outline of a symbol of radius `r`, as plotly.js draws it.
fn shape(symbol: &str, r: f64) -> Option<Vec<Step>> {
    let symbol = symbol.strip_suffix("-open").unwrap_or(symbol);
    let (d, t) = (r * 1.3, r * 2.0 / 3f64.sqrt());
    Some(match symbol {
        "circle" => vec![
            Step::Move(r, 0.0),
            Step::Half(r, -r, 0.0),
            Step::Half(r, r, 0.0),
            Step::Close,
        ],
        "square" => polygon(&[(r, r), (-r, r), (-r, -r), (r, -r)]),
        "diamond" => polygon(&[(d, 0.0), (0.0, d), (-d, 0.0), (0.0, -d)]),
        "triangle-up" => polygon(&[(-t, r / 2.0), (t, r / 2.0), (0.0, -r)]),
        "triangle-down" => polygon(&[(-t, -r / 2.0), (t, -r / 2.0), (0.0, r)]),
        "cross" => cross(r),
        "x" => diagonal_cross(r),
        "cross-thin" => vec![
            Step::Move(-r * 1.4, 0.0),
            Step::Line(r * 1.4, 0.0),
            Step::Move(0.0, -r * 1.4),
            Step::Line(0.0, r * 1.4),
        ],
        "x-thin" => vec![
            Step::Move(-r, -r),
            Step::Line(r, r),
            Step::Move(-r, r),
            Step::Line(r, -r),
        ],
        "star" => star(r),
        _ => return None,
    })
}

/// The outline through `points`.
fn polygon(points: &[(f64, f64)]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (index, &(x, y)) in points.iter().enumerate() {
        steps.push(if index == 0 { Step::Move(x, y) } else { Step::Line(x, y) });
    }
    steps.push(Step::Close);
    steps
}

fn cross(r: f64) -> Vec<Step> {
    let (a, b) = (r * 0.4, r * 1.2);
    let quarter = [(b, a), (a, a), (a, b), (-a, b), (-a, a), (-b, a)];
    let other = quarter.map(|(x, y)| (-x, -y));
    polygon(&[quarter, other].concat())
}

fn diagonal_cross(r: f64) -> Vec<Step> {
    let (a, b) = (r * 0.8 / 2f64.sqrt(), r * 0.8 * 2f64.sqrt());
    let points = [(a, 0.0), (b, b - a), (b - a, b), (0.0, a), (a - b, b), (-b, b - a)];
    let other = points.map(|(x, y)| (-x, -y));
    polygon(&[points, other].concat())
}

fn star(r: f64) -> Vec<Step> {
    let ray = |index: usize| {
        let radius = if index.is_multiple_of(2) { r * 1.4 } else { r * 0.5348 };
        let angle = std::f64::consts::PI * (index as f64 / 5.0 - 0.5);
        (radius * angle.cos(), radius * angle.sin())
    };
    polygon(&(0..10).map(ray).collect::<Vec<_>>())
}

fn moved(steps: &[Step], (x, y): (f64, f64)) -> String {
    let mut d = String::new();
    for step in steps {
        d.push_str(&match step {
            Step::Move(dx, dy) => format!("M{} {}", number(x + dx), number(y + dy)),
            Step::Line(dx, dy) => format!("L{} {}", number(x + dx), number(y + dy)),
            Step::Half(r, dx, dy) => {
                let r = number(*r);
                format!("A{r} {r} 0 0 1 {} {}", number(x + dx), number(y + dy))
            }
            Step::Close => "Z".to_owned(),
        });
    }
    d
}
