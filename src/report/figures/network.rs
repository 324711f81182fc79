//! The known network: team sizes, and how many targets each regulator has.

use crate::data::network::Network;
use crate::engine::outcome::GridCell;
use crate::report::figures::Figure;
use crate::report::figures::expression::{Source, sources};
use crate::report::figures::panels::{Panel, height, panels};
use crate::report::figures::style::{axis, axis_title, colour, plain};
use crate::report::tables::dataset::team_sizes;
use crate::report::tables::notes;
use plotly::common::{Anchor, Font, Line, Marker, Mode};
use plotly::layout::{Annotation, BarMode};
use plotly::{Bar, Scatter};

/// Hubs that are named.
const NAMED: usize = 3;

/// Targets by team size as bars, and the targets of each regulator in descending order as a line; one a row of the
/// result.
pub fn figure(cells: &[GridCell]) -> Figure {
    let sources = distinct(sources(cells));
    let title = format!("The known network, {}", notes::data_name(cells));
    let (mut figure, mut layout) = Figure::new("network", title, &subtitle(&sources), height(2));
    let mut annotations = Vec::new();
    for panel in panels(2) {
        for (index, source) in sources.iter().enumerate() {
            match panel.is_first_column() {
                true => draw_sizes(&mut figure, source, index),
                false => annotations.extend(draw_hubs(&mut figure, source, index, &panel, sources.len() == 1)),
            }
        }
        let (heading, x, y) = match panel.is_first_column() {
            true => (
                "team sizes",
                axis().show_grid(false).title(axis_title("regulators of the target, R")),
                axis().title(axis_title("targets")),
            ),
            false => (
                "targets of each regulator",
                axis().title(axis_title("regulator, by number of targets")),
                axis(),
            ),
        };
        layout = panel.place(layout, x, y.n_ticks(6));
        annotations.push(panel.heading(format!("<b>{heading}</b>")));
    }
    let gap = (1.0 - 0.2 * sources.len() as f64).clamp(0.25, 0.6);
    let layout = layout
        .bar_mode(BarMode::Group)
        .bar_gap(gap)
        .show_legend(sources.len() > 1);
    figure.plot.set_layout(layout.annotations(annotations));
    figure
}

/// Rows with the same network are one, called by the first; one that is alone needs no name.
fn distinct(sources: Vec<Source<'_>>) -> Vec<Source<'_>> {
    let mut distinct: Vec<Source<'_>> = Vec::new();
    for source in sources {
        if distinct
            .iter()
            .all(|known| known.dataset.network != source.dataset.network)
        {
            distinct.push(source);
        }
    }
    if let [only] = distinct.as_mut_slice() {
        only.label.clear();
    }
    distinct
}

fn subtitle(sources: &[Source<'_>]) -> String {
    let words = |source: &Source<'_>| {
        let network = &source.dataset.network;
        let degrees = out_degrees(network);
        let hubs = degrees.len().div_ceil(10);
        let of_hubs: usize = degrees.iter().take(hubs).map(|&(_, targets)| targets).sum();
        let edges = network.edge_count();
        let label = if source.label.is_empty() {
            String::new()
        } else {
            format!("{}: ", source.label)
        };
        format!(
            "{label}{} regulators, {edges} edges, {:.0} % of them from the {hubs} largest hubs",
            degrees.len(),
            100.0 * of_hubs as f64 / edges.max(1) as f64
        )
    };
    sources.iter().take(3).map(words).collect::<Vec<_>>().join("; ")
}

/// Every regulator with its number of targets, most first; ties by index.
fn out_degrees(network: &Network) -> Vec<(usize, usize)> {
    let mut targets = vec![0; network.gene_count()];
    for target in 0..network.gene_count() {
        for &regulator in network.team(target) {
            if let Some(count) = targets.get_mut(regulator) {
                *count += 1;
            }
        }
    }
    let mut degrees: Vec<(usize, usize)> = targets
        .into_iter()
        .enumerate()
        .filter(|&(_, count)| count > 0)
        .collect();
    degrees.sort_by_key(|&(gene, count)| (std::cmp::Reverse(count), gene));
    degrees
}

fn draw_sizes(figure: &mut Figure, source: &Source<'_>, index: usize) {
    let sizes = team_sizes(source.dataset);
    let label = plain(&source.label);
    let bars = Bar::new(
        sizes.iter().map(|&(size, _)| format!("R = {size}")).collect::<Vec<_>>(),
        sizes.iter().map(|&(_, targets)| targets).collect::<Vec<_>>(),
    )
    .name(&label)
    .offset_group(index.to_string())
    .legend_group(&label)
    .marker(Marker::new().color(colour(index, 1.0)))
    .hover_template(format!("%{{x}}: %{{y}} targets<extra>{label}</extra>"));
    figure.plot.add_trace(bars);
}

/// Draws the line; names the largest hubs where it is alone.
fn draw_hubs(figure: &mut Figure, source: &Source<'_>, index: usize, panel: &Panel, named: bool) -> Vec<Annotation> {
    let degrees = out_degrees(&source.dataset.network);
    let name = |gene: usize| {
        source
            .dataset
            .genes
            .get(gene)
            .map_or_else(String::new, |name| plain(name))
    };
    let label = plain(&source.label);
    let points = Scatter::new(
        (1..=degrees.len()).collect(),
        degrees.iter().map(|&(_, targets)| targets).collect::<Vec<_>>(),
    )
    .name(&label)
    .mode(Mode::LinesMarkers)
    .line(Line::new().width(1.5).color(colour(index, 0.6)))
    .marker(Marker::new().size(5).color(colour(index, 1.0)))
    .legend_group(&label)
    .show_legend(false)
    .hover_text_array(degrees.iter().map(|&(gene, _)| name(gene)).collect::<Vec<_>>())
    .hover_template(format!("%{{hovertext}}: %{{y}} targets<extra>{label}</extra>"))
    .x_axis(panel.x())
    .y_axis(panel.y());
    figure.plot.add_trace(points);
    let hubs = degrees.iter().take(if named { NAMED } else { 0 }).enumerate();
    hubs.map(|(rank, &(gene, targets))| {
        Annotation::new()
            .text(name(gene))
            .font(Font::new().size(11))
            .show_arrow(false)
            .x_ref(panel.x())
            .y_ref(panel.y())
            .x(rank as f64 + 1.3)
            .y(targets as f64)
            .x_anchor(Anchor::Left)
            .y_anchor(Anchor::Bottom)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{figure, out_degrees};
    use crate::engine::value::Value;
    use crate::metrics::fixtures;
    use crate::report::fixtures::lone_cell;

    #[test]
    fn degrees_by_hand() {
        let dataset = fixtures::split().dataset;
        assert_eq!(out_degrees(&dataset.network), [(1, 6), (0, 4), (2, 3), (3, 1)]);
        let cells = [
            lone_cell(Value::Dataset(dataset.clone())),
            lone_cell(Value::Dataset(dataset)),
        ];
        let json = figure(&cells).to_json();
        let traces = json["data"].as_array().unwrap();
        assert_eq!(traces.len(), 2, "one network is drawn once");
        assert_eq!(traces[0]["y"].as_array().unwrap()[..], [4, 2]);
        assert_eq!(traces[1]["y"].as_array().unwrap()[..], [6, 4, 3, 1]);
        assert!(
            json.to_string()
                .contains("4 regulators, 14 edges, 43 % of them from the 1 largest hubs")
        );
    }
}
