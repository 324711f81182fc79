//! Figures as SVG, drawn from their Plotly description without a browser, to look as plotly.js draws them.

mod axis;
mod bar;
mod colour;
mod colour_bar;
mod error_bars;
mod extent;
mod format;
mod frame;
mod heatmap;
mod legend;
mod metrics;
mod model;
mod overlay;
pub mod plan;
mod scatter;
mod scene;
mod svg;
mod text;
mod ticks;

use crate::report::figures::Figure;
use crate::report::picture::axis::Axis;
use crate::report::picture::colour::{Colour, INK};
use crate::report::picture::model::{Trace, Unknown};
use crate::report::picture::scene::{Drawn, Scene};
use crate::report::picture::svg::{Anchor, Svg};
use crate::report::picture::text::{LINE, Line};
use serde_json::Value;

/// The width of a picture in pixels that fits a notebook's page.
pub const WIDTH: f64 = 900.0;

/// Between the picture's edge and what stands next to it, in pixels.
const EDGE: f64 = 8.0;

/// A drawn figure.
#[derive(Clone, Debug)]
pub struct Picture {
    /// A document on a white ground, with text as text.
    pub svg: String,
    /// In pixels.
    pub width: f64,
    /// In pixels.
    pub height: f64,
    /// What the description holds that isn't drawn, each with its place; empty for the figures of [`figures`].
    ///
    /// [`figures`]: crate::report::figures
    pub unknown: Vec<String>,
}

/// Draws `figure`, `width` pixels wide; as high as its description says, or higher where its title or legend ask for it.
pub fn draw(figure: &Figure, width: f64) -> Picture {
    draw_json(&figure.to_json(), &figure.title, width)
}

/// As [`draw`], for `{"data", "layout"}` of Plotly. `label` is what readers get who see no pictures.
pub fn draw_json(json: &Value, label: &str, width: f64) -> Picture {
    let mut unknown = Unknown::default();
    let width = if width.is_finite() {
        width.clamp(300.0, 4000.0)
    } else {
        WIDTH
    };
    let mut scene = Scene::read(json, width, &mut unknown);
    let title = title(&scene, &mut unknown);
    make_room(&mut scene, &title, &mut unknown);
    let mut svg = Svg::default();
    overlay::shapes(&mut svg, &scene, true, &mut unknown);
    draw_panels(&mut svg, &scene, &mut unknown);
    overlay::shapes(&mut svg, &scene, false, &mut unknown);
    overlay::annotations(&mut svg, &scene, ink(), &mut unknown);
    colour_bar::draw(&mut svg, &scene, ink(), &mut unknown);
    title.draw(&mut svg, &scene);
    let height = draw_legend(&mut svg, &scene, &mut unknown).max(scene.height);
    unknown.0.sort();
    unknown.0.dedup();
    Picture {
        svg: svg.finish(scene.width, height, label),
        width: scene.width,
        height,
        unknown: unknown.0,
    }
}

/// The width in pixels that plain `text` takes up in a picture, at a font size in pixels.
pub fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    text::width(text, size, bold)
}

/// Figures leave their text grey, for light and dark ground; on white it is nearly black.
fn ink() -> Colour {
    INK
}

/// The title's lines, wrapped to the picture.
struct Title {
    lines: Vec<Line>,
    /// How many lines there would be on a wide picture.
    described: usize,
    size: f64,
}

fn title(scene: &Scene, unknown: &mut Unknown) -> Title {
    let described = &scene.layout.title;
    let size = frame::size(&described.font, 17.0);
    let (parsed, elements) = text::parse(described.text.as_deref().unwrap_or(""), size);
    for element in elements {
        unknown.add("layout.title", format_args!("<{element}>"));
    }
    let room = scene.width - scene.area.left.min(scene.width / 4.0) - EDGE;
    let lines: Vec<Line> = parsed.iter().flat_map(|line| text::wrap(line, room)).collect();
    Title {
        described: parsed.len(),
        lines,
        size,
    }
}

impl Title {
    /// How many pixels its lines take up that the description doesn't expect.
    fn surplus(&self) -> f64 {
        (self.lines.len() - self.described.min(self.lines.len())) as f64 * self.size * LINE
    }

    fn draw(&self, svg: &mut Svg, scene: &Scene) {
        let described = &scene.layout.title;
        let by_default = if described.xref.as_deref() == Some("paper") {
            0.0
        } else {
            0.05
        };
        let share = described.x.unwrap_or(by_default);
        let x = match described.xref.as_deref() {
            Some("paper") => scene.area.left + share * scene.area.width,
            _ => share * scene.width,
        };
        let anchor = match described.xanchor.as_deref() {
            Some("left") => Anchor::Start,
            Some("center") => Anchor::Middle,
            Some("right") => Anchor::End,
            _ if share < 1.0 / 3.0 => Anchor::Start,
            _ if share > 2.0 / 3.0 => Anchor::End,
            _ => Anchor::Middle,
        };
        // plotly.js measures from the bottom of the figure, which grows with the surplus.
        let height = scene.layout.height.unwrap_or(scene.height);
        let y = described.y.map_or(scene.area.top / 2.0, |share| (1.0 - share) * height);
        let capitals = text::CAPITALS * self.size;
        let baseline = match described.yanchor.as_deref() {
            Some("top") | None => y + capitals,
            Some("middle") => y + capitals / 2.0,
            _ => y,
        };
        let colour = frame::ink(&described.font, ink());
        svg.text_lines(&self.lines, x, baseline, anchor, colour);
    }
}

/// Widens the margins to what stands in them.
fn make_room(scene: &mut Scene, title: &Title, unknown: &mut Unknown) {
    let left = |scene: &Scene| {
        let first = scene.axes.values().filter(|axis| axis.is_vertical());
        let needed = first.map(|axis| frame::depth(scene, axis) + EDGE - frame::outer_start(scene, axis));
        needed.fold(0.0, f64::max)
    };
    let right = right_needs(scene, unknown) + EDGE;
    let margin = scene.width - scene.area.right();
    scene.widen(left(scene), (right - margin).max(0.0), title.surplus(), 0.0, unknown);
    let bottom = axes_bottom(scene) + EDGE - scene.height;
    scene.widen(0.0, 0.0, 0.0, bottom.max(0.0), unknown);
}

/// The lowest pixel that an axis with its labels and title takes up.
fn axes_bottom(scene: &Scene) -> f64 {
    let across = scene.axes.values().filter(|axis| !axis.is_vertical());
    let lowest = across.map(|axis| frame::line_place(scene, axis) + frame::depth(scene, axis));
    lowest.fold(scene.area.bottom(), f64::max)
}

/// Pixels right of the plot area: for colour bars, and a legend that stands there.
fn right_needs(scene: &Scene, unknown: &mut Unknown) -> f64 {
    let bars = colour_bar::needs(scene, unknown);
    if is_legend_below(scene) || !has_legend(scene) {
        return bars;
    }
    let legend = legend::lay_out(&entries(scene), legend_size(scene), scene.width / 3.0, true, unknown);
    bars.max(legend.width + 2.0 * EDGE)
}

fn is_legend_below(scene: &Scene) -> bool {
    scene.layout.legend.orientation.as_deref() == Some("h")
}

fn legend_size(scene: &Scene) -> f64 {
    frame::size(&scene.layout.legend.font, frame::size(&scene.layout.font, 12.0))
}

fn entries(scene: &Scene) -> Vec<(&Trace, Colour)> {
    let named = scene
        .traces
        .iter()
        .filter(|drawn| !drawn.is("heatmap") && drawn.trace.showlegend != Some(false));
    named.map(|drawn: &Drawn| (&drawn.trace, drawn.colour)).collect()
}

fn has_legend(scene: &Scene) -> bool {
    let count = entries(scene).len();
    count > 0 && scene.layout.showlegend.unwrap_or(count > 1)
}

/// Draws the legend; gives the lowest pixel that the picture needs.
fn draw_legend(svg: &mut Svg, scene: &Scene, unknown: &mut Unknown) -> f64 {
    if !has_legend(scene) {
        return 0.0;
    }
    let (area, described) = (scene.area, &scene.layout.legend);
    let below = is_legend_below(scene);
    let room = if below {
        scene.width - area.left - EDGE
    } else {
        scene.width / 3.0
    };
    let legend = legend::lay_out(&entries(scene), legend_size(scene), room, !below, unknown);
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
        top.max(axes_bottom(scene) + 4.0)
    } else {
        top
    };
    legend.draw(
        svg,
        (left.min(scene.width - legend.width - EDGE).max(EDGE), top),
        ink(),
        unknown,
    );
    top + legend.height + EDGE
}

fn draw_panels(svg: &mut Svg, scene: &Scene, unknown: &mut Unknown) {
    for axis in scene.axes.values() {
        frame::ground(svg, scene, axis);
    }
    for axis in scene.axes.values() {
        frame::grid(svg, scene, axis);
    }
    for (x, y) in scene.panels() {
        let ((left, right), (top, bottom)) = (x.pixels(), y.pixels());
        svg.clipped(left, top, right - left, bottom - top, |svg| {
            draw_traces(svg, scene, (x, y), unknown)
        });
    }
    for axis in scene.axes.values() {
        frame::axis(svg, scene, axis, ink(), unknown);
    }
}

/// Heat maps beneath, then bars, then lines and points, as plotly.js layers them.
fn draw_traces(svg: &mut Svg, scene: &Scene, (x, y): (&Axis, &Axis), unknown: &mut Unknown) {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{WIDTH, draw, draw_json};
    use crate::engine::outcome::ViewOutcome;
    use crate::lang::arguments::{Argument, Arguments};
    use crate::report::fixtures;
    use crate::report::render::{Rendered, render_view};
    use crate::stages;
    use grn_grammar::span::Span;
    use serde_json::json;

    /// A description with something that is not drawn would be a picture that lacks it.
    #[test]
    fn every_figure_of_the_catalog_is_drawn_whole() {
        let mut drawn = 0;
        for spec in stages::catalog().specs().filter(|spec| spec.verb == "plot") {
            for flag in [false, true] {
                for cells in [fixtures::sweep(), fixtures::pool_sweep(), vec![fixtures::cell()]] {
                    let mut arguments = Arguments::default();
                    for name in ["popularity", "log"] {
                        arguments.insert(name, Argument::Boolean(flag));
                    }
                    let view = ViewOutcome {
                        spec,
                        arguments,
                        cells,
                        span: Span::new(0, 1),
                        places: Default::default(),
                    };
                    let Ok(Rendered::Figure(figure)) = render_view(&view) else {
                        continue;
                    };
                    let picture = draw(&figure, WIDTH);
                    assert!(picture.unknown.is_empty(), "{}: {:?}", figure.name, picture.unknown);
                    assert!(picture.svg.contains("<path"), "{}", figure.name);
                    drawn += 1;
                }
            }
        }
        assert!(drawn >= 18, "{drawn}");
    }

    #[test]
    fn what_is_not_drawn_is_named() {
        let figure = json!({
            "data": [
                {"type": "violin", "y": [1, 2]},
                {"type": "scatter", "x": [1], "y": [2], "line": {"shape": "spline", "backoff": 3}},
                {"type": "scatter", "x": [1, 2], "y": 7},
            ],
            "layout": {"polar": {}, "xaxis": {"rangeslider": {}}, "annotations": [{"text": "<a>x</a>", "x": 1, "y": 1}]},
        });
        let unknown = draw_json(&figure, "t", WIDTH).unknown.join("\n");
        for part in [
            "type violin",
            "line.shape spline",
            "`backoff`",
            "trace 2",
            "`polar`",
            "`rangeslider`",
            "<a>",
        ] {
            assert!(unknown.contains(part), "{part} in\n{unknown}");
        }
    }

    fn legend_of(count: usize) -> super::Picture {
        let trace = |index: usize| json!({"x": [1, 2], "y": [1, 2], "name": format!("method number {index} · m=0.5")});
        let traces: Vec<_> = (0..count).map(trace).collect();
        let layout = json!({"legend": {"orientation": "h", "y": -0.2}, "height": 400});
        draw_json(&json!({"data": traces, "layout": layout}), "t", WIDTH)
    }

    #[test]
    fn many_names_make_the_picture_higher() {
        let (few, many) = (legend_of(2), legend_of(40));
        assert!(many.height > few.height + 100.0);
        assert!((0..40).all(|index| many.svg.contains(&format!("number {index} "))));
    }

    #[test]
    fn the_same_figure_is_the_same_text() {
        let figure = crate::report::figures::coverage::figure(&fixtures::sweep(), true);
        assert_eq!(draw(&figure, WIDTH).svg, draw(&figure, WIDTH).svg);
    }

    #[test]
    fn hostile_names_are_text() {
        let figure = json!({"data": [{"x": ["</svg><script>"], "y": [1], "name": "\"><script>", "type": "bar"}],
            "layout": {"showlegend": true, "title": {"text": "a & b &lt;i&gt; ]]>"}}});
        let svg = draw_json(&figure, "\"<x>", WIDTH).svg;
        assert!(!svg.contains("<script") && svg.contains("a &amp; b &lt;i&gt; ]]&gt;"));
    }

    #[test]
    fn nothing_to_draw_is_a_picture() {
        for nothing in [
            json!(null),
            json!({}),
            json!({"data": []}),
            json!({"data": [{"x": [], "y": []}]}),
        ] {
            assert!(draw_json(&nothing, "t", f64::NAN).svg.starts_with("<svg"));
        }
    }
}
