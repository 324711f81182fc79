//! What the layout puts over and under the data: shapes and annotations.

use crate::report::picture::axis_text::{ink, size};
use crate::report::picture::colour::{Colour, INK};
use crate::report::picture::markup;
use crate::report::picture::model::{Annotation, Shape};
use crate::report::picture::scene::Scene;
use crate::report::picture::stroke::{Stroke, is_dash};
use crate::report::picture::svg::{Anchor, Svg, number};
use crate::report::picture::text::{CAPITALS, LINE, Line};
use crate::report::picture::unknown::Unknown;
use serde_json::Value;

/// The pixel of `value` in the reference system `reference`: an axis, the domain of an axis, or the plot area.
fn pixel(scene: &Scene, value: &Value, reference: &str, place: &str, unknown: &mut Unknown) -> Option<f64> {
    let area = scene.area;
    let vertical = reference.starts_with('y') || (reference == "paper" && place == "y");
    if reference == "paper" {
        let share = value.as_f64()?;
        return Some(match vertical {
            true => area.bottom() - share * area.height,
            false => area.left + share * area.width,
        });
    }
    let (id, in_domain) = match reference.strip_suffix(" domain") {
        Some(id) => (id, true),
        None => (reference, false),
    };
    let Some(axis) = scene.axes.get(id) else {
        unknown.add("layout", format_args!("reference {reference}"));
        return None;
    };
    if in_domain {
        return Some(axis.span.0 + value.as_f64()? * (axis.span.1 - axis.span.0));
    }
    // Annotations on a logarithmic axis are placed by the logarithm, shapes by the value.
    match (place, axis.kind == crate::report::picture::axis::Kind::Log) {
        ("annotation", true) => value.as_f64().map(|at| axis.pixel(at)),
        _ => axis.place(value),
    }
}

fn at(
    scene: &Scene,
    (value, reference, default): (&Value, &Option<String>, &str),
    annotation: bool,
    unknown: &mut Unknown,
) -> Option<f64> {
    let reference = reference.as_deref().unwrap_or(default);
    let place = match (reference, annotation) {
        ("paper", _) => {
            if default.starts_with('y') {
                "y"
            } else {
                "x"
            }
        }
        (_, true) => "annotation",
        _ => "shape",
    };
    pixel(scene, value, reference, place, unknown)
}

/// Draws the shapes of the layer beneath the data, or of the one above.
pub fn shapes(svg: &mut Svg, scene: &Scene, beneath: bool, unknown: &mut Unknown) {
    for (index, shape) in scene.layout.shapes.iter().enumerate() {
        let is_beneath = shape.layer.as_deref() == Some("below");
        if is_beneath == beneath && shape.visible != Some(false) {
            draw_shape(svg, scene, shape, &format!("shape {index}"), unknown);
        }
    }
}

fn draw_shape(svg: &mut Svg, scene: &Scene, shape: &Shape, place: &str, unknown: &mut Unknown) {
    let mut x = |value| at(scene, (value, &shape.xref, "x"), false, unknown);
    let across = (x(&shape.x0), x(&shape.x1));
    let mut y = |value| at(scene, (value, &shape.yref, "y"), false, unknown);
    let down = (y(&shape.y0), y(&shape.y1));
    let ((Some(x0), Some(x1)), (Some(y0), Some(y1))) = (across, down) else {
        unknown.add(place, "no place");
        return;
    };
    let opacity = shape.opacity.unwrap_or(1.0);
    let colour = shape.line.color.as_deref().and_then(Colour::parse).unwrap_or(INK);
    let stroke = Stroke {
        colour: colour.faded(opacity),
        width: shape.line.width.unwrap_or(2.0),
        dash: shape.line.dash.clone(),
    };
    if let Some(dash) = stroke.dash.as_deref().filter(|dash| !is_dash(dash)) {
        unknown.add(place, format_args!("line.dash {dash}"));
    }
    let fill = shape.fillcolor.as_deref().and_then(Colour::parse);
    let fill = fill.map(|fill| fill.faded(opacity));
    match shape.kind.as_deref() {
        Some("line") => svg.line((x0, y0), (x1, y1), &stroke),
        None | Some("rect") => {
            let [x0, y0, x1, y1] = [x0, y0, x1, y1].map(number);
            svg.path(&format!("M{x0} {y0}H{x1}V{y1}H{x0}Z"), Some(&stroke), fill);
        }
        Some("circle") => {
            let (middle, low) = ((x0 + x1) / 2.0, y0.min(y1));
            let (rx, ry) = (number((x1 - x0).abs() / 2.0), number((y1 - y0).abs() / 2.0));
            let (middle, low, high) = (number(middle), number(low), number(y0.max(y1)));
            let d = format!("M{middle} {low}A{rx} {ry} 0 0 1 {middle} {high}A{rx} {ry} 0 0 1 {middle} {low}Z");
            svg.path(&d, Some(&stroke), fill);
        }
        Some(kind) => unknown.add(place, format_args!("type {kind}")),
    }
}

/// Draws all annotations.
pub fn annotations(svg: &mut Svg, scene: &Scene, default_ink: Colour, unknown: &mut Unknown) {
    for (index, annotation) in scene.layout.annotations.iter().enumerate() {
        if annotation.visible != Some(false) {
            draw_annotation(
                svg,
                scene,
                annotation,
                (&format!("annotation {index}"), default_ink),
                unknown,
            );
        }
    }
}

fn draw_annotation(
    svg: &mut Svg,
    scene: &Scene,
    annotation: &Annotation,
    (place, default_ink): (&str, Colour),
    unknown: &mut Unknown,
) {
    let point = at(scene, (&annotation.x, &annotation.xref, "x"), true, unknown).zip(at(
        scene,
        (&annotation.y, &annotation.yref, "y"),
        true,
        unknown,
    ));
    let Some((x, y)) = point else {
        unknown.add(place, "no place");
        return;
    };
    let (x, y) = (
        x + annotation.xshift.unwrap_or(0.0),
        y - annotation.yshift.unwrap_or(0.0),
    );
    let size = size(&annotation.font, scene.layout.font.size.unwrap_or(12.0));
    let (lines, elements) = markup::parse(annotation.text.as_deref().unwrap_or(""), size);
    elements
        .iter()
        .for_each(|element| unknown.add(place, format_args!("<{element}>")));
    let colour = ink(&annotation.font, default_ink).faded(annotation.opacity.unwrap_or(1.0));
    // plotly.js draws an arrow unless it is told not to.
    let arrow = annotation.showarrow != Some(false);
    let tail = match arrow {
        true => (x + annotation.ax.unwrap_or(-10.0), y + annotation.ay.unwrap_or(-30.0)),
        false => (x, y),
    };
    if arrow {
        draw_arrow(svg, annotation, tail, (x, y), colour);
    }
    let bounds = text_box(
        annotation,
        &lines,
        size,
        tail,
        arrow,
        (x, scene.area.left, scene.area.right()),
    );
    let draw = |svg: &mut Svg| {
        if let Some(ground) = annotation.bgcolor.as_deref().and_then(Colour::parse) {
            svg.rectangle(
                bounds.left - 2.0,
                bounds.top - 1.0,
                bounds.width + 4.0,
                bounds.height + 2.0,
                ground,
            );
        }
        let anchor = match annotation.align.as_deref() {
            Some("left") => Anchor::Start,
            Some("right") => Anchor::End,
            _ if lines.len() == 1 && bounds.anchor == Anchor::Start => Anchor::Start,
            _ if lines.len() == 1 && bounds.anchor == Anchor::End => Anchor::End,
            _ => Anchor::Middle,
        };
        let x = bounds.left + anchor.share() * bounds.width;
        svg.text_lines(&lines, x, bounds.baseline, anchor, colour);
    };
    match annotation.textangle {
        Some(degrees) if degrees != 0.0 => svg.turned(degrees, tail, draw),
        _ => draw(svg),
    }
}

/// Where the text of an annotation stands.
struct TextBox {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    baseline: f64,
    anchor: Anchor,
}

fn text_box(
    annotation: &Annotation,
    lines: &[Line],
    size: f64,
    (x, y): (f64, f64),
    arrow: bool,
    (point, left_edge, right_edge): (f64, f64, f64),
) -> TextBox {
    let width = lines.iter().map(Line::width).fold(0.0, f64::max);
    let height = lines.len() as f64 * size * LINE;
    let share = (point - left_edge) / (right_edge - left_edge).max(1.0);
    let automatic = match share {
        _ if arrow || annotation.xref.as_deref() != Some("paper") => Anchor::Middle,
        share if share <= 1.0 / 3.0 => Anchor::Start,
        share if share >= 2.0 / 3.0 => Anchor::End,
        _ => Anchor::Middle,
    };
    let anchor = match annotation.xanchor.as_deref() {
        Some("left") => Anchor::Start,
        Some("right") => Anchor::End,
        Some("center") => Anchor::Middle,
        _ => automatic,
    };
    let top = match annotation.yanchor.as_deref() {
        Some("top") => y,
        Some("bottom") => y - height,
        _ => y - height / 2.0,
    };
    TextBox {
        left: x - anchor.share() * width,
        top,
        width,
        height,
        baseline: top + size * (LINE + CAPITALS) / 2.0,
        anchor,
    }
}

fn draw_arrow(svg: &mut Svg, annotation: &Annotation, tail: (f64, f64), head: (f64, f64), colour: Colour) {
    let own = annotation.arrowcolor.as_deref().and_then(Colour::parse);
    let width = annotation.arrowwidth.unwrap_or(2.0).max(0.3);
    let stroke = Stroke::solid(own.unwrap_or(colour), width);
    let (dx, dy) = (head.0 - tail.0, head.1 - tail.1);
    let length = dx.hypot(dy);
    if length < 1.0 {
        return;
    }
    let (ux, uy) = (dx / length, dy / length);
    let pointed = annotation.arrowhead != Some(0.0);
    let back = if pointed { (4.0 * width).min(length) } else { 0.0 };
    let neck = (head.0 - ux * back * 0.8, head.1 - uy * back * 0.8);
    let line = format!(
        "M{} {}L{} {}",
        number(tail.0),
        number(tail.1),
        number(neck.0),
        number(neck.1)
    );
    svg.path(&line, Some(&stroke), None);
    if pointed {
        let side = |sign: f64| {
            let (x, y) = (head.0 - ux * back, head.1 - uy * back);
            (x - uy * sign * back / 2.0, y + ux * sign * back / 2.0)
        };
        let ((ax, ay), (bx, by)) = (side(1.0), side(-1.0));
        let d = format!(
            "M{} {}L{} {}L{} {}Z",
            number(head.0),
            number(head.1),
            number(ax),
            number(ay),
            number(bx),
            number(by)
        );
        svg.path(&d, None, Some(stroke.colour));
    }
}
