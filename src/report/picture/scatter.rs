//! Scatter traces: lines, filled areas, markers and text.

use crate::report::picture::axis::Axis;
use crate::report::picture::colour::{Colour, INK};
use crate::report::picture::model::Trace;
use crate::report::picture::stroke::{Stroke, is_dash};
use crate::report::picture::svg::{Anchor, Svg, number};
use crate::report::picture::unknown::Unknown;
use crate::report::picture::{error_bars, marker, markup, text};
use serde_json::Value;

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
        marker::markers(svg, (trace, place), &points, stroke.colour, unknown);
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
        marker::largest_marker(trace) / 2.0
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
            let (lines, elements) = markup::parse(words, size);
            elements
                .iter()
                .for_each(|element| unknown.add(place, format_args!("<{element}>")));
            svg.text_lines(&lines, x + aside, y + down, anchor, colour);
        }
    }
}
