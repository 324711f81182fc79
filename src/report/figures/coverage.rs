//! Coverage against pool size: a panel for each team size R, a line for each retriever (paper §3, figure 2).

use crate::data::pools::Pools;
use crate::engine::outcome::GridCell;
use crate::metrics::coverage::{CoverageCurve, curves, popularity_curves};
use crate::metrics::interval::wilson;
use crate::report::figures::Figure;
use crate::report::figures::lines::{Series, draw, subtitle};
use crate::report::figures::panels::{MOST_PANELS, Panel, height, panels};
use crate::report::figures::style::{axis, axis_title, colour, grey, plain, share_axis};
use crate::report::groups::{Group, group, merge_by};
use crate::report::tables::notes;
use plotly::Layout;
use plotly::common::DashType;
use plotly::layout::{Shape, ShapeLine, ShapeType};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

type Curves = BTreeMap<usize, CoverageCurve>;

/// One line of every panel.
struct CurveSet {
    label: String,
    /// One a replicate.
    curves: Vec<Curves>,
}

/// The coverage curves of `cells`, over seeds the mean ± one standard deviation; with `popularity`, the baseline
/// dashed beside them. Where teams were decoded from a part of the pool, a dotted line marks that cap M_R.
pub fn figure(cells: &[GridCell], popularity: bool) -> Figure {
    let groups = merge_by(group(cells, false), pools_of);
    let models: Vec<CurveSet> = groups.iter().map(model_curves).collect();
    let baselines = match popularity {
        true => baseline_curves(&groups),
        false => Vec::new(),
    };
    let sizes = team_sizes(&models);
    let k = models.iter().flat_map(CurveSet::lengths).max().unwrap_or(1);
    let title = format!("Coverage of whole teams against pool size, {}", notes::data_name(cells));
    let (mut figure, mut layout) = Figure::new("coverage", title, &subtitle_of(&groups), height(sizes.len()));
    let (mut headings, mut cap_lines) = (Vec::new(), Vec::new());
    for (panel, &size) in panels(sizes.len()).zip(&sizes) {
        draw_panel(&mut figure, &panel, size, &models, &baselines);
        layout = place(layout, &panel, k);
        let n = models.first().map_or(0, |set| set.targets(size));
        let cap = cap(cells, size);
        cap_lines.extend(cap.filter(|&cap| cap < k).map(|cap| cap_line(&panel, cap)));
        let cap = cap.map_or_else(String::new, |cap| format!(", M<sub>R</sub> = {cap}"));
        headings.push(panel.heading(format!("<b>R = {size}</b>, n = {n}{cap}")));
    }
    figure.plot.set_layout(layout.annotations(headings).shapes(cap_lines));
    figure
}

/// What the bands are.
fn subtitle_of(groups: &[Group<'_>]) -> String {
    let subtitle = subtitle(groups);
    match groups.iter().any(|group| group.cells.len() == 1) {
        true if subtitle.is_empty() => "band: 95 % interval (Wilson)".to_owned(),
        true => format!("{subtitle}; band of a lone seed: 95 % interval (Wilson)"),
        false => subtitle,
    }
}

impl CurveSet {
    /// Wilson's 95 % interval for every K, of a lone replicate.
    fn intervals(&self, size: usize) -> Option<Vec<(f64, f64)>> {
        let [only] = &self.curves[..] else { return None };
        let curve = only.get(&size)?;
        curve.covered.iter().map(|&covered| wilson(covered, curve.n)).collect()
    }

    fn lengths(&self) -> impl Iterator<Item = usize> + '_ {
        self.curves
            .iter()
            .flat_map(Curves::values)
            .map(|curve| curve.covered.len())
    }

    /// Evaluated targets with `size` regulators, over all replicates.
    fn targets(&self, size: usize) -> usize {
        self.curves
            .iter()
            .filter_map(|curves| curves.get(&size))
            .map(|curve| curve.n)
            .sum()
    }
}

/// The identity of a group's pools: rows that share them have the same curves.
fn pools_of(group: &Group<'_>) -> Vec<*const Pools> {
    let pools = group.cells.iter().filter_map(|cell| cell.value.pools());
    pools.map(Arc::as_ptr).collect()
}

fn place(layout: Layout, panel: &Panel, k: usize) -> Layout {
    let mut x = axis().range(vec![0.0, k as f64 * 1.01]).n_ticks(6);
    let mut y = share_axis();
    if panel.is_lowest() {
        x = x.title(axis_title("pool size K"));
    }
    if panel.is_first_column() {
        y = y.title(axis_title("coverage"));
    } else {
        y = y.show_tick_labels(false);
    }
    panel.place(layout, x, y)
}

fn model_curves(group: &Group<'_>) -> CurveSet {
    let pools: Vec<_> = group.cells.iter().filter_map(|cell| cell.value.pools()).collect();
    let method = pools.first().map_or("", |pools| pools.method.as_str());
    CurveSet {
        label: group.label_or(method),
        curves: pools.iter().map(|pools| curves(pools)).collect(),
    }
}

/// One set where all groups were split alike, otherwise one for each different split.
fn baseline_curves(groups: &[Group<'_>]) -> Vec<CurveSet> {
    let popularity = |group: &Group<'_>| -> Vec<Curves> {
        let pools = group.cells.iter().filter_map(|cell| cell.value.pools());
        pools.map(|pools| popularity_curves(&pools.split, pools.k)).collect()
    };
    let distinct = merge_by(groups.to_vec(), popularity);
    let alone = distinct.len() == 1;
    let set = |group: &Group<'_>| CurveSet {
        label: if alone {
            "baseline: popularity".to_owned()
        } else {
            format!("baseline: popularity · {}", group.label())
        },
        curves: popularity(group),
    };
    distinct.iter().map(set).collect()
}

fn team_sizes(sets: &[CurveSet]) -> Vec<usize> {
    let sizes: BTreeSet<usize> = sets
        .iter()
        .flat_map(|set| &set.curves)
        .flat_map(|curves| curves.iter().filter(|(_, curve)| curve.n > 0).map(|(&size, _)| size))
        .collect();
    sizes.into_iter().take(MOST_PANELS).collect()
}

fn draw_panel(figure: &mut Figure, panel: &Panel, size: usize, models: &[CurveSet], baselines: &[CurveSet]) {
    let in_legend = panel.x() == "x";
    let dashes = [DashType::Dash, DashType::Dot, DashType::DashDot];
    for (index, set) in baselines.iter().enumerate() {
        let label = plain(&set.label);
        let dash = dashes[index % dashes.len()].clone();
        draw(
            &mut figure.plot,
            panel,
            &series(&label, &grey, dash, in_legend, None),
            &recalls(set, size),
        );
    }
    for (index, set) in models.iter().enumerate() {
        let label = plain(&set.label);
        let colour = |opacity| colour(index, opacity);
        draw(
            &mut figure.plot,
            panel,
            &series(&label, &colour, DashType::Solid, in_legend, set.intervals(size)),
            &recalls(set, size),
        );
    }
}

fn series<'a>(
    label: &'a str,
    colour: &'a dyn Fn(f64) -> plotly::color::Rgba,
    dash: DashType,
    in_legend: bool,
    intervals: Option<Vec<(f64, f64)>>,
) -> Series<'a> {
    Series {
        label,
        colour,
        dash,
        limit: 1.0,
        in_legend,
        intervals,
        hover: "K = %{x}: %{y:.3f}",
    }
}

fn recalls(set: &CurveSet, size: usize) -> Vec<Vec<Option<f64>>> {
    let curves = set.curves.iter().filter_map(|curves| curves.get(&size));
    curves
        .map(|curve| (1..=curve.covered.len()).map(|k| curve.recall(k)).collect())
        .collect()
}

/// The cap M_R at which teams of this size were decoded; `None` before decoding.
fn cap(cells: &[GridCell], size: usize) -> Option<usize> {
    let teams = cells.iter().filter_map(|cell| cell.value.teams());
    let predictions = teams.flat_map(|teams| &teams.predictions);
    predictions
        .filter(|prediction| prediction.size == size)
        .map(|prediction| prediction.cap)
        .max()
}

fn cap_line(panel: &Panel, cap: usize) -> Shape {
    Shape::new()
        .shape_type(ShapeType::Line)
        .x_ref(panel.x())
        .y_ref(format!("{} domain", panel.y()))
        .x0(cap)
        .x1(cap)
        .y0(0.0)
        .y1(1.0)
        .line(ShapeLine::new().color(grey(0.8)).width(1.0).dash(DashType::Dot))
}

#[cfg(test)]
mod tests {
    use super::figure;
    use crate::report::fixtures;

    #[test]
    fn has_a_line_for_each_retriever_size_and_baseline() {
        let json = figure(&fixtures::pool_sweep(), true).to_json();
        let traces = json["data"].as_array().map_or(&[][..], Vec::as_slice);
        let lines: Vec<_> = traces.iter().filter(|trace| trace.get("fill").is_none()).collect();
        assert_eq!(lines.len(), 9);
        let legend: Vec<_> = lines
            .iter()
            .filter(|t| t["showlegend"] == true)
            .map(|t| t["name"].clone())
            .collect();
        assert_eq!(legend, ["baseline: popularity", "dot", "attn"]);
        assert_eq!(lines[0]["x"].as_array().map(Vec::len), Some(30));
    }

    #[test]
    fn shared_pools_are_drawn_once() {
        let mut cells = fixtures::sweep();
        // As the engine does it: both scorers of a seed search the same pools.
        for seed in 0..3 {
            let shared = cells[seed].value.clone();
            cells[seed + 3].value = shared;
        }
        let json = figure(&cells, false).to_json();
        let names: Vec<_> = json["data"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|t| t["name"].clone())
            .collect();
        assert!(
            !names.is_empty() && names.iter().all(|name| name == "attn"),
            "{names:?}"
        );
    }

    #[test]
    fn a_lone_seed_has_intervals() {
        let json = figure(&fixtures::pool_sweep()[..1], false).to_json();
        let traces = json["data"].as_array().map_or(&[][..], Vec::as_slice);
        let band = traces.iter().find(|trace| trace.get("fill").is_some());
        // Upper ends for K = 1 to 30, then the lower ones back: the first is Wilson's for K = 1.
        let curves = fixtures::pool_sweep()[0]
            .value
            .pools()
            .map(|pools| crate::metrics::coverage::curves(pools));
        let first = curves.and_then(|curves| crate::metrics::interval::wilson(curves[&2].covered[0], curves[&2].n));
        let y = band
            .and_then(|band| band["y"].as_array())
            .map(|y| (y[0].as_f64(), y[59].as_f64()));
        assert_eq!(y, first.map(|(lower, upper)| (Some(upper), Some(lower))));
        let title = json["layout"]["title"]["text"].as_str().map(str::to_owned);
        assert!(title.is_some_and(|title| title.contains("95 % interval")));
    }

    #[test]
    fn numbers_are_finite_or_null() {
        let text = figure(&fixtures::sweep(), true).to_json().to_string();
        assert!(!text.contains("NaN") && text.contains("M<sub>R</sub> = 20"));
    }
}
