//! Which genes crowd out true regulators, and whether they are hubs.

use crate::data::network::Network;
use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::metrics::confusers::Confusers;
use crate::report::figures::Figure;
use crate::report::figures::panels::{Panel, height, panels};
use crate::report::figures::style::{axis, axis_title, colour, grey, plain};
use crate::report::groups::{Group, group, merge_by};
use crate::report::tables::notes;
use plotly::common::{Line, Marker, Mode};
use plotly::layout::BarMode;
use plotly::{Bar, Scatter};
use std::cmp::Reverse;

/// The confusers of one row of the result.
struct Row {
    label: String,
    genes: Vec<String>,
    confusers: Confusers,
}

/// The `top` genes that are confusers of most evaluated targets as bars, and every gene by its training targets. Counts
/// are pooled over seeds, as long as they are of the same network.
pub fn figure(cells: &[GridCell], top: usize) -> Figure {
    let rows = rows(cells);
    let title = format!("Genes that crowd out true regulators, {}", notes::data_name(cells));
    let (mut figure, mut layout) = Figure::new("confusers", title, &subtitle(&rows, cells), height(2));
    let shown = most_confusing(&rows, top);
    let headings = ["most frequent confusers", "every gene"];
    let mut annotations = Vec::new();
    for (panel, heading) in panels(2).zip(headings) {
        for (index, row) in rows.iter().enumerate() {
            match panel.is_first_column() {
                true => draw_bars(&mut figure, row, index, &shown),
                false => draw_points(&mut figure, row, index, &panel),
            }
        }
        let (x, title) = match panel.is_first_column() {
            true => (axis().show_grid(false), "gene, and training targets it regulates"),
            false => (axis(), "training targets the gene regulates"),
        };
        let mut y = axis().tick_format(".2~f").n_ticks(6);
        if panel.is_first_column() {
            y = y.title(axis_title("share of evaluated targets"));
        }
        layout = panel.place_apart(layout, x.title(axis_title(title)), y);
        annotations.push(panel.heading(format!("<b>{heading}</b>")));
    }
    let layout = layout.bar_mode(BarMode::Group).bar_gap(0.3).annotations(annotations);
    figure.plot.set_layout(layout);
    figure
}

fn rows(cells: &[GridCell]) -> Vec<Row> {
    let groups = group(cells, false);
    // Rows that stop at the same pools have the same confusers.
    let rows = merge_by(groups, counted).into_iter().filter_map(|group| {
        let dataset = group.cells.first()?.value.dataset()?;
        Some(Row {
            label: group.label(),
            genes: dataset.genes.clone(),
            confusers: counted(&group)?,
        })
    });
    rows.collect()
}

/// The confusers of a group, pooled over those of its cells that share the network of the first.
fn counted(group: &Group<'_>) -> Option<Confusers> {
    let first = network(group.cells.first()?);
    let same = group.cells.iter().copied().filter(|cell| network(cell) == first);
    let counts = same.filter_map(|cell| match &cell.value {
        Value::Pools(pools) => Some(Confusers::of_pools(pools)),
        value => value.teams().map(|teams| Confusers::of_teams(teams)),
    });
    counts.reduce(|all, more| all.pooled(&more))
}

fn network(cell: &GridCell) -> Option<&Network> {
    cell.value.dataset().map(|dataset| &*dataset.network)
}

fn subtitle(rows: &[Row], cells: &[GridCell]) -> String {
    let mut parts: Vec<String> = notes::split(cells).into_iter().collect();
    let counts = notes::distinct(rows.iter().map(|row| row.confusers.targets.to_string()));
    parts.push(format!("n = {} evaluated targets", counts.join(", ")));
    if let Some(row) = rows.first() {
        let hubs = row.confusers.hubs();
        let least = hubs.last().map_or(0, |&hub| row.confusers.popularity.count(hub));
        let share = row.confusers.true_hub_share();
        parts.push(format!(
            "hubs: the {} regulators with {least} or more training targets, {} of true members",
            hubs.len(),
            percent(share)
        ));
    }
    parts.join("; ")
}

/// The indices of genes by their total share over all rows, largest first; those that confuse nothing are left out.
fn most_confusing(rows: &[Row], top: usize) -> Vec<usize> {
    let genes = rows.iter().map(|row| row.genes.len()).min().unwrap_or(0);
    let total = |gene: usize| rows.iter().map(|row| row.confusers.confused[gene]).sum::<usize>();
    let mut order: Vec<usize> = (0..genes).filter(|&gene| total(gene) > 0).collect();
    order.sort_by_key(|&gene| (Reverse(total(gene)), gene));
    order.truncate(top);
    order
}

fn draw_bars(figure: &mut Figure, row: &Row, index: usize, shown: &[usize]) {
    let confusers = &row.confusers;
    let name = |&gene: &usize| {
        let name = row.genes.get(gene).map_or("", String::as_str);
        format!("{}<br>{}", plain(name), confusers.popularity.count(gene))
    };
    let label = plain(&row.label);
    let hubs = percent(confusers.hub_share());
    let hover = |&gene: &usize| {
        let confused = confusers.confused.get(gene).copied().unwrap_or(0);
        format!("confuses {confused} of {} targets", confusers.targets)
    };
    let bars = Bar::new(
        shown.iter().map(name).collect(),
        shown.iter().map(|&gene| confusers.share(gene)).collect(),
    )
    .name(format!("{label}, hubs {hubs} of confusers"))
    .offset_group(index.to_string())
    .legend_group(&label)
    .marker(Marker::new().color(colour(index, 1.0)))
    .hover_text_array(shown.iter().map(hover).collect::<Vec<_>>())
    .hover_template(format!("%{{hovertext}}<extra>{label}</extra>"));
    figure.plot.add_trace(bars);
}

fn draw_points(figure: &mut Figure, row: &Row, index: usize, panel: &Panel) {
    let confusers = &row.confusers;
    let genes: Vec<usize> = (0..row.genes.len())
        .filter(|&gene| confusers.popularity.count(gene) > 0 || confusers.share(gene) > 0.0)
        .collect();
    let label = plain(&row.label);
    let points = Scatter::new(
        genes.iter().map(|&gene| confusers.popularity.count(gene)).collect(),
        genes.iter().map(|&gene| confusers.share(gene)).collect(),
    )
    .name(&label)
    .mode(Mode::Markers)
    .marker(
        Marker::new()
            .size(7)
            .color(colour(index, 0.7))
            .line(Line::new().width(0.5).color(grey(0.6))),
    )
    .legend_group(&label)
    .show_legend(false)
    .hover_text_array(genes.iter().map(|&gene| plain(&row.genes[gene])).collect::<Vec<_>>())
    .hover_template(format!(
        "%{{hovertext}}: %{{x}} training targets, confuses %{{y:.2f}}<extra>{label}</extra>"
    ))
    .x_axis(panel.x())
    .y_axis(panel.y());
    figure.plot.add_trace(points);
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", 100.0 * share))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::figure;
    use crate::engine::value::Value;
    use crate::metrics::fixtures as by_hand;
    use crate::report::fixtures::{self, lone_cell};
    use std::sync::Arc;

    #[test]
    fn bars_are_shares_of_targets() {
        let json = figure(&[lone_cell(Value::Pools(Arc::new(by_hand::pools())))], 2).to_json();
        let bars = &json["data"][0];
        // Genes 0, 2, 3 and 4 confuse one of three targets each; 0 regulates two training targets.
        assert_eq!(bars["x"].as_array().unwrap()[..], ["g0<br>2", "g2<br>2"]);
        assert_eq!(bars["y"][0], 1.0 / 3.0);
        // Genes stand on the one axis, counts on the other.
        assert!(json["layout"]["xaxis2"].is_object() && json["layout"]["xaxis2"].get("matches").is_none());
        assert_eq!(bars["name"], "attn, hubs 0 % of confusers");
    }

    #[test]
    fn seeds_are_pooled() {
        let text = figure(&fixtures::sweep(), 10).to_json().to_string();
        assert!(text.contains("seeds 42–44; n = 159 evaluated targets"), "{text}");
    }
}
