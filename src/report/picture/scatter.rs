//! Scatter traces: lines, filled areas, markers and text.

use crate::report::picture::axis::Axis;
use crate::report::picture::colour::{Colour, INK, Scale, WHITE};
use crate::report::picture::error_bars;
use crate::report::picture::model::{Marker, Trace, Unknown};
use crate::report::picture::svg::{Anchor, Stroke, Svg, is_dash, number};
use crate::report::picture::text;
use serde_json::Value;

/// Marker sizes and symbols without a description (plotly.js's defaults).
const SIZE: f64 = 6.0;

/// What a trace consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    pub lines: bool,
    pub markers: bool,
    pub text: bool,
}

/// The mode of a trace; without one, lines, and markers where points are few.
pub fn mode(trace: &Trace) -> Mode {
    match trace.mode.as_deref() {
        Some(mode) => Mode {
            lines: mode.contains("lines"),
            markers: mode.contains("markers"),
            text: mode.contains("text"),
        },
        None => Mode {
            lines: true,
            markers: trace.x.len().max(trace.y.len()) < 20,
            text: false,
        },
    }
}

/// The look of a trace's line.
pub fn stroke(trace: &Trace, colour: Colour) -> Stroke {
    Stroke {
        colour: trace.line.color.as_deref().and_then(Colour::parse).unwrap_or(colour),
        width: trace.line.width.unwrap_or(2.0),
        dash: trace.line.dash.clone(),
    }
}

/// Points in pixels; `None` where one is missing.
type Points = Vec<Option<(f64, f64)>>;

fn points(trace: &Trace, x: &Axis, y: &Axis) -> Points {
    let count = match (trace.x.len(), trace.y.len()) {
        (0, count) | (count, 0) => count,
        (across, down) => across.min(down),
    };
    let at = |axis: &Axis, values: &[Value], index: usize| match values.get(index) {
        Some(value) => axis.place(value),
        None => Some(axis.pixel(index as f64)),
    };
    (0..count)
        .map(|index| at(x, &trace.x, index).zip(at(y, &trace.y, index)))
        .collect()
}

/// Draws a trace within its panel. `colour` is what it is drawn in where it names no colour; `previous` are the
/// points of the trace before it on these axes, for areas that reach down to it. Gives its own points.
pub fn draw(
    svg: &mut Svg,
    (trace, place): (&Trace, &str),
    (x, y): (&Axis, &Axis),
    colour: Colour,
    previous: Option<&Points>,
    unknown: &mut Unknown,
) -> Points {
    let points = points(trace, x, y);
    let mode = mode(trace);
    let faded = trace.opacity.unwrap_or(1.0);
    let mut stroke = stroke(trace, colour);
    stroke.colour = stroke.colour.faded(faded);
    if let Some(dash) = stroke.dash.as_deref().filter(|dash| !is_dash(dash)) {
        unknown.add(place, format_args!("line.dash {dash}"));
    }
    let outline = outline(trace, &points, place, unknown);
    area(svg, (trace, place), &outline, (y, previous), stroke.colour, unknown);
    if mode.lines {
        svg.path(&path(&outline, trace.connectgaps == Some(true)), Some(&stroke), None);
    }
    error_bars::of_points(svg, trace, (x, y), colour);
    if mode.markers {
        markers(svg, (trace, place), &points, stroke.colour, unknown);
    }
    if mode.text {
        labels(svg, (trace, place), &points, unknown);
    }
    outline
}

/// The points of the line: those of the data, or with the corners of steps between them.
fn outline(trace: &Trace, points: &Points, place: &str, unknown: &mut Unknown) -> Points {
    let across_first = match trace.line.shape.as_deref() {
        None | Some("linear") => return points.clone(),
        Some("hv") => true,
        Some("vh") => false,
        Some(shape) => {
            unknown.add(place, format_args!("line.shape {shape}"));
            return points.clone();
        }
    };
    let mut stepped: Points = Vec::new();
    for point in points {
        if let (Some(Some(before)), Some(now)) = (stepped.last().copied(), point) {
            let corner = if across_first {
                (now.0, before.1)
            } else {
                (before.0, now.1)
            };
            stepped.push(Some(corner));
        }
        stepped.push(*point);
    }
    stepped
}

/// `M…L…`, a new part after each gap.
fn path(points: &[Option<(f64, f64)>], over_gaps: bool) -> String {
    let mut d = String::new();
    let mut pen_down = false;
    for point in points {
        match point {
            Some((x, y)) => {
                d.push_str(if pen_down { "L" } else { "M" });
                d.push_str(&format!("{} {}", number(*x), number(*y)));
                pen_down = true;
            }
            None => pen_down &= over_gaps,
        }
    }
    d
}

fn area(
    svg: &mut Svg,
    (trace, place): (&Trace, &str),
    outline: &Points,
    (y, previous): (&Axis, Option<&Points>),
    line: Colour,
    unknown: &mut Unknown,
) {
    let kind = trace.fill.as_deref().unwrap_or("none");
    let given = trace.fillcolor.as_deref().and_then(Colour::parse);
    let fill = given.unwrap_or(line.faded(0.5));
    let upper: Vec<(f64, f64)> = outline.iter().copied().flatten().collect();
    let closed = match (kind, upper.first(), upper.last()) {
        ("none", _, _) | (_, None, _) | (_, _, None) => return,
        ("toself", _, _) => {
            let mut d = String::new();
            for part in outline.split(Option::is_none).filter(|part| !part.is_empty()) {
                d.push_str(&(path(part, false) + "Z"));
            }
            d
        }
        ("tonexty", _, _) if previous.is_some() => {
            let lower = previous.into_iter().flatten().rev();
            let around: Points = upper.iter().copied().map(Some).chain(lower.copied()).collect();
            path(&around, true) + "Z"
        }
        ("tozeroy" | "tonexty", Some(first), Some(last)) => {
            let zero = y.place(&0.0.into()).unwrap_or(y.span.0);
            let around = [&[(first.0, zero)][..], &upper, &[(last.0, zero)]].concat();
            path(&around.into_iter().map(Some).collect::<Points>(), true) + "Z"
        }
        _ => {
            unknown.add(place, format_args!("fill {kind}"));
            return;
        }
    };
    svg.path(&closed, None, Some(fill));
}

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

/// Numbers shown as colours.
pub struct Scaled {
    pub scale: Scale,
    pub low: f64,
    pub high: f64,
    pub values: Vec<Option<f64>>,
}

impl Scaled {
    /// Numbers from `low` to `high`, or from the least to the largest, around `middle` where it is given.
    pub fn new(
        scale: Scale,
        values: Vec<Option<f64>>,
        (low, high): (Option<f64>, Option<f64>),
        middle: Option<f64>,
    ) -> Self {
        let finite = || values.iter().flatten().copied().filter(|value| value.is_finite());
        let mut least = low.unwrap_or_else(|| finite().fold(f64::INFINITY, f64::min));
        let mut most = high.unwrap_or_else(|| finite().fold(f64::NEG_INFINITY, f64::max));
        if let Some(middle) = middle {
            let reach = (most - middle).abs().max((middle - least).abs());
            (least, most) = (middle - reach, middle + reach);
        }
        if !(least.is_finite() && most.is_finite()) {
            (least, most) = (0.0, 1.0);
        }
        if least == most {
            (least, most) = (least - 0.5, most + 0.5);
        }
        Self {
            scale,
            low: least,
            high: most,
            values,
        }
    }

    /// The colour of a number.
    pub fn of(&self, value: f64) -> Colour {
        self.scale.at((value - self.low) / (self.high - self.low))
    }
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

fn markers(svg: &mut Svg, (trace, place): (&Trace, &str), points: &Points, line: Colour, unknown: &mut Unknown) {
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
    let polygon = |points: &[(f64, f64)]| {
        let mut steps: Vec<Step> = Vec::new();
        for (index, &(x, y)) in points.iter().enumerate() {
            steps.push(if index == 0 { Step::Move(x, y) } else { Step::Line(x, y) });
        }
        steps.push(Step::Close);
        steps
    };
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
        "cross" => {
            let (a, b) = (r * 0.4, r * 1.2);
            let quarter = [(b, a), (a, a), (a, b), (-a, b), (-a, a), (-b, a)];
            let other = quarter.map(|(x, y)| (-x, -y));
            polygon(&[quarter, other].concat())
        }
        "x" => {
            let (a, b) = (r * 0.8 / 2f64.sqrt(), r * 0.8 * 2f64.sqrt());
            let points = [(a, 0.0), (b, b - a), (b - a, b), (0.0, a), (a - b, b), (-b, b - a)];
            let other = points.map(|(x, y)| (-x, -y));
            polygon(&[points, other].concat())
        }
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
        "star" => {
            let ray = |index: usize| {
                let radius = if index.is_multiple_of(2) { r * 1.4 } else { r * 0.5348 };
                let angle = std::f64::consts::PI * (index as f64 / 5.0 - 0.5);
                (radius * angle.cos(), radius * angle.sin())
            };
            polygon(&(0..10).map(ray).collect::<Vec<_>>())
        }
        _ => return None,
    })
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

fn labels(svg: &mut Svg, (trace, place): (&Trace, &str), points: &Points, unknown: &mut Unknown) {
    let size = trace.textfont.size.unwrap_or(12.0);
    let colour = trace.textfont.color.as_deref().and_then(Colour::parse).unwrap_or(INK);
    let position = trace.textposition.as_deref().unwrap_or("middle center");
    let anchor = match position {
        p if p.ends_with("left") => Anchor::End,
        p if p.ends_with("right") => Anchor::Start,
        _ => Anchor::Middle,
    };
    let reach = if mode(trace).markers {
        largest_marker(trace) / 2.0
    } else {
        0.0
    };
    let aside = match anchor {
        Anchor::Start => reach + 3.0,
        Anchor::End => -reach - 3.0,
        Anchor::Middle => 0.0,
    };
    let down = match position {
        p if p.starts_with("top") => -reach - 0.3 * size,
        p if p.starts_with("bottom") => reach + size,
        _ => text::CAPITALS * size / 2.0,
    };
    for (index, point) in points.iter().enumerate() {
        let words = match &trace.text {
            Value::Array(texts) => texts.get(index).and_then(Value::as_str),
            other => other.as_str(),
        };
        if let (Some((x, y)), Some(words)) = (point, words) {
            let (lines, elements) = text::parse(words, size);
            elements
                .iter()
                .for_each(|element| unknown.add(place, format_args!("<{element}>")));
            svg.text_lines(&lines, x + aside, y + down, anchor, colour);
        }
    }
}
