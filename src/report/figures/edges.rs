//! Strict Coverage@K and Edge Recall@K against K, side by side (paper figure 3).

use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::metrics::edges::{EdgeMetrics, EdgeReport};
use crate::report::figures::Figure;
use crate::report::figures::lines::{Series, draw, subtitle};
use crate::report::figures::panels::{Panel, height, panels};
use crate::report::figures::style::{axis, axis_title, colour, grey, plain, share_axis};
use crate::report::groups::{Group, group, merge_by};
use crate::report::tables::notes;
use plotly::color::Rgba;
use plotly::common::DashType;

/// One line of both panels.
struct CurveSet {
    label: String,
    /// One a replicate.
    replicates: Vec<EdgeMetrics>,
}

/// A line for each row of the result; with `popularity`, the baseline dashed beside them.
pub fn figure(cells: &[GridCell], popularity: bool) -> Figure {
    let groups = group(cells, false);
    let methods: Vec<CurveSet> = groups
        .iter()
        .map(|group| CurveSet {
            label: group.label(),
            replicates: metrics(group, |report| &report.method),
        })
        .collect();
    let baselines = if popularity { baselines(&groups) } else { Vec::new() };
    let longest = methods
        .iter()
        .flat_map(|set| &set.replicates)
        .map(|found| found.strict.len())
        .max();
    let title = format!("Regulators among the first K candidates, {}", notes::data_name(cells));
    let (mut figure, mut layout) = Figure::new("edges", title, &subtitle(&groups), height(2));
    let mut headings = Vec::new();
    for (panel, (heading, curve)) in panels(2).zip(PANELS) {
        for (index, set) in baselines.iter().enumerate() {
            let dashes = [DashType::Dash, DashType::Dot, DashType::DashDot];
            let dash = dashes[index % dashes.len()].clone();
            draw_set(&mut figure, &panel, set, (&grey, dash), curve);
        }
        for (index, set) in methods.iter().enumerate() {
            let colour = |opacity| colour(index, opacity);
            draw_set(&mut figure, &panel, set, (&colour, DashType::Solid), curve);
        }
        let x = axis().range(vec![0.0, longest.unwrap_or(1) as f64 * 1.01]).n_ticks(6);
        let mut y = share_axis();
        if !panel.is_first_column() {
            y = y.show_tick_labels(false);
        }
        layout = panel.place(layout, x.title(axis_title("K")), y);
        headings.push(panel.heading(format!("<b>{heading}</b>")));
    }
    figure.plot.set_layout(layout.annotations(headings));
    figure
}

type Curve = fn(&EdgeMetrics) -> &[f64];

const PANELS: [(&str, Curve); 2] = [
    ("Strict Coverage@K: all regulators", |found| &found.strict),
    ("Edge Recall@K: share of regulators", |found| &found.recall),
];

fn metrics(group: &Group<'_>, which: fn(&EdgeReport) -> &EdgeMetrics) -> Vec<EdgeMetrics> {
    let reports = group.cells.iter().filter_map(|cell| match &cell.value {
        Value::EdgeReport(report) => Some(which(report).clone()),
        _ => None,
    });
    reports.collect()
}

/// One set where the baseline is the same for all rows, otherwise one for each different one.
fn baselines(groups: &[Group<'_>]) -> Vec<CurveSet> {
    let popular = |group: &Group<'_>| metrics(group, |report| &report.popularity);
    let distinct = merge_by(groups.to_vec(), popular);
    let alone = distinct.len() == 1;
    let set = |group: &Group<'_>| CurveSet {
        label: match alone {
            true => "baseline: popularity".to_owned(),
            false => format!("baseline: popularity · {}", group.label()),
        },
        replicates: popular(group),
    };
    distinct.iter().map(set).collect()
}

fn draw_set(
    figure: &mut Figure,
    panel: &Panel,
    set: &CurveSet,
    (colour, dash): (&dyn Fn(f64) -> Rgba, DashType),
    curve: Curve,
) {
    let label = plain(&set.label);
    let series = Series {
        label: &label,
        colour,
        dash,
        limit: 1.0,
        in_legend: panel.is_first_column(),
        intervals: None,
        hover: "K = %{x}: %{y:.3f}",
    };
    let replicates = set.replicates.iter();
    let values: Vec<Vec<Option<f64>>> = replicates
        .map(|found| curve(found).iter().map(|value| Some(*value)).collect())
        .collect();
    draw(&mut figure.plot, panel, &series, &values);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::figure;
    use crate::engine::value::Value;
    use crate::metrics::edges::{SourceKind, evaluate};
    use crate::report::fixtures;
    use std::sync::Arc;

    #[test]
    fn has_two_panels_with_a_line_for_each_row_and_the_baseline() {
        let mut cells = fixtures::pool_sweep();
        for cell in &mut cells {
            let report = evaluate(cell.value.pools().unwrap(), SourceKind::Regulators, &[20]).unwrap();
            cell.value = Value::EdgeReport(Arc::new(report));
        }
        let json = figure(&cells, true).to_json();
        let lines: Vec<_> = json["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|trace| trace.get("fill").is_none())
            .collect();
        assert_eq!(lines.len(), 6);
        assert!(lines.iter().all(|line| line["y"].as_array().unwrap().len() == 40));
        assert!(!json.to_string().contains("NaN"));
        let picture = crate::report::picture::draw(&figure(&cells, true), 900.0);
        assert!(picture.unknown.is_empty(), "{:?}", picture.unknown);
    }
}
