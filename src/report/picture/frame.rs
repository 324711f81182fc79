//! What surrounds the data of a panel: ground, grid, axis lines, ticks.

use crate::report::picture::axis::{Axis, Kind};
use crate::report::picture::axis_text;
use crate::report::picture::colour::{Colour, INK};
use crate::report::picture::scene::Scene;
use crate::report::picture::stroke::Stroke;
use crate::report::picture::svg::Svg;
use crate::report::picture::unknown::Unknown;

/// Whether anything of an axis is drawn.
pub fn is_shown(axis: &Axis) -> bool {
    axis.spec.visible != Some(false)
}

fn paint(colour: &Option<String>, default: &str) -> Colour {
    let given = colour.as_deref().and_then(Colour::parse);
    given.or_else(|| Colour::parse(default)).unwrap_or(INK)
}

/// The pixel of the axis line, across the axis: at the lower or left side of the axis that it is anchored to.
pub fn line_place(scene: &Scene, axis: &Axis) -> f64 {
    let side = axis.spec.side.as_deref().unwrap_or("");
    let (low, high) = across(scene, axis);
    match (axis.is_vertical(), side) {
        (true, "right") | (false, "bottom" | "") => high,
        _ => low,
    }
}

/// The pixels from which to which a panel reaches across an axis.
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
    line(svg, scene, axis, place);
    ticks(svg, scene, axis, place);
    axis_text::labels(svg, scene, axis, place, default_ink, unknown);
    axis_text::title(svg, scene, axis, place, default_ink, unknown);
}

fn line(svg: &mut Svg, scene: &Scene, axis: &Axis, place: f64) {
    if axis.spec.showline != Some(true) {
        return;
    }
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

/// How far ticks reach from the axis, in pixels.
pub fn tick_length(axis: &Axis) -> f64 {
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
