//! Heat maps.

use crate::report::picture::axis::Axis;
use crate::report::picture::colour_scale::{Scale, Scaled};
use crate::report::picture::model::Trace;
use crate::report::picture::svg::Svg;
use crate::report::picture::unknown::Unknown;

/// The edges of the cells along `axis`, on the axis: given, or half way between the middles that are given.
pub fn edges(axis: &Axis, trace: &Trace) -> Vec<f64> {
    let (values, count) = if axis.is_vertical() {
        (&trace.y, trace.z.len())
    } else {
        (&trace.x, trace.z.iter().map(Vec::len).max().unwrap_or(0))
    };
    let given: Vec<f64> = values.iter().filter_map(|value| axis.value(value)).collect();
    if given.len() == count + 1 {
        return given;
    }
    let middles: Vec<f64> = match given.len() >= count {
        true => given.into_iter().take(count).collect(),
        false => (0..count).map(|index| index as f64).collect(),
    };
    match middles[..] {
        [] => Vec::new(),
        [only] => vec![only - 0.5, only + 0.5],
        [first, second, ..] => {
            let last = middles.len() - 1;
            let mut edges = vec![first - (second - first) / 2.0];
            edges.extend(middles.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0));
            edges.push(middles[last] + (middles[last] - middles[last - 1]) / 2.0);
            edges
        }
    }
}

/// The numbers of a heat map as colours.
pub fn scaled(trace: &Trace, place: &str, unknown: &mut Unknown) -> Option<Scaled> {
    let scale = Scale::parse(trace.colorscale.as_ref(), trace.reversescale == Some(true));
    let scale = scale.or_else(|| {
        unknown.add(place, "colorscale");
        Scale::parse(None, false)
    })?;
    let values = trace.z.iter().flatten().copied().collect();
    Some(Scaled::new(scale, values, (trace.zmin, trace.zmax), trace.zmid))
}

/// Draws the cells; neighbours of one colour in a row are one rectangle.
pub fn draw(svg: &mut Svg, (trace, place): (&Trace, &str), (x, y): (&Axis, &Axis), unknown: &mut Unknown) {
    let Some(scaled) = scaled(trace, place, unknown) else {
        return;
    };
    if trace
        .zsmooth
        .as_ref()
        .is_some_and(|smooth| smooth != &serde_json::Value::Bool(false))
    {
        unknown.add(place, "zsmooth");
    }
    if trace.texttemplate.is_some() {
        unknown.add(place, "texttemplate");
    }
    let (columns, rows) = (edges(x, trace), edges(y, trace));
    let (gap_x, gap_y) = (trace.xgap.unwrap_or(0.0), trace.ygap.unwrap_or(0.0));
    let opacity = trace.opacity.unwrap_or(1.0);
    svg.crisp(|svg| {
        for (row, sides) in trace.z.iter().zip(rows.windows(2)) {
            let (first, second) = (y.pixel(sides[0]), y.pixel(sides[1]));
            let (top, height) = (first.min(second) + gap_y / 2.0, (first - second).abs() - gap_y);
            let mut column = 0;
            while let Some(value) = row.get(column) {
                let fill = value.filter(|value| value.is_finite()).map(|value| scaled.of(value));
                let same = |other: &&Option<f64>| gap_x == 0.0 && **other == *value;
                let run = 1 + row.iter().skip(column + 1).take_while(same).count();
                let ends = columns.get(column).zip(columns.get(column + run));
                if let (Some(fill), Some((from, to))) = (fill, ends) {
                    let (from, to) = (x.pixel(*from), x.pixel(*to));
                    let (left, width) = (from.min(to) + gap_x / 2.0, (to - from).abs() - gap_x);
                    svg.rectangle(left, top, width, height, fill.faded(opacity));
                }
                column += run;
            }
        }
    });
}
