//! Whether a figure has a legend, with which entries, and where.

use crate::report::picture::EDGE;
use crate::report::picture::axis_text::size;
use crate::report::picture::colour::Colour;
use crate::report::picture::legend::{Legend, lay_out_entries};
use crate::report::picture::model::Trace;
use crate::report::picture::room;
use crate::report::picture::scene::{Drawn, Scene};
use crate::report::picture::svg::Svg;
use crate::report::picture::unknown::Unknown;

/// Draws the legend where the layout asks for it; gives the lowest pixel that the picture needs.
pub fn draw(svg: &mut Svg, scene: &Scene, ink: Colour, unknown: &mut Unknown) -> f64 {
    if !is_shown(scene) {
        return 0.0;
    }
    let room = if is_below(scene) {
        scene.width - scene.area.left - EDGE
    } else {
        scene.width / 3.0
    };
    let legend = lay_out(scene, room, unknown);
    let (left, top) = corner(scene, &legend);
    legend.draw(svg, (left, top), ink, unknown);
    top + legend.height + EDGE
}

/// The top left corner of a legend, within the picture and beneath the axes.
fn corner(scene: &Scene, legend: &Legend<'_>) -> (f64, f64) {
    let (area, described) = (scene.area, &scene.layout.legend);
    let below = is_below(scene);
    let x = described.x.unwrap_or(if below { 0.0 } else { 1.02 });
    let left = area.left + x * area.width;
    let left = match described.xanchor.as_deref() {
        Some("center") => left - legend.width / 2.0,
        Some("right") => left - legend.width,
        _ => left,
    };
    let y = described.y.unwrap_or(if below { -0.1 } else { 1.0 });
    let top = area.bottom() - y * area.height;
    let top = match described.yanchor.as_deref() {
        Some("bottom") => top - legend.height,
        Some("middle") => top - legend.height / 2.0,
        _ => top,
    };
    let top = if below && y < 0.0 {
        top.max(room::axes_bottom(scene) + 4.0)
    } else {
        top
    };
    (left.min(scene.width - legend.width - EDGE).max(EDGE), top)
}

/// How many pixels a legend takes up right of the plot area.
pub fn needs(scene: &Scene, unknown: &mut Unknown) -> f64 {
    if is_below(scene) || !is_shown(scene) {
        return 0.0;
    }
    lay_out(scene, scene.width / 3.0, unknown).width + 2.0 * EDGE
}

fn lay_out<'a>(scene: &'a Scene, room: f64, unknown: &mut Unknown) -> Legend<'a> {
    lay_out_entries(&entries(scene), font_size(scene), room, !is_below(scene), unknown)
}

fn is_below(scene: &Scene) -> bool {
    scene.layout.legend.orientation.as_deref() == Some("h")
}

fn font_size(scene: &Scene) -> f64 {
    size(&scene.layout.legend.font, size(&scene.layout.font, 12.0))
}

fn entries(scene: &Scene) -> Vec<(&Trace, Colour)> {
    let named = scene
        .traces
        .iter()
        .filter(|drawn| !drawn.is("heatmap") && drawn.trace.showlegend != Some(false));
    named.map(|drawn: &Drawn| (&drawn.trace, drawn.colour)).collect()
}

fn is_shown(scene: &Scene) -> bool {
    let count = entries(scene).len();
    count > 0 && scene.layout.showlegend.unwrap_or(count > 1)
}
