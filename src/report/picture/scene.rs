//! A figure as it is laid out: traces, axes with ranges and pixels, margins.

use crate::report::picture::axis::Axis;
use crate::report::picture::bar::{self, Bar};
use crate::report::picture::colour::Colour;
use crate::report::picture::extent::Extent;
use crate::report::picture::model::{AxisSpec, Layout, Margin, Trace, Unknown};
use crate::report::picture::text;
use crate::report::picture::ticks::{Tick, ticks};
use serde_json::Value;
use std::collections::BTreeMap;

/// The height of a figure that gives none, in pixels (plotly.js).
const HEIGHT: f64 = 450.0;

/// A trace with what it is drawn in.
pub struct Drawn {
    pub trace: Trace,
    /// Where it names no colour.
    pub colour: Colour,
    /// How messages name it.
    pub place: String,
    /// Its bars, for traces of bars.
    pub bars: Vec<Bar>,
}

impl Drawn {
    /// Its axes.
    pub fn axes(&self) -> (&str, &str) {
        (
            self.trace.xaxis.as_deref().unwrap_or("x"),
            self.trace.yaxis.as_deref().unwrap_or("y"),
        )
    }

    pub fn is(&self, kind: &str) -> bool {
        self.trace.kind.as_deref().unwrap_or("scatter") == kind
    }
}

/// The picture's edges and the plot area, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }

    pub fn right(&self) -> f64 {
        self.left + self.width
    }
}

/// What is drawn.
pub struct Scene {
    pub layout: Layout,
    pub traces: Vec<Drawn>,
    pub axes: BTreeMap<String, Axis>,
    pub ticks: BTreeMap<String, Vec<Tick>>,
    pub width: f64,
    pub height: f64,
    pub area: Area,
}

/// Pixels around the plot area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margins {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

impl Margins {
    fn of(margin: &Margin) -> Self {
        Self {
            left: margin.l.unwrap_or(80.0),
            right: margin.r.unwrap_or(80.0),
            top: margin.t.unwrap_or(100.0),
            bottom: margin.b.unwrap_or(80.0),
        }
    }
}

impl Scene {
    /// Reads a description. The plot area is as high as described; what does not fit beside it makes the picture
    /// higher, later.
    pub fn read(json: &Value, width: f64, unknown: &mut Unknown) -> Self {
        let layout = layout(json, unknown);
        let traces = traces(json, &layout, unknown);
        let axes = axes(&layout, &traces, unknown);
        let margins = Margins::of(&layout.margin);
        let height = layout.height.unwrap_or(HEIGHT).clamp(100.0, 20_000.0);
        let area = Area {
            left: margins.left,
            top: margins.top,
            width: (width - margins.left - margins.right).max(80.0),
            height: (height - margins.top - margins.bottom).max(40.0),
        };
        let mut scene = Self {
            layout,
            traces,
            axes,
            ticks: BTreeMap::new(),
            width,
            height,
            area,
        };
        scene.place_bars(unknown);
        scene.settle(unknown);
        scene
    }

    /// Makes room around the plot area, in pixels more than there is; its height stays.
    pub fn widen(&mut self, left: f64, right: f64, top: f64, bottom: f64, unknown: &mut Unknown) {
        self.area.left += left;
        self.area.width = (self.area.width - left - right).max(80.0);
        self.area.top += top;
        self.height += top + bottom;
        self.settle(unknown);
    }

    /// The axes of a trace, where the description has both.
    pub fn axes_of(&self, drawn: &Drawn) -> Option<(&Axis, &Axis)> {
        let (x, y) = drawn.axes();
        self.axes.get(x).zip(self.axes.get(y))
    }

    /// The pairs of axes that have traces, in the order of the traces.
    pub fn panels(&self) -> Vec<(&Axis, &Axis)> {
        let mut seen: Vec<(&str, &str)> = Vec::new();
        let mut panels = Vec::new();
        for drawn in &self.traces {
            if !seen.contains(&drawn.axes()) {
                seen.push(drawn.axes());
                panels.extend(self.axes_of(drawn));
            }
        }
        panels
    }

    fn place_bars(&mut self, unknown: &mut Unknown) {
        let pairs: Vec<(String, String)> = self
            .panels()
            .iter()
            .map(|(x, y)| (x.id.clone(), y.id.clone()))
            .collect();
        for (x, y) in pairs {
            let members: Vec<usize> = (0..self.traces.len())
                .filter(|&index| self.traces[index].is("bar") && self.traces[index].axes() == (&x, &y))
                .collect();
            let traces: Vec<&Trace> = members.iter().map(|&index| &self.traces[index].trace).collect();
            let Some(axes) = self.axes.get(&x).zip(self.axes.get(&y)) else {
                continue;
            };
            let bars = bar::place(&traces, axes, &self.layout, unknown);
            for (index, bars) in members.into_iter().zip(bars) {
                self.traces[index].bars = bars;
            }
        }
    }

    /// Finds pixels, ranges and ticks of all axes.
    fn settle(&mut self, unknown: &mut Unknown) {
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

fn layout(json: &Value, unknown: &mut Unknown) -> Layout {
    match serde_json::from_value(json.get("layout").cloned().unwrap_or(Value::Null)) {
        Ok(Some(layout)) => {
            unknown.layout(&layout);
            layout
        }
        Ok(None) => Layout::default(),
        Err(error) => {
            unknown.add("layout", error);
            Layout::default()
        }
    }
}

fn traces(json: &Value, layout: &Layout, unknown: &mut Unknown) -> Vec<Drawn> {
    let described = json.get("data").and_then(Value::as_array);
    let mut traces = Vec::new();
    for (index, value) in described.into_iter().flatten().enumerate() {
        let place = format!("trace {index}");
        let trace: Trace = match serde_json::from_value(value.clone()) {
            Ok(trace) => trace,
            Err(error) => {
                unknown.add(&place, error);
                continue;
            }
        };
        unknown.trace(&place, &trace);
        let kind = trace.kind.as_deref().unwrap_or("scatter");
        if !matches!(kind, "scatter" | "scattergl" | "bar" | "heatmap") {
            unknown.add(&place, format_args!("type {kind}"));
            continue;
        }
        if matches!(&trace.visible, Some(Value::Bool(false) | Value::String(_))) {
            continue;
        }
        traces.push(Drawn {
            trace,
            colour: Colour::of_trace(index, layout.colorway.as_deref()),
            place,
            bars: Vec::new(),
        });
    }
    traces
}

fn axes(layout: &Layout, traces: &[Drawn], unknown: &mut Unknown) -> BTreeMap<String, Axis> {
    let mut axes = BTreeMap::new();
    for (key, value) in &layout.rest {
        let Some(number) = key.strip_prefix("xaxis").or_else(|| key.strip_prefix("yaxis")) else {
            continue;
        };
        let id = format!("{}{number}", if key.starts_with('x') { "x" } else { "y" });
        let spec: AxisSpec = serde_json::from_value(value.clone()).unwrap_or_else(|error| {
            unknown.add(key, error);
            AxisSpec::default()
        });
        unknown.axis(key, &spec);
        if !matches!(spec.kind.as_deref(), None | Some("-" | "linear" | "log" | "category")) {
            unknown.add(key, format_args!("type {:?}", spec.kind));
        }
        axes.insert(id.clone(), Axis::new(&id, spec));
    }
    for id in traces
        .iter()
        .flat_map(|drawn| [drawn.axes().0, drawn.axes().1])
        .chain(["x", "y"])
    {
        axes.entry(id.to_owned())
            .or_insert_with(|| Axis::new(id, AxisSpec::default()));
    }
    for drawn in traces {
        let (x, y) = drawn.axes();
        for (id, values) in [(x, &drawn.trace.x), (y, &drawn.trace.y)] {
            if let Some(axis) = axes.get_mut(id) {
                axis.learn(values);
            }
        }
    }
    axes
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
        if matches!(axis.kind, crate::report::picture::axis::Kind::Category(_)) {
            return all;
        }
    }
    all
}

/// The width of a label in Plotly's markup.
pub fn label_width(label: &str, size: f64) -> f64 {
    let (lines, _) = text::parse(label, size);
    lines.iter().map(text::Line::width).fold(0.0, f64::max)
}
