//! Training loss by epoch: a panel for each trained stage, a line for each row of the result.

use crate::data::pools::TrainingCurve;
use crate::engine::outcome::GridCell;
use crate::report::figures::Figure;
use crate::report::figures::lines::{Series, draw, subtitle};
use crate::report::figures::panels::{MOST_PANELS, Panel, height, panels};
use crate::report::figures::style::{axis, axis_title, colour, plain};
use crate::report::groups::{Group, group, merge_by};
use crate::report::tables::notes;
use plotly::common::DashType;
use plotly::layout::AxisType;

/// The mean training loss of each epoch, over seeds the mean ± one standard deviation; `log` for a logarithmic scale.
pub fn figure(cells: &[GridCell], log: bool) -> Figure {
    let groups = group(cells, false);
    let stages = notes::distinct(
        cells
            .iter()
            .flat_map(|cell| cell.value.training())
            .map(|curve| curve.name.clone()),
    );
    let title = format!("Training loss, {}", notes::data_name(cells));
    let subtitle = match stages.is_empty() {
        true => "no stage of the pipeline is trained".to_owned(),
        false => subtitle(&groups),
    };
    let (mut figure, mut layout) = Figure::new("training", title, &subtitle, height(stages.len()));
    let mut annotations = Vec::new();
    let mut shown: Vec<String> = Vec::new();
    for (panel, stage) in panels(stages.len()).zip(stages.iter().take(MOST_PANELS)) {
        draw_panel(&mut figure, &panel, stage, &groups, &mut shown);
        let x = axis().title(axis_title("epoch")).n_ticks(8);
        let y = axis().n_ticks(6);
        let y = if log { y.type_(AxisType::Log) } else { y };
        let y = if panel.is_first_column() {
            y.title(axis_title("mean training loss"))
        } else {
            y
        };
        layout = panel.place(layout, x, y);
        annotations.push(panel.heading(format!("<b>{}</b>", plain(stage))));
    }
    figure.plot.set_layout(layout.annotations(annotations));
    figure
}

fn draw_panel(figure: &mut Figure, panel: &Panel, stage: &str, groups: &[Group<'_>], shown: &mut Vec<String>) {
    let trained = groups
        .iter()
        .filter(|group| !curves(group, stage).is_empty())
        .cloned()
        .collect();
    let losses = |group: &Group<'_>| -> Vec<Vec<f64>> { curves(group, stage).iter().map(|c| c.loss.clone()).collect() };
    for group in merge_by(trained, losses) {
        let label = plain(&group.label_or(stage));
        let in_legend = !shown.contains(&label);
        if in_legend {
            shown.push(label.clone());
        }
        let index = shown.iter().position(|name| *name == label).unwrap_or(0);
        let series = Series {
            label: &label,
            colour: &|opacity| colour(index, opacity),
            dash: DashType::Solid,
            limit: f64::INFINITY,
            in_legend,
            intervals: None,
            hover: "epoch %{x}: %{y:.4f}",
        };
        let replicates: Vec<Vec<Option<f64>>> = curves(&group, stage)
            .iter()
            .map(|curve| {
                curve
                    .loss
                    .iter()
                    .map(|&loss| loss.is_finite().then_some(loss))
                    .collect()
            })
            .collect();
        draw(&mut figure.plot, panel, &series, &replicates);
    }
}

fn curves<'a>(group: &Group<'a>, stage: &str) -> Vec<&'a TrainingCurve> {
    let all = group.cells.iter().flat_map(|cell| cell.value.training());
    all.filter(|curve| curve.name == stage).collect()
}

#[cfg(test)]
mod tests {
    use super::figure;
    use crate::report::fixtures;

    #[test]
    fn stages_that_are_shared_are_drawn_once() {
        let json = figure(&fixtures::sweep(), false).to_json();
        let names: Vec<_> = json["data"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|t| t["name"].clone())
            .collect();
        assert_eq!(names, ["retrieve attn", "pairs2", "residual_hos2"]);
    }
}
