//! Figures as SVG, drawn from their Plotly description without a browser, to look as plotly.js draws them.

mod axis;
mod axis_text;
mod bar;
mod colour;
mod colour_bar;
mod colour_scale;
mod error_bars;
mod extent;
mod format;
mod frame;
mod heatmap;
mod legend;
mod marker;
mod markup;
mod metrics;
mod model;
mod overlay;
mod panels;
pub mod plan;
mod room;
mod scatter;
mod scene;
mod stroke;
mod svg;
mod text;
mod ticks;
mod title;
mod unknown;
mod wrap;

use crate::report::figures::Figure;
use crate::report::picture::colour::INK;
use crate::report::picture::scene::Scene;
use crate::report::picture::svg::Svg;
use crate::report::picture::unknown::Unknown;
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
    let title = title::title(&scene, &mut unknown);
    room::make_room(&mut scene, &title, &mut unknown);
    // Figures leave their text grey, for light and dark ground; on white it is nearly black.
    let mut svg = Svg::default();
    overlay::shapes(&mut svg, &scene, true, &mut unknown);
    panels::draw(&mut svg, &scene, INK, &mut unknown);
    overlay::shapes(&mut svg, &scene, false, &mut unknown);
    overlay::annotations(&mut svg, &scene, INK, &mut unknown);
    colour_bar::draw(&mut svg, &scene, INK, &mut unknown);
    title.draw(&mut svg, &scene, INK);
    let height = legend::draw(&mut svg, &scene, INK, &mut unknown).max(scene.height);
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
                    let rendered = render_view(&view, None).unwrap_or_default();
                    let [Rendered::Figure(figure)] = &rendered[..] else {
                        continue;
                    };
                    let picture = draw(figure, WIDTH);
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
