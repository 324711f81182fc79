//! Lines over replicates: the mean, and a band of ± one standard deviation; of a lone one, the band of its intervals.

use crate::metrics::summary::summarise;
use crate::report::figures::panels::Panel;
use crate::report::groups::Group;
use crate::report::tables::notes;
use plotly::color::Rgba;
use plotly::common::{DashType, Fill, HoverInfo, Line, Mode};
use plotly::{Plot, Scatter};

/// How one series is drawn.
pub struct Series<'a> {
    /// Its name in the legend, escaped.
    pub label: &'a str,
    /// Its colour for an opacity.
    pub colour: &'a dyn Fn(f64) -> Rgba,
    /// Solid for results, dashed for baselines.
    pub dash: DashType,
    /// The largest value that there can be; bands end there.
    pub limit: f64,
    /// Whether this is where the legend takes it from.
    pub in_legend: bool,
    /// What hovering shows, in plotly's notation.
    pub hover: &'a str,
    /// The band of a lone replicate, from x = 1 on; `None` for no band.
    pub intervals: Option<Vec<(f64, f64)>>,
}

/// The split and the seeds behind a figure of lines, and what its bands are where it has some.
pub fn subtitle(groups: &[Group<'_>]) -> String {
    let cells = groups.iter().flat_map(|group| group.cells.iter().copied());
    let split = notes::split(cells).unwrap_or_default();
    match groups.iter().any(|group| group.cells.len() > 1) {
        true => format!("{split}; mean ± one standard deviation"),
        false => split,
    }
}

/// Draws the mean over `replicates` at x = 1, 2, …, with its band where there are several.
pub fn draw(plot: &mut Plot, panel: &Panel, series: &Series<'_>, replicates: &[Vec<Option<f64>>]) {
    let length = replicates.iter().map(Vec::len).max().unwrap_or(0);
    let at = |index: usize| summarise(replicates.iter().map(|values| values.get(index).copied().flatten()));
    let points: Vec<(usize, f64, f64)> = (0..length)
        .filter_map(|index| at(index).map(|s| (index + 1, s.mean, s.deviation.unwrap_or(0.0))))
        .collect();
    // Equal replicates differ from their mean by rounding alone: no band.
    if points.iter().any(|&(_, mean, deviation)| deviation > 1e-9 * mean.abs()) {
        let ends = |&(x, mean, deviation): &(usize, f64, f64)| (x, mean - deviation, mean + deviation);
        draw_band(plot, panel, series, &points.iter().map(ends).collect::<Vec<_>>());
    } else if let (1, Some(intervals)) = (replicates.len(), &series.intervals) {
        let ends = intervals.iter().enumerate();
        let ends: Vec<_> = ends.map(|(index, &(lower, upper))| (index + 1, lower, upper)).collect();
        draw_band(plot, panel, series, &ends);
    }
    let line = Line::new()
        .width(2.0)
        .color((series.colour)(1.0))
        .dash(series.dash.clone());
    let x: Vec<usize> = points.iter().map(|point| point.0).collect();
    let y: Vec<f64> = points.iter().map(|point| point.1).collect();
    let trace = Scatter::new(x, y)
        .name(series.label)
        .mode(Mode::Lines)
        .line(line)
        .legend_group(series.label)
        .show_legend(series.in_legend)
        .hover_template(format!("{}<extra>{}</extra>", series.hover, series.label))
        .x_axis(panel.x())
        .y_axis(panel.y());
    plot.add_trace(trace);
}

/// `ends`: x, lower and upper end.
fn draw_band(plot: &mut Plot, panel: &Panel, series: &Series<'_>, ends: &[(usize, f64, f64)]) {
    let upper = ends.iter().map(|&(x, _, upper)| (x, upper.min(series.limit)));
    let lower = ends.iter().rev().map(|&(x, lower, _)| (x, lower.max(0.0)));
    let (x, y): (Vec<usize>, Vec<f64>) = upper.chain(lower).unzip();
    let trace = Scatter::new(x, y)
        .name(series.label)
        .mode(Mode::Lines)
        .line(Line::new().width(0.0).color((series.colour)(0.0)))
        .fill(Fill::ToSelf)
        .fill_color((series.colour)(0.15))
        .legend_group(series.label)
        .show_legend(false)
        .hover_info(HoverInfo::Skip)
        .x_axis(panel.x())
        .y_axis(panel.y());
    plot.add_trace(trace);
}
