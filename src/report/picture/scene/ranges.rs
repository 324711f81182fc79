//! Pixels, ranges and ticks of axes.

use crate::report::picture::axis::{Axis, Kind};
use crate::report::picture::extent::Extent;
use crate::report::picture::scene::{Scene, label_width};
use crate::report::picture::ticks::{Tick, ticks};
use crate::report::picture::unknown::Unknown;
use serde_json::Value;

impl Scene {
    /// Finds pixels, ranges and ticks of all axes.
    pub(super) fn settle(&mut self, unknown: &mut Unknown) {
        let area = self.area;
        for axis in self.axes.values_mut() {
            let [start, end] = axis.spec.domain.unwrap_or([0.0, 1.0]);
            axis.span = match axis.is_vertical() {
                true => (area.bottom() - start * area.height, area.bottom() - end * area.height),
                false => (area.left + start * area.width, area.left + end * area.width),
            };
        }
        let ranges: Vec<(String, (f64, f64))> = self
            .axes
            .values()
            .map(|axis| (axis.id.clone(), self.range(axis)))
            .collect();
        for (id, range) in ranges {
            if let Some(axis) = self.axes.get_mut(&id) {
                axis.range = range;
            }
        }
        self.keep_scale();
        let ticks = self.axes.values().map(|axis| (axis.id.clone(), spaced(axis, unknown)));
        self.ticks = ticks.collect();
    }

    /// The range of an axis: given, or from the traces of all axes that match it.
    fn range(&self, axis: &Axis) -> (f64, f64) {
        if let Some(range) = axis.given_range() {
            return range;
        }
        let leader = |axis: &Axis| axis.spec.matches.clone().unwrap_or_else(|| axis.id.clone());
        let group = leader(axis);
        if let Some(range) = self.axes.get(&group).and_then(Axis::given_range) {
            return range;
        }
        let mut extent = Extent::default();
        for drawn in &self.traces {
            let (x, y) = drawn.axes();
            let id = if axis.is_vertical() { y } else { x };
            let Some(own) = self.axes.get(id).filter(|own| leader(own) == group) else {
                continue;
            };
            extent.trace(own, &drawn.trace);
            extent.bars(own, &drawn.bars);
        }
        let range = extent.range(axis, axis.length());
        match &axis.spec.autorange {
            Some(Value::String(kind)) if kind == "reversed" => (range.1, range.0),
            _ => range,
        }
    }

    /// Where one axis keeps the scale of another, widens the range of the one that has more room.
    fn keep_scale(&mut self) {
        let pairs: Vec<(String, String, f64)> = self
            .axes
            .values()
            .filter_map(|axis| {
                let ratio = axis.spec.scaleratio.unwrap_or(1.0);
                Some((axis.id.clone(), axis.spec.scaleanchor.clone()?, ratio))
            })
            .collect();
        for (id, anchor, ratio) in pairs {
            let unit = |axis: &Axis| axis.length() / (axis.range.1 - axis.range.0).abs();
            let Some((own, other)) = self.axes.get(&id).zip(self.axes.get(&anchor)) else {
                continue;
            };
            let (own, other) = (unit(own), unit(other) * ratio);
            let (wider, factor) = if own > other {
                (&id, own / other)
            } else {
                (&anchor, other / own)
            };
            if let Some(axis) = self.axes.get_mut(wider).filter(|_| factor.is_finite()) {
                let (start, end) = axis.range;
                let (middle, half) = ((start + end) / 2.0, (end - start) / 2.0 * factor);
                axis.range = (middle - half, middle + half);
            }
        }
    }
}

/// The ticks of an axis; fewer where their labels would touch.
fn spaced(axis: &Axis, unknown: &mut Unknown) -> Vec<Tick> {
    let length = axis.length();
    let all = ticks(axis, length, unknown);
    if axis.is_vertical() || axis.spec.tickangle.is_some() {
        return all;
    }
    let size = axis.spec.tickfont.size.unwrap_or(12.0);
    let width = |tick: &Tick| label_width(&tick.label, size);
    for step in 1..all.len() {
        let kept: Vec<&Tick> = all.iter().step_by(step).collect();
        let touch = kept.windows(2).any(|pair| {
            let distance = (axis.pixel(pair[1].at) - axis.pixel(pair[0].at)).abs();
            (width(pair[0]) + width(pair[1])) / 2.0 + 4.0 > distance
        });
        if !touch {
            return kept.into_iter().cloned().collect();
        }
        // Names can't be left out; they are turned.
        if matches!(axis.kind, Kind::Category(_)) {
            return all;
        }
    }
    all
}
