//! The legend: a swatch and a name for each trace that asks for it, in lines that wrap.

mod placing;

pub use placing::{draw, needs};

use crate::report::picture::colour::{Colour, INK};
use crate::report::picture::marker::{self, Colours};
use crate::report::picture::markup::parse;
use crate::report::picture::model::Trace;
use crate::report::picture::scatter;
use crate::report::picture::stroke::Stroke;
use crate::report::picture::svg::{Anchor, Svg};
use crate::report::picture::text::{self, CAPITALS, LINE, Line};
use crate::report::picture::unknown::Unknown;
use crate::report::picture::wrap::wrap;

/// From the start of an item to its text, with the swatch between (plotly.js).
const SWATCH: f64 = 40.0;
/// Between two items.
const GAP: f64 = 15.0;
/// Between two lines of items.
const LEADING: f64 = 3.0;

/// One entry.
struct Item<'a> {
    trace: &'a Trace,
    colour: Colour,
    lines: Vec<Line>,
    width: f64,
    at: (f64, f64),
    size: f64,
}

/// A legend that is laid out, from its top left corner.
pub struct Legend<'a> {
    items: Vec<Item<'a>>,
    pub width: f64,
    pub height: f64,
}

/// Lays out the traces that ask for an entry within `room` pixels; beneath one another if `vertical`.
fn lay_out_entries<'a>(
    traces: &[(&'a Trace, Colour)],
    size: f64,
    room: f64,
    vertical: bool,
    unknown: &mut Unknown,
) -> Legend<'a> {
    let mut items: Vec<Item<'a>> = Vec::new();
    for (index, &(trace, colour)) in traces.iter().enumerate() {
        let fallback = format!("trace {index}");
        let name = trace.name.as_deref().unwrap_or(&fallback);
        let (parsed, elements) = parse(name, size);
        elements
            .iter()
            .for_each(|element| unknown.add("legend", format_args!("<{element}>")));
        let lines: Vec<Line> = parsed.iter().flat_map(|line| wrap(line, room - SWATCH)).collect();
        let widest = lines.iter().map(Line::width).fold(0.0, f64::max);
        items.push(Item {
            trace,
            colour,
            lines,
            width: SWATCH + widest,
            at: (0.0, 0.0),
            size,
        });
    }
    let height = flow(&mut items, room, vertical);
    let width = items.iter().map(|item| item.at.0 + item.width).fold(0.0, f64::max);
    Legend { items, width, height }
}

/// Gives each item its place; gives the height of all.
fn flow(items: &mut [Item<'_>], room: f64, vertical: bool) -> f64 {
    let one_line = items.iter().map(|item| item.width + GAP).sum::<f64>() - GAP <= room;
    // Where lines wrap, columns keep them legible.
    let widest = items.iter().map(|item| item.width + GAP).fold(1.0, f64::max);
    let columns = (((room + GAP) / widest).floor() as usize).max(1);
    let (mut x, mut y, mut line_height) = (0.0, 0.0, 0.0_f64);
    for (index, item) in items.iter_mut().enumerate() {
        let starts_line = if one_line {
            vertical
        } else {
            vertical || index.is_multiple_of(columns)
        };
        if index > 0 && starts_line {
            x = 0.0;
            y += line_height;
            line_height = 0.0;
        }
        item.at = (x, y);
        x += if one_line { item.width + GAP } else { widest };
        line_height = line_height.max(item.height());
    }
    y + line_height
}

impl Item<'_> {
    fn height(&self) -> f64 {
        (self.lines.len() as f64 * self.size * LINE).max(16.0) + LEADING
    }
}

impl Legend<'_> {
    /// Draws it with its top left corner at a point.
    fn draw(&self, svg: &mut Svg, (left, top): (f64, f64), ink: Colour, unknown: &mut Unknown) {
        for item in &self.items {
            let (x, y) = (left + item.at.0, top + item.at.1);
            let middle = y + (item.size * LINE + LEADING) / 2.0;
            swatch(svg, item, x, middle, unknown);
            let baseline = middle + CAPITALS * item.size / 2.0;
            svg.text_lines(&item.lines, x + SWATCH, baseline, Anchor::Start, ink);
        }
    }
}

fn swatch(svg: &mut Svg, item: &Item<'_>, x: f64, middle: f64, unknown: &mut Unknown) {
    let trace = item.trace;
    let opacity = trace.opacity.unwrap_or(1.0);
    if trace.kind.as_deref() == Some("bar") {
        let colour = first_colour(trace, item.colour, unknown).faded(opacity);
        svg.rectangle(x + 14.0, middle - 6.0, 12.0, 12.0, colour);
        return;
    }
    let mode = scatter::mode(trace);
    let stroke = scatter::stroke(trace, item.colour);
    let filled = trace.fill.as_deref().is_some_and(|fill| fill != "none");
    if filled {
        let own = trace.fillcolor.as_deref().and_then(Colour::parse);
        let fill = own.unwrap_or(stroke.colour.faded(0.5));
        svg.rectangle(x + 5.0, middle, 30.0, 6.0, fill);
    }
    if mode.lines {
        let stroke = Stroke {
            colour: stroke.colour.faded(opacity),
            ..stroke.clone()
        };
        svg.line((x + 5.0, middle), (x + 35.0, middle), &stroke);
    }
    if mode.markers {
        let colour = first_colour(trace, stroke.colour, unknown);
        let faded = opacity * trace.marker.opacity.unwrap_or(1.0);
        let size = marker::largest_marker(trace).clamp(2.0, 16.0);
        marker::draw_marker(svg, &trace.marker, (x + 20.0, middle), size, colour.faded(faded));
    }
    if mode.text && !mode.lines && !mode.markers {
        svg.text(&text::plain("Aa", 12.0), x + 20.0, middle + 4.0, Anchor::Middle, INK);
    }
}

fn first_colour(trace: &Trace, colour: Colour, unknown: &mut Unknown) -> Colour {
    match marker::colours(&trace.marker, colour, "legend", unknown) {
        Colours::One(colour) => colour,
        several => several.of(0),
    }
}
