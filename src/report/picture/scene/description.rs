//! A description read: its layout, traces and axes.

use crate::report::picture::axis::Axis;
use crate::report::picture::colour::Colour;
use crate::report::picture::model::{AxisSpec, Layout, Trace};
use crate::report::picture::scene::Drawn;
use crate::report::picture::unknown::Unknown;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn layout(json: &Value, unknown: &mut Unknown) -> Layout {
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

/// The traces that are shown.
pub(super) fn traces(json: &Value, layout: &Layout, unknown: &mut Unknown) -> Vec<Drawn> {
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

/// The axes of the layout, and those that traces are drawn on without.
pub(super) fn axes(layout: &Layout, traces: &[Drawn], unknown: &mut Unknown) -> BTreeMap<String, Axis> {
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
