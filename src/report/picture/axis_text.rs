//! The text of an axis: the labels of its ticks, and its title.

use crate::report::picture::axis::Axis;
use crate::report::picture::colour::Colour;
use crate::report::picture::frame::{is_shown, tick_length};
use crate::report::picture::markup::parse;
use crate::report::picture::model::Font;
use crate::report::picture::scene::{Scene, label_width};
use crate::report::picture::svg::{Anchor, Svg};
use crate::report::picture::text::{CAPITALS, LINE, Line};
use crate::report::picture::unknown::Unknown;

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

fn has_labels(axis: &Axis) -> bool {
    is_shown(axis) && axis.spec.showticklabels != Some(false)
}

/// The angle of the labels of a horizontal axis, in degrees.
fn angle(scene: &Scene, axis: &Axis) -> f64 {
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
fn label_depth(scene: &Scene, axis: &Axis) -> f64 {
    if !has_labels(axis) {
        return 0.0;
    }
    let size = size(&axis.spec.tickfont, 12.0);
    let ticks = scene.ticks.get(&axis.id).into_iter().flatten();
    let turned = angle(scene, axis).abs().to_radians();
    let depth = |label: &str| {
        let (lines, _) = parse(label, size);
        let width = lines.iter().map(Line::width).fold(0.0, f64::max);
        let height = size * (1.0 + LINE * lines.len().saturating_sub(1) as f64);
        match axis.is_vertical() {
            true => width,
            false => width * turned.sin() + height * turned.cos(),
        }
    };
    let deepest = ticks.map(|tick| depth(&tick.label)).fold(0.0, f64::max);
    deepest + STANDOFF + tick_length(axis)
}

/// Draws the labels of the ticks beside the axis line, which is at `place` across the axis.
pub fn labels(svg: &mut Svg, scene: &Scene, axis: &Axis, place: f64, default_ink: Colour, unknown: &mut Unknown) {
    if !has_labels(axis) {
        return;
    }
    let font = &axis.spec.tickfont;
    let (size, colour) = (size(font, 12.0), ink(font, default_ink));
    let away = STANDOFF + tick_length(axis);
    let degrees = angle(scene, axis);
    let opposite = matches!(axis.spec.side.as_deref(), Some("right" | "top"));
    for tick in scene.ticks.get(&axis.id).into_iter().flatten() {
        let (lines, elements) = parse(&tick.label, size);
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
    let (lines, _) = parse(title, title_size(axis));
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

/// Draws the title beside the labels.
pub fn title(svg: &mut Svg, scene: &Scene, axis: &Axis, place: f64, default_ink: Colour, unknown: &mut Unknown) {
    let Some(title) = axis.spec.title.text.as_deref().filter(|text| !text.is_empty()) else {
        return;
    };
    let font = &axis.spec.title.font;
    let (lines, elements) = parse(title, title_size(axis));
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
