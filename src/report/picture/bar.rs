//! Bars: where they stand beside one another, and how they are drawn.

use crate::report::picture::axis::{Axis, number};
use crate::report::picture::colour::Colour;
use crate::report::picture::error_bars;
use crate::report::picture::marker::{Colours, colours};
use crate::report::picture::model::{Layout, Trace};
use crate::report::picture::svg::Svg;
use crate::report::picture::unknown::Unknown;

/// plotly.js's gap between groups, as a share of the room between two places.
const GAP: f64 = 0.2;

/// One bar, in units of its axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Which value of its trace it shows.
    pub index: usize,
    pub horizontal: bool,
    /// The middle of its place, and the room that its whole group takes up.
    pub at: f64,
    pub slot: f64,
    /// From the middle of its place to its start, and its width.
    pub offset: f64,
    pub width: f64,
    /// Where it begins and ends.
    pub base: f64,
    pub end: f64,
    /// How far its error bar reaches below and above its end.
    pub error: (f64, f64),
}

impl Bar {
    pub fn lower(&self) -> f64 {
        self.end - self.error.0
    }

    pub fn upper(&self) -> f64 {
        self.end + self.error.1
    }
}

/// The bars of each of `traces`, which share a pair of axes.
pub fn place(traces: &[&Trace], (x, y): (&Axis, &Axis), layout: &Layout, unknown: &mut Unknown) -> Vec<Vec<Bar>> {
    let mode = layout.barmode.as_deref().unwrap_or("group");
    if !matches!(mode, "group" | "overlay" | "stack") {
        unknown.add("layout", format_args!("barmode {mode}"));
    }
    let horizontal = |trace: &Trace| trace.orientation.as_deref() == Some("h");
    let places: Vec<Vec<f64>> = traces
        .iter()
        .map(|trace| {
            let (axis, values) = if horizontal(trace) {
                (y, &trace.y)
            } else {
                (x, &trace.x)
            };
            let at = |index: usize| match values.get(index) {
                Some(value) => axis.value(value).unwrap_or(f64::NAN),
                None => index as f64,
            };
            (0..trace.x.len().max(trace.y.len())).map(at).collect()
        })
        .collect();
    let slot = least_distance(places.iter().flatten().copied());
    let groups = groups(traces);
    let count = match mode {
        "group" => groups.iter().max().map_or(1, |last| last + 1),
        _ => 1,
    };
    let each = slot * (1.0 - layout.bargap.unwrap_or(GAP)) / count as f64;
    let width = each * (1.0 - layout.bargroupgap.unwrap_or(0.0));
    let mut stacked: Vec<(f64, f64)> = Vec::new();
    let mut all = Vec::with_capacity(traces.len());
    for ((trace, places), group) in traces.iter().zip(&places).zip(&groups) {
        let group = if count == 1 { 0 } else { *group };
        let horizontal = horizontal(trace);
        let values = if horizontal { &trace.x } else { &trace.y };
        let errors = if horizontal { &trace.error_x } else { &trace.error_y };
        let width = trace.width.unwrap_or(width);
        let offset = (group as f64 + 0.5 - count as f64 / 2.0) * each - width / 2.0;
        let mut bars = Vec::new();
        for (index, (&at, value)) in places.iter().zip(values).enumerate() {
            let Some(value) = number(value).filter(|_| at.is_finite()) else {
                continue;
            };
            let base = if mode == "stack" {
                stack(&mut stacked, at, value)
            } else {
                0.0
            };
            bars.push(Bar {
                index,
                horizontal,
                at,
                slot,
                offset,
                width,
                base,
                end: base + value,
                error: errors.as_ref().map_or((0.0, 0.0), |errors| errors.reach(index)),
            });
        }
        all.push(bars);
    }
    all
}

/// The height of what stands at `at` already, and puts `value` on it.
fn stack(stacked: &mut Vec<(f64, f64)>, at: f64, value: f64) -> f64 {
    match stacked
        .iter_mut()
        .find(|(place, height)| *place == at && (*height < 0.0) == (value < 0.0))
    {
        Some((_, height)) => {
            let base = *height;
            *height += value;
            base
        }
        None => {
            stacked.push((at, value));
            0.0
        }
    }
}

fn least_distance(places: impl Iterator<Item = f64>) -> f64 {
    let mut places: Vec<f64> = places.filter(|at| at.is_finite()).collect();
    places.sort_by(f64::total_cmp);
    let distances = places.windows(2).map(|pair| pair[1] - pair[0]);
    let least = distances
        .filter(|distance| *distance > 0.0)
        .fold(f64::INFINITY, f64::min);
    if least.is_finite() { least } else { 1.0 }
}

/// The place of each trace in its group: traces of one offset group share one.
fn groups(traces: &[&Trace]) -> Vec<usize> {
    let mut names: Vec<&str> = Vec::new();
    let mut count = 0;
    let mut groups = Vec::with_capacity(traces.len());
    for trace in traces {
        let known = trace.offsetgroup.as_deref();
        let group = known.and_then(|name| names.iter().position(|other| *other == name));
        groups.push(group.unwrap_or(count));
        if group.is_none() {
            names.push(known.unwrap_or("\0"));
            count += 1;
        }
    }
    groups
}

/// Draws the bars of one trace.
pub fn draw(
    svg: &mut Svg,
    (trace, place): (&Trace, &str),
    bars: &[Bar],
    (x, y): (&Axis, &Axis),
    colour: Colour,
    unknown: &mut Unknown,
) {
    let colours: Colours = colours(&trace.marker, colour, place, unknown);
    let opacity = trace.opacity.unwrap_or(1.0) * trace.marker.opacity.unwrap_or(1.0);
    for bar in bars {
        let (across, along) = if bar.horizontal { (y, x) } else { (x, y) };
        let start = across.pixel(bar.at + bar.offset);
        let stop = across.pixel(bar.at + bar.offset + bar.width);
        let (base, end) = (value_pixel(along, bar.base), value_pixel(along, bar.end));
        let fill = colours.of(bar.index).faded(opacity);
        let (left, right) = (start.min(stop), start.max(stop));
        let (low, high) = (base.min(end), base.max(end));
        match bar.horizontal {
            true => svg.rectangle(low, left, high - low, right - left, fill),
            false => svg.rectangle(left, low, right - left, high - low, fill),
        }
        let errors = if bar.horizontal { &trace.error_x } else { &trace.error_y };
        if let Some(errors) = errors {
            let ends = (value_pixel(along, bar.lower()), value_pixel(along, bar.upper()));
            error_bars::draw(svg, errors, ends, (start + stop) / 2.0, !bar.horizontal, colour);
        }
    }
}

/// On a log axis a bar begins at the axis.
fn value_pixel(axis: &Axis, value: f64) -> f64 {
    axis.place(&value.into()).unwrap_or(axis.span.0)
}

#[cfg(test)]
mod tests {
    use super::place;
    use crate::report::picture::axis::Axis;
    use crate::report::picture::model::{AxisSpec, Layout, Trace};
    use crate::report::picture::unknown::Unknown;
    use serde_json::json;

    fn trace(group: &str) -> Trace {
        let json = json!({"type": "bar", "x": ["a", "b"], "y": [1.0, null], "offsetgroup": group});
        serde_json::from_value(json).unwrap_or_default()
    }

    #[test]
    fn groups_stand_side_by_side_and_members_in_one_place() {
        let traces = [trace("0"), trace("0"), trace("1")];
        let mut x = Axis::new("x", AxisSpec::default());
        x.learn(&traces[0].x);
        let y = Axis::new("y", AxisSpec::default());
        let layout = Layout {
            barmode: Some("group".to_owned()),
            ..Layout::default()
        };
        let bars = place(&traces.each_ref(), (&x, &y), &layout, &mut Unknown::default());
        let offsets: Vec<f64> = bars.iter().flatten().map(|bar| bar.offset).collect();
        assert_eq!(offsets.len(), 3);
        assert_eq!(offsets[0], offsets[1]);
        assert!((offsets[0] + 0.4).abs() < 1e-12 && offsets[2].abs() < 1e-12);
    }
}
