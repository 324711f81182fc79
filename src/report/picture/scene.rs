//! A figure as it is laid out: traces, axes with ranges and pixels, margins.

mod description;
mod ranges;

use crate::report::picture::axis::Axis;
use crate::report::picture::bar::{self, Bar};
use crate::report::picture::colour::Colour;
use crate::report::picture::markup::parse;
use crate::report::picture::model::{Layout, Margin, Trace};
use crate::report::picture::text::Line;
use crate::report::picture::ticks::Tick;
use crate::report::picture::unknown::Unknown;
use description::{axes, layout, traces};
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
}

/// The width of a label in Plotly's markup.
pub fn label_width(label: &str, size: f64) -> f64 {
    let (lines, _) = parse(label, size);
    lines.iter().map(Line::width).fold(0.0, f64::max)
}
