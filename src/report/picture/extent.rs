//! The ranges of axes that the description leaves open, as plotly.js finds them.

use crate::report::picture::axis::{Axis, Kind};
use crate::report::picture::bar::Bar;
use crate::report::picture::heatmap;
use crate::report::picture::model::Trace;
use crate::report::picture::{marker, scatter};

/// What share of the axis stays free beside points.
const PADDING: f64 = 0.05;

/// What the traces of one axis ask for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    low: f64,
    high: f64,
    /// Whether the ends stay free of data.
    padded: bool,
    /// Whether zero is among the values, and an end without padding.
    from_zero: bool,
    /// Pixels that points reach beyond their middle.
    reach: f64,
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
            padded: false,
            from_zero: false,
            reach: 0.0,
        }
    }
}

impl Extent {
    fn take(&mut self, value: f64) {
        if value.is_finite() {
            self.low = self.low.min(value);
            self.high = self.high.max(value);
        }
    }

    /// Takes in the values of a trace along `axis`.
    pub fn trace(&mut self, axis: &Axis, trace: &Trace) {
        match trace.kind.as_deref() {
            Some("heatmap") => {
                let edges = heatmap::edges(axis, trace);
                edges.into_iter().for_each(|edge| self.take(edge));
            }
            Some("bar") => {}
            _ => self.scatter(axis, trace),
        }
    }

    fn scatter(&mut self, axis: &Axis, trace: &Trace) {
        let vertical = axis.is_vertical();
        let values = if vertical { &trace.y } else { &trace.x };
        let count = if values.is_empty() {
            trace.x.len().max(trace.y.len())
        } else {
            0
        };
        let mode = scatter::mode(trace);
        (0..count).for_each(|index| self.take(index as f64));
        values
            .iter()
            .filter_map(|value| axis.value(value))
            .for_each(|at| self.take(at));
        let bars = if vertical { &trace.error_y } else { &trace.error_x };
        for (index, value) in values.iter().enumerate() {
            if let (Some(bars), Some(number)) = (bars, crate::report::picture::axis::number(value)) {
                let (below, above) = bars.reach(index);
                for end in [number - below, number + above] {
                    axis.value(&end.into()).into_iter().for_each(|at| self.take(at));
                }
            }
        }
        let fill = trace.fill.as_deref().unwrap_or("none");
        let lines_only = !mode.markers && !mode.text;
        match (vertical, fill) {
            (true, "tozeroy") | (false, "tozerox") => {
                self.from_zero = true;
                self.padded = true;
            }
            (false, _) if lines_only => {}
            _ => self.padded = true,
        }
        if mode.markers {
            self.reach = self.reach.max(marker::largest_marker(trace) * 0.8);
        }
    }

    /// Takes in bars.
    pub fn bars(&mut self, axis: &Axis, bars: &[Bar]) {
        for bar in bars {
            let along_values = axis.is_vertical() != bar.horizontal;
            if along_values {
                [bar.base, bar.end, bar.lower(), bar.upper()]
                    .into_iter()
                    .for_each(|at| self.take(at));
                self.padded = true;
                self.from_zero = true;
            } else {
                [bar.at - bar.slot / 2.0, bar.at + bar.slot / 2.0]
                    .into_iter()
                    .for_each(|at| self.take(at));
            }
        }
    }

    /// The range for an axis of `length` pixels.
    pub fn range(mut self, axis: &Axis, length: f64) -> (f64, f64) {
        if axis.spec.rangemode.as_deref() == Some("tozero") {
            self.from_zero = true;
        }
        let log = axis.kind == Kind::Log;
        if self.from_zero && !log {
            self.take(0.0);
        }
        if self.low > self.high {
            return if axis.is_vertical() { (-1.0, 4.0) } else { (-1.0, 6.0) };
        }
        if self.low == self.high {
            return (self.low - 1.0, self.high + 1.0);
        }
        let padding = if self.padded { PADDING } else { 0.0 };
        let share = (padding + self.reach / length.max(1.0)).min(0.4);
        let stays = |end: f64| self.from_zero && !log && end == 0.0;
        let (before, after) = (
            if stays(self.low) { 0.0 } else { share },
            if stays(self.high) { 0.0 } else { share },
        );
        let unit = (self.high - self.low) / (1.0 - before - after);
        let range = (self.low - before * unit, self.high + after * unit);
        match axis.spec.rangemode.as_deref() {
            Some("nonnegative") if !log => (range.0.max(0.0), range.1),
            _ => range,
        }
    }
}
