//! The bar that says which colour stands for which number.

use crate::report::picture::axis::Axis;
use crate::report::picture::axis_text::{ink, size};
use crate::report::picture::colour::Colour;
use crate::report::picture::colour_scale::Scaled;
use crate::report::picture::heatmap;
use crate::report::picture::marker::{Colours, colours};
use crate::report::picture::markup;
use crate::report::picture::model::{AxisSpec, ColorBar};
use crate::report::picture::scene::{Drawn, Scene, label_width};
use crate::report::picture::svg::{Anchor, Svg};
use crate::report::picture::text::{CAPITALS, LINE, Line};
use crate::report::picture::ticks::{Tick, ticks};
use crate::report::picture::unknown::Unknown;

/// Sizes without a description, in pixels (plotly.js).
const THICKNESS: f64 = 30.0;
const PADDING: f64 = 10.0;
/// Steps of colour in a bar.
const STEPS: usize = 128;

/// A bar that is asked for.
struct Asked<'a> {
    bar: &'a ColorBar,
    scaled: Scaled,
}

fn asked<'a>(drawn: &'a Drawn, empty: &'a ColorBar, unknown: &mut Unknown) -> Option<Asked<'a>> {
    let trace = &drawn.trace;
    if drawn.is("heatmap") {
        let scaled = heatmap::scaled(trace, &drawn.place, unknown)?;
        return (trace.showscale != Some(false)).then(|| Asked {
            bar: trace.colorbar.as_ref().unwrap_or(empty),
            scaled,
        });
    }
    // plotly.js shows the bar of markers only where it is asked for.
    let wanted = trace.marker.showscale == Some(true) || trace.marker.colorbar.is_some();
    match colours(&trace.marker, drawn.colour, &drawn.place, unknown) {
        Colours::Scaled(scaled) if wanted && trace.marker.showscale != Some(false) => Some(Asked {
            bar: trace.marker.colorbar.as_ref().unwrap_or(empty),
            scaled,
        }),
        _ => None,
    }
}

/// How many pixels bars take up right of the plot area.
pub fn needs(scene: &Scene, unknown: &mut Unknown) -> f64 {
    let empty = ColorBar::default();
    let mut needed = 0.0_f64;
    for drawn in &scene.traces {
        if let Some(asked) = asked(drawn, &empty, unknown) {
            // A bar within the plot area takes no room beside it.
            let start = left(scene, asked.bar) - scene.area.right();
            if start + thickness(scene, asked.bar) > 0.0 {
                needed = needed.max(start + thickness(scene, asked.bar) + depth(scene, &asked, unknown));
            }
        }
    }
    needed
}

/// In pixels.
fn thickness(scene: &Scene, bar: &ColorBar) -> f64 {
    match (bar.thicknessmode.as_deref(), bar.thickness) {
        (Some("fraction"), Some(share)) => share * scene.area.width,
        (_, thickness) => thickness.unwrap_or(THICKNESS),
    }
}

/// The left edge of the colours, in pixels.
fn left(scene: &Scene, bar: &ColorBar) -> f64 {
    let at = scene.area.left + bar.x.unwrap_or(1.02) * scene.area.width;
    let padding = bar.xpad.unwrap_or(PADDING);
    match bar.xanchor.as_deref() {
        Some("right") => at - padding - thickness(scene, bar),
        Some("center") => at - thickness(scene, bar) / 2.0,
        _ => at + padding,
    }
}

/// The scale of a bar as an axis.
fn axis(scene: &Scene, asked: &Asked<'_>) -> Axis {
    let bar = asked.bar;
    let spec = AxisSpec {
        nticks: bar.nticks,
        tick0: bar.tick0,
        dtick: bar.dtick.clone(),
        tickvals: bar.tickvals.clone(),
        ticktext: bar.ticktext.clone(),
        tickmode: bar.tickmode.clone(),
        tickformat: bar.tickformat.clone(),
        ..AxisSpec::default()
    };
    let mut axis = Axis::new("y", spec);
    axis.range = (asked.scaled.low, asked.scaled.high);
    let padding = bar.ypad.unwrap_or(PADDING);
    let described = match (bar.lenmode.as_deref(), bar.len) {
        (Some("pixels"), Some(length)) => length,
        (_, length) => length.unwrap_or(1.0) * scene.area.height,
    };
    let at = scene.area.bottom() - bar.y.unwrap_or(0.5) * scene.area.height;
    let middle = match bar.yanchor.as_deref() {
        Some("top") => at + described / 2.0,
        Some("bottom") => at - described / 2.0,
        _ => at,
    };
    let height = (described - 2.0 * padding).max(1.0);
    let head = match is_title_aside(bar) {
        true => 0.0,
        false => title(bar).len() as f64 * title_size(bar) * LINE,
    };
    axis.span = (middle + height / 2.0, middle - height / 2.0 + head);
    axis
}

fn is_title_aside(bar: &ColorBar) -> bool {
    bar.title.side.as_deref() == Some("right")
}

fn title_size(bar: &ColorBar) -> f64 {
    size(&bar.title.font, 12.0)
}

fn title(bar: &ColorBar) -> Vec<Line> {
    match bar.title.text.as_deref() {
        Some(text) if !text.is_empty() => markup::parse(text, title_size(bar)).0,
        _ => Vec::new(),
    }
}

/// From the bar to the right end of its labels and title.
fn depth(scene: &Scene, asked: &Asked<'_>, unknown: &mut Unknown) -> f64 {
    let axis = axis(scene, asked);
    let font = size(&asked.bar.tickfont, 12.0);
    let labels = labels(&axis, unknown);
    let widest = labels
        .iter()
        .map(|tick| label_width(&tick.label, font))
        .fold(0.0, f64::max);
    let lines = title(asked.bar);
    match is_title_aside(asked.bar) {
        true => widest + 4.0 + lines.len() as f64 * title_size(asked.bar) * LINE + 4.0,
        false => {
            let head = lines.iter().map(Line::width).fold(0.0, f64::max) - thickness(scene, asked.bar);
            (widest + 4.0).max(head)
        }
    }
}

fn labels(axis: &Axis, unknown: &mut Unknown) -> Vec<Tick> {
    ticks(axis, axis.length(), unknown)
}

/// Draws the bars of all traces.
pub fn draw(svg: &mut Svg, scene: &Scene, default_ink: Colour, unknown: &mut Unknown) {
    let empty = ColorBar::default();
    for drawn in &scene.traces {
        if let Some(asked) = asked(drawn, &empty, unknown) {
            draw_bar(svg, scene, &asked, default_ink, unknown);
        }
    }
}

fn draw_bar(svg: &mut Svg, scene: &Scene, asked: &Asked<'_>, default_ink: Colour, unknown: &mut Unknown) {
    let (bar, scaled) = (asked.bar, &asked.scaled);
    let axis = axis(scene, asked);
    let (top, bottom) = axis.pixels();
    let left = left(scene, bar);
    let step = (bottom - top) / STEPS as f64;
    svg.crisp(|svg| {
        for index in 0..STEPS {
            let share = 1.0 - (index as f64 + 0.5) / STEPS as f64;
            let y = top + index as f64 * step;
            svg.rectangle(left, y, thickness(scene, bar), step + 0.5, scaled.scale.at(share));
        }
    });
    let right = left + thickness(scene, bar);
    let (font, colour) = (size(&bar.tickfont, 12.0), ink(&bar.tickfont, default_ink));
    let mut widest = 0.0_f64;
    for tick in labels(&axis, unknown) {
        let (lines, _) = markup::parse(&tick.label, font);
        widest = widest.max(label_width(&tick.label, font));
        let y = axis.pixel(tick.at) + CAPITALS * font / 2.0;
        svg.text_lines(&lines, right + 4.0, y, Anchor::Start, colour);
    }
    let lines = title(bar);
    let colour = ink(&bar.title.font, default_ink);
    if is_title_aside(bar) {
        let at = (right + 4.0 + widest + title_size(bar), (top + bottom) / 2.0);
        svg.turned(90.0, at, |svg| {
            svg.text_lines(&lines, at.0, at.1, Anchor::Middle, colour)
        });
    } else {
        let up = lines.len().saturating_sub(1) as f64 * LINE * title_size(bar);
        svg.text_lines(&lines, left, top - 0.5 * title_size(bar) - up, Anchor::Start, colour);
    }
}
