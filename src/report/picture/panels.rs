//! Panels with the traces in them.

use crate::report::picture::axis::Axis;
use crate::report::picture::colour::Colour;
use crate::report::picture::scene::Scene;
use crate::report::picture::svg::Svg;
use crate::report::picture::unknown::Unknown;
use crate::report::picture::{bar, frame, heatmap, scatter};

/// Draws the ground and grid of all panels, then their traces, then their axes.
pub fn draw(svg: &mut Svg, scene: &Scene, ink: Colour, unknown: &mut Unknown) {
    for axis in scene.axes.values() {
        frame::ground(svg, scene, axis);
    }
    for axis in scene.axes.values() {
        frame::grid(svg, scene, axis);
    }
    for (x, y) in scene.panels() {
        let ((left, right), (top, bottom)) = (x.pixels(), y.pixels());
        svg.clipped(left, top, right - left, bottom - top, |svg| {
            traces(svg, scene, (x, y), unknown)
        });
    }
    for axis in scene.axes.values() {
        frame::axis(svg, scene, axis, ink, unknown);
    }
}

/// Heat maps beneath, then bars, then lines and points, as plotly.js layers them.
fn traces(svg: &mut Svg, scene: &Scene, (x, y): (&Axis, &Axis), unknown: &mut Unknown) {
    let mine = || scene.traces.iter().filter(|drawn| drawn.axes() == (&x.id, &y.id));
    for drawn in mine().filter(|drawn| drawn.is("heatmap")) {
        heatmap::draw(svg, (&drawn.trace, &drawn.place), (x, y), unknown);
    }
    for drawn in mine().filter(|drawn| drawn.is("bar")) {
        bar::draw(
            svg,
            (&drawn.trace, &drawn.place),
            &drawn.bars,
            (x, y),
            drawn.colour,
            unknown,
        );
    }
    let mut previous = None;
    for drawn in mine().filter(|drawn| drawn.is("scatter")) {
        let trace = (&drawn.trace, drawn.place.as_str());
        previous = Some(scatter::draw(
            svg,
            trace,
            (x, y),
            drawn.colour,
            previous.as_ref(),
            unknown,
        ));
    }
}
