//! What surrounds the data of a panel: grid, axis lines, tick labels, titles of axes.

use crate::report::picture::axis::{Axis, Kind};
use crate::report::picture::colour::Colour;
use crate::report::picture::model::{Font, Unknown};
use crate::report::picture::scene::{Scene, label_width};
use crate::report::picture::svg::{Anchor, Stroke, Svg};
use crate::report::picture::text::{self, CAPITALS, LINE};

/// Between an axis and its labels, in pixels.
const STANDOFF: f64 = 4.0;
/// The angle of labels that have no room side by side, in degrees.
const TURNED: f64 = 30.0;

/// The font size of something, where `default` is that of its surroundings.
pub fn size(font: &Font, default: f64) -> f64 {
    font.size.unwrap_or(default).clamp(1.0, 200.0)
}

/// The colour of text: what the description gives, otherwise `ink`.
pub fn ink(font: &Font, ink: Colour) -> Colour {
    font.color.as_deref().and_then(Colour::parse).unwrap_or(ink)
}

fn is_shown(axis: &Axis) -> bool {
    axis.spec.visible != Some(false)
}

fn has_labels(axis: &Axis) -> bool {
    is_shown(axis) && axis.spec.showticklabels != Some(false)
}

fn paint(colour: &Option<String>, default: &str) -> Colour {
    let given = colour.as_deref().and_then(Colour::parse);
    given
        .or_else(|| Colour::parse(default))
        .unwrap_or(crate::report::picture::colour::INK)
}

/// The pixel of the axis line, across the axis: at the lower or left side of the axis that it is anchored to.
pub fn line_place(scene: &Scene, axis: &Axis) -> f64 {
    let side = axis.spec.side.as_deref().unwrap_or("");
    let default = if axis.is_vertical() { "x" } else { "y" };
    let anchor = axis.spec.anchor.as_deref().unwrap_or(default);
    let (low, high) = match scene.axes.get(anchor) {
        Some(other) => other.pixels(),
        None if axis.is_vertical() => (scene.area.left, scene.area.right()),
        None => (scene.area.top, scene.area.bottom()),
    };
    match (axis.is_vertical(), side) {
        (true, "right") | (false, "bottom" | "") => high,
        _ => low,
    }
}

fn across(scene: &Scene, axis: &Axis) -> (f64, f64) {
    let default = if axis.is_vertical() { "x" } else { "y" };
    let anchor = axis.spec.anchor.as_deref().unwrap_or(default);
    match scene.axes.get(anchor) {
        Some(other) => other.pixels(),
        None if axis.is_vertical() => (scene.area.left, scene.area.right()),
        None => (scene.area.top, scene.area.bottom()),
    }
}

/// Pixels between the picture's left edge and the line of a vertical axis that has nothing left of it; a lot where it
/// has.
pub fn outer_start(scene: &Scene, axis: &Axis) -> f64 {
    let place = line_place(scene, axis);
    if place <= scene.area.left + 0.5 {
        place
    } else {
        f64::INFINITY
    }
}

/// The ground of the panel that a vertical axis belongs to.
pub fn ground(svg: &mut Svg, scene: &Scene, axis: &Axis) {
    let colour = scene.layout.plot_bgcolor.as_deref().and_then(Colour::parse);
    if let Some(colour) = colour.filter(|_| axis.is_vertical()) {
        let ((left, right), (top, bottom)) = (across(scene, axis), axis.pixels());
        svg.rectangle(left, top, right - left, bottom - top, colour);
    }
}

/// The grid and the zero line of an axis.
pub fn grid(svg: &mut Svg, scene: &Scene, axis: &Axis) {
    if !is_shown(axis) {
        return;
    }
    let (from, to) = across(scene, axis);
    let mut draw = |at: f64, stroke: &Stroke| {
        let pixel = axis.pixel(at);
        match axis.is_vertical() {
            true => svg.line((from, pixel), (to, pixel), stroke),
            false => svg.line((pixel, from), (pixel, to), stroke),
        }
    };
    if axis.spec.showgrid != Some(false) {
        let stroke = Stroke::solid(
            paint(&axis.spec.gridcolor, "#eeeeee"),
            axis.spec.gridwidth.unwrap_or(1.0),
        );
        for tick in scene.ticks.get(&axis.id).into_iter().flatten() {
            draw(tick.at, &stroke);
        }
    }
    let (low, high) = axis.bounds();
    if axis.spec.zeroline != Some(false) && axis.kind == Kind::Linear && low <= 0.0 && high >= 0.0 {
        let colour = paint(&axis.spec.zerolinecolor, "#444444");
        draw(0.0, &Stroke::solid(colour, axis.spec.zerolinewidth.unwrap_or(1.0)));
    }
}

/// The axis line with ticks, labels and title.
pub fn axis(svg: &mut Svg, scene: &Scene, axis: &Axis, default_ink: Colour, unknown: &mut Unknown) {
    if !is_shown(axis) {
        return;
    }
    let place = line_place(scene, axis);
    if axis.spec.showline == Some(true) {
        let stroke = Stroke::solid(
            paint(&axis.spec.linecolor, "#444444"),
            axis.spec.linewidth.unwrap_or(1.0),
        );
        let (low, high) = axis.pixels();
        let mirrored = match &axis.spec.mirror {
            Some(serde_json::Value::Bool(true)) => Some(across(scene, axis)),
            _ => None,
        };
        for place in mirrored.map_or(vec![place], |(from, to)| vec![from, to]) {
            match axis.is_vertical() {
                true => svg.line((place, low), (place, high), &stroke),
                false => svg.line((low, place), (high, place), &stroke),
            }
        }
    }
    ticks(svg, scene, axis, place);
    if has_labels(axis) {
        labels(svg, scene, axis, place, default_ink, unknown);
    }
    title(svg, scene, axis, place, default_ink, unknown);
}

/// How far ticks reach from the axis, in pixels.
fn tick_length(axis: &Axis) -> f64 {
    match axis.spec.ticks.as_deref() {
        Some("outside") => axis.spec.ticklen.unwrap_or(5.0),
        _ => 0.0,
    }
}

fn ticks(svg: &mut Svg, scene: &Scene, axis: &Axis, place: f64) {
    let inward = axis.spec.ticks.as_deref() == Some("inside");
    let length = if inward {
        -axis.spec.ticklen.unwrap_or(5.0)
    } else {
        tick_length(axis)
    };
    if length == 0.0 {
        return;
    }
    let stroke = Stroke::solid(
        paint(&axis.spec.tickcolor, "#444444"),
        axis.spec.tickwidth.unwrap_or(1.0),
    );
    for tick in scene.ticks.get(&axis.id).into_iter().flatten() {
        let pixel = axis.pixel(tick.at);
        match axis.is_vertical() {
            true => svg.line((place, pixel), (place - length, pixel), &stroke),
            false => svg.line((pixel, place), (pixel, place + length), &stroke),
        }
    }
}

/// The angle of the labels of a horizontal axis, in degrees.
pub fn angle(scene: &Scene, axis: &Axis) -> f64 {
    if let Some(angle) = axis.spec.tickangle {
        return angle;
    }
    if axis.is_vertical() {
        return 0.0;
    }
    let size = size(&axis.spec.tickfont, 12.0);
    let ticks = scene.ticks.get(&axis.id).map(Vec::as_slice).unwrap_or_default();
    let touch = ticks.windows(2).any(|pair| {
        let distance = (axis.pixel(pair[1].at) - axis.pixel(pair[0].at)).abs();
        (label_width(&pair[0].label, size) + label_width(&pair[1].label, size)) / 2.0 + 4.0 > distance
    });
    if !touch {
        return 0.0;
    }
    let distances = ticks
        .windows(2)
        .map(|pair| (axis.pixel(pair[1].at) - axis.pixel(pair[0].at)).abs());
    let least = distances.fold(f64::INFINITY, f64::min);
    if least * TURNED.to_radians().sin() >= size {
        TURNED
    } else {
        90.0
    }
}

/// How many pixels the labels of an axis take up, from its line outwards.
pub fn label_depth(scene: &Scene, axis: &Axis) -> f64 {
    if !has_labels(axis) {
        return 0.0;
    }
    let size = size(&axis.spec.tickfont, 12.0);
    let ticks = scene.ticks.get(&axis.id).into_iter().flatten();
    let turned = angle(scene, axis).abs().to_radians();
    let depth = |label: &str| {
        let (lines, _) = text::parse(label, size);
        let width = lines.iter().map(text::Line::width).fold(0.0, f64::max);
        let height = size * (1.0 + LINE * lines.len().saturating_sub(1) as f64);
        match axis.is_vertical() {
            true => width,
            false => width * turned.sin() + height * turned.cos(),
        }
    };
    let deepest = ticks.map(|tick| depth(&tick.label)).fold(0.0, f64::max);
    deepest + STANDOFF + tick_length(axis)
}

fn labels(svg: &mut Svg, scene: &Scene, axis: &Axis, place: f64, default_ink: Colour, unknown: &mut Unknown) {
    let font = &axis.spec.tickfont;
    let (size, colour) = (size(font, 12.0), ink(font, default_ink));
    let away = STANDOFF + tick_length(axis);
    let degrees = angle(scene, axis);
    let opposite = matches!(axis.spec.side.as_deref(), Some("right" | "top"));
    for tick in scene.ticks.get(&axis.id).into_iter().flatten() {
        let (lines, elements) = text::parse(&tick.label, size);
        elements
            .iter()
            .for_each(|element| unknown.add(&axis.id, format_args!("<{element}>")));
        let pixel = axis.pixel(tick.at);
        let below = LINE * size * lines.len().saturating_sub(1) as f64;
        if axis.is_vertical() {
            let (x, anchor) = if opposite {
                (place + away, Anchor::Start)
            } else {
                (place - away, Anchor::End)
            };
            svg.text_lines(&lines, x, pixel + CAPITALS * size / 2.0 - below / 2.0, anchor, colour);
        } else if degrees == 0.0 {
            let y = if opposite {
                place - away - below
            } else {
                place + away + 0.95 * size
            };
            svg.text_lines(&lines, pixel, y, Anchor::Middle, colour);
        } else {
            let at = (pixel, place + away + 0.4 * size);
            let anchor = if degrees > 0.0 { Anchor::Start } else { Anchor::End };
            svg.turned(degrees, at, |svg| {
                svg.text_lines(&lines, at.0, at.1 + CAPITALS * size / 2.0, anchor, colour);
            });
        }
    }
}

/// Pixels from the line of an axis to the far side of its title.
pub fn depth(scene: &Scene, axis: &Axis) -> f64 {
    let labels = label_depth(scene, axis);
    match axis
        .spec
        .title
        .text
        .as_deref()
        .filter(|text| !text.is_empty() && is_shown(axis))
    {
        Some(text) => title_baseline(scene, axis) + extra_lines(axis, text) + 0.3 * title_size(axis),
        None => labels,
    }
}

fn title_size(axis: &Axis) -> f64 {
    size(&axis.spec.title.font, 14.0)
}

fn extra_lines(axis: &Axis, title: &str) -> f64 {
    let (lines, _) = text::parse(title, title_size(axis));
    lines.len().saturating_sub(1) as f64 * LINE * title_size(axis)
}

/// Pixels from the line of an axis to the baseline of its title; the far baseline for a vertical axis.
fn title_baseline(scene: &Scene, axis: &Axis) -> f64 {
    let size = title_size(axis);
    let labels = label_depth(scene, axis);
    if let Some(standoff) = axis.spec.title.standoff {
        return labels + standoff + size;
    }
    match axis.is_vertical() {
        true => (labels + 0.9 * size).max(10.0 + 2.0 * size),
        false => (labels + 1.4 * size).max(10.0 + 2.2 * size),
    }
}

fn title(svg: &mut Svg, scene: &Scene, axis: &Axis, place: f64, default_ink: Colour, unknown: &mut Unknown) {
    let Some(title) = axis.spec.title.text.as_deref().filter(|text| !text.is_empty()) else {
        return;
    };
    let font = &axis.spec.title.font;
    let (lines, elements) = text::parse(title, title_size(axis));
    elements
        .iter()
        .for_each(|element| unknown.add(&axis.id, format_args!("<{element}>")));
    let (low, high) = axis.pixels();
    let middle = (low + high) / 2.0;
    let away = title_baseline(scene, axis);
    let colour = ink(font, default_ink);
    match (axis.is_vertical(), axis.spec.side.as_deref()) {
        (true, Some("right")) => {
            let at = (place + away, middle);
            svg.turned(90.0, at, |svg| {
                svg.text_lines(&lines, at.0, at.1, Anchor::Middle, colour)
            });
        }
        (true, _) => {
            let at = (place - away - extra_lines(axis, title) + 0.2 * title_size(axis), middle);
            svg.turned(-90.0, at, |svg| {
                svg.text_lines(&lines, at.0, at.1, Anchor::Middle, colour)
            });
        }
        (false, Some("top")) => svg.text_lines(&lines, middle, place - away, Anchor::Middle, colour),
        (false, _) => svg.text_lines(&lines, middle, place + away, Anchor::Middle, colour),
    }
}
