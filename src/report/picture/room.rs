//! The room around the plot area.

use crate::report::picture::scene::Scene;
use crate::report::picture::title::Title;
use crate::report::picture::unknown::Unknown;
use crate::report::picture::{EDGE, axis_text, colour_bar, frame, legend};

/// Widens the margins to what stands in them.
pub fn make_room(scene: &mut Scene, title: &Title, unknown: &mut Unknown) {
    let left = |scene: &Scene| {
        let first = scene.axes.values().filter(|axis| axis.is_vertical());
        let needed = first.map(|axis| axis_text::depth(scene, axis) + EDGE - frame::outer_start(scene, axis));
        needed.fold(0.0, f64::max)
    };
    let right = colour_bar::needs(scene, unknown).max(legend::needs(scene, unknown)) + EDGE;
    let margin = scene.width - scene.area.right();
    scene.widen(left(scene), (right - margin).max(0.0), title.surplus(), 0.0, unknown);
    let bottom = axes_bottom(scene) + EDGE - scene.height;
    scene.widen(0.0, 0.0, 0.0, bottom.max(0.0), unknown);
}

/// The lowest pixel that an axis with its labels and title takes up.
pub fn axes_bottom(scene: &Scene) -> f64 {
    let across = scene.axes.values().filter(|axis| !axis.is_vertical());
    let lowest = across.map(|axis| frame::line_place(scene, axis) + axis_text::depth(scene, axis));
    lowest.fold(scene.area.bottom(), f64::max)
}
