//! Two regulators of a target together: the plane of both, and the four quadrants as bars.

use crate::data::dataset::Dataset;
use crate::engine::outcome::GridCell;
use crate::report::figures::Figure;
use crate::report::figures::expression::{Source, WrongArgument, expression, gene, largest, shown_cells, sources};
use crate::report::figures::panels::{MOST_PANELS, Panel, height, panels};
use crate::report::figures::quadrants::{Pair, Quadrant, balanced_target, quadrants, strongest};
use crate::report::figures::style::{axis, axis_title, colour_scale, grey, plain};
use crate::report::tables::notes;
use plotly::common::{Anchor, ColorBar, DashType, ErrorData, ErrorType, Font, Marker, Mode, ThicknessMode};
use plotly::layout::{Axis, Shape, ShapeLine, ShapeType};
use plotly::{Bar, Plot, Scatter};

/// The genes that the arguments name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chosen<'a> {
    /// The target.
    pub target: Option<&'a str>,
    /// The regulator on the horizontal axis.
    pub x: Option<&'a str>,
    /// The regulator on the vertical axis.
    pub y: Option<&'a str>,
}

/// One pair of panels.
struct Team<'a> {
    label: &'a str,
    dataset: &'a Dataset,
    pair: Pair,
}

/// Cells in the plane of two regulators, coloured by the target's raw expression, and the mean in the four quadrants.
///
/// # Errors
/// An unknown gene; the same gene twice; a target for which two regulators are neither known nor given.
pub fn figure(cells: &[GridCell], chosen: Chosen<'_>) -> Result<Figure, WrongArgument> {
    let sources = sources(cells);
    let teams = teams(&sources, chosen)?;
    let title = format!("Two regulators together, {}", notes::data_name(cells));
    let count = 2 * teams.len();
    let (mut figure, mut layout) = Figure::new("team", title, &subtitle(&teams, sources.len()), height(count));
    let most = teams.iter().map(|team| largest(team.dataset, &[team.pair.target]));
    let most = most.fold(0.0, f64::max);
    let (mut headings, mut lines) = (Vec::new(), Vec::new());
    for (index, panel) in panels(count).enumerate() {
        let Some(team) = teams.get(index / 2) else { continue };
        let (x, y) = if index.is_multiple_of(2) {
            team.draw_plane(&mut figure.plot, &panel, most);
            lines.extend(team.thresholds(&panel));
            headings.push(panel.heading(team.heading()));
            team.plane_axes(&panel)
        } else {
            let quadrants = quadrants(team.dataset, &team.pair);
            let name = team.quadrant_names(teams.len() == 1);
            team.draw_bars(&mut figure.plot, &panel, &quadrants.map(|q| (name(&q), q)), most);
            headings.push(panel.heading("mean by quadrant".to_owned()));
            (team.bars_axis(teams.len() == 1), axis().n_ticks(6))
        };
        layout = panel.place(layout, x, y);
    }
    let layout = layout.show_legend(false).annotations(headings).shapes(lines);
    figure.plot.set_layout(layout);
    Ok(figure)
}

/// Rows after the first show the genes of the first where they have the same network.
fn teams<'a>(sources: &'a [Source<'a>], chosen: Chosen<'_>) -> Result<Vec<Team<'a>>, WrongArgument> {
    let mut teams: Vec<Team<'a>> = Vec::new();
    for source in sources.iter().take(MOST_PANELS / 2) {
        let dataset = source.dataset;
        let like_first = teams
            .first()
            .filter(|first| first.dataset.genes == dataset.genes && first.dataset.network == dataset.network);
        let pair = match like_first {
            Some(first) => first.pair.with_thresholds_of(dataset),
            None => pair(source, chosen)?,
        };
        teams.push(Team {
            label: &source.label,
            dataset,
            pair,
        });
    }
    Ok(teams)
}

fn pair(source: &Source<'_>, chosen: Chosen<'_>) -> Result<Pair, WrongArgument> {
    let dataset = source.dataset;
    let named = |name: Option<&str>, parameter| name.map(|name| gene(dataset, name, parameter)).transpose();
    let (x, y) = (named(chosen.x, "x")?, named(chosen.y, "y")?);
    let target = match named(chosen.target, "target")? {
        Some(target) => target,
        None => balanced_target(dataset, &source.targets).ok_or_else(|| {
            let message = format!("no target of {} has two known regulators", dataset.name);
            WrongArgument::new(
                "target",
                "no-team",
                message,
                "expected `target=…`, `x=…` and `y=…`".to_owned(),
            )
        })?,
    };
    for (parameter, gene, others) in [("x", x, [Some(target), None]), ("y", y, [Some(target), x])] {
        if gene.is_some() && others.contains(&gene) {
            let message = format!("`{parameter}` names a gene that is shown already");
            let label = "expected another gene".to_owned();
            return Err(WrongArgument::new(parameter, "same-gene", message, label));
        }
    }
    let mut rest = strongest(dataset, target)
        .into_iter()
        .filter(|&regulator| Some(regulator) != x && Some(regulator) != y);
    match (x.or_else(|| rest.next()), y.or_else(|| rest.next())) {
        (Some(x), Some(y)) => Ok(Pair::new(dataset, target, x, y)),
        _ => Err(too_few(source, target)),
    }
}

fn too_few(source: &Source<'_>, target: usize) -> WrongArgument {
    let dataset = source.dataset;
    let (name, known) = (&dataset.genes[target], dataset.network.team(target).len());
    let message = match known {
        0 => format!("no regulator of `{name}` is known, and a team has two"),
        _ => format!("`{name}` has one known regulator, and a team has two"),
    };
    let label = "expected a target with two or more regulators".to_owned();
    let error = WrongArgument::new("target", "no-team", message, label);
    match balanced_target(dataset, &source.targets) {
        Some(other) => error.help(format!(
            "`{}` has two; or `x` and `y` name any two genes",
            dataset.genes[other]
        )),
        None => error.help("`x` and `y` may name any two genes".to_owned()),
    }
}

fn subtitle(teams: &[Team<'_>], rows: usize) -> String {
    let known = teams.iter().any(|team| team.dataset.steady_state.is_some());
    let mut parts = vec![
        "colour: the target's raw expression".to_owned(),
        match known {
            true => "dotted: half responses",
            false => "dotted: medians",
        }
        .to_owned(),
        "bars: 95 % interval of the mean".to_owned(),
    ];
    if teams
        .iter()
        .any(|team| team.dataset.network.team(team.pair.target).len() > 2)
    {
        parts.push("other regulators as they are in the cells".to_owned());
    }
    if rows > teams.len() {
        parts.push(format!("{} more rows left out", rows - teams.len()));
    }
    parts.join("; ")
}

impl Team<'_> {
    fn name(&self, gene: usize) -> &str {
        self.dataset.genes.get(gene).map_or("", String::as_str)
    }

    /// `and · g045 by g012 and g017`.
    fn heading(&self) -> String {
        let Pair { target, x, y, .. } = self.pair;
        let names = format!("{} by {} and {}", self.name(target), self.name(x), self.name(y));
        match self.label {
            "" => format!("<b>{}</b>", plain(&names)),
            label => format!("<b>{}</b> · {}", plain(label), plain(&names)),
        }
    }

    /// The gene with the end of its edge, for instance `g012 (represses)`.
    fn axis_name(&self, regulator: usize) -> String {
        let interactions = self
            .dataset
            .steady_state
            .as_ref()
            .map_or(&[][..], |state| state.kinetics.interactions(self.pair.target));
        let effect = interactions
            .iter()
            .find(|interaction| interaction.regulator == regulator);
        let words = match (effect, self.dataset.network.team(self.pair.target).contains(&regulator)) {
            (Some(interaction), _) if interaction.represses() => " (represses)",
            (Some(_), _) => " (activates)",
            (None, true) => " (regulates)",
            (None, false) => " (no regulator)",
        };
        format!("{}{words}", self.name(regulator))
    }

    fn plane_axes(&self, panel: &Panel) -> (Axis, Axis) {
        let Pair { x, y, .. } = self.pair;
        let scaled = |gene| {
            axis()
                .range(vec![0.0, largest(self.dataset, &[gene]) * 1.03])
                .n_ticks(5)
        };
        let vertical = match panel.is_first_column() {
            true => scaled(y).title(axis_title(&self.axis_name(y))),
            false => scaled(y),
        };
        (scaled(x).title(axis_title(&self.axis_name(x))), vertical)
    }

    fn draw_plane(&self, plot: &mut Plot, panel: &Panel, most: f64) {
        let cells = shown_cells(self.dataset);
        let Pair { target, x, y, .. } = self.pair;
        let is_first = panel.x() == "x";
        let mut marker = scaled_marker(most)
            .size(5)
            .color_array(expression(self.dataset, target, &cells))
            .show_scale(is_first);
        if is_first {
            marker = marker.color_bar(colour_bar());
        }
        let trace = Scatter::new(expression(self.dataset, x, &cells), expression(self.dataset, y, &cells))
            .mode(Mode::Markers)
            .marker(marker)
            .show_legend(false)
            .hover_template("%{x:.2f}, %{y:.2f}: %{marker.color:.2f}<extra></extra>")
            .x_axis(panel.x())
            .y_axis(panel.y());
        plot.add_trace(trace);
    }

    /// What bars are called: with the genes where there is room.
    fn quadrant_names(&self, with_genes: bool) -> impl Fn(&Quadrant) -> String {
        let (x, y) = match with_genes {
            true => (
                format!(" {}<br>", plain(self.name(self.pair.x))),
                format!(" {}", plain(self.name(self.pair.y))),
            ),
            false => (" ".to_owned(), String::new()),
        };
        let arrow = |high: bool| if high { "↑" } else { "↓" };
        move |quadrant| {
            let (first, second) = (arrow(quadrant.x_high), arrow(quadrant.y_high));
            format!("{first}{x}{second}{y}<br>n = {}", quadrant.cells)
        }
    }

    fn bars_axis(&self, with_genes: bool) -> Axis {
        let axis = axis().show_grid(false).tick_angle(0.0);
        if with_genes {
            return axis;
        }
        let (x, y) = (self.name(self.pair.x), self.name(self.pair.y));
        axis.tick_font(Font::new().size(10))
            .title(axis_title(&format!("{x}, {y}")))
    }

    fn draw_bars(&self, plot: &mut Plot, panel: &Panel, quadrants: &[(String, Quadrant)], most: f64) {
        let names: Vec<String> = quadrants.iter().map(|(name, _)| name.clone()).collect();
        let means: Vec<f64> = quadrants.iter().map(|(_, quadrant)| quadrant.mean).collect();
        let spreads: Vec<f64> = quadrants.iter().map(|(_, quadrant)| quadrant.half_width).collect();
        let trace = Bar::new(names, means.clone())
            .marker(scaled_marker(most).color_array(means).show_scale(false))
            .error_y(
                ErrorData::new(ErrorType::Data)
                    .array(spreads)
                    .color(grey(1.0))
                    .thickness(1.5)
                    .width(4),
            )
            .show_legend(false)
            .hover_template("%{y:.3f}<extra></extra>")
            .x_axis(panel.x())
            .y_axis(panel.y());
        plot.add_trace(trace);
    }

    /// A dotted line at each threshold.
    fn thresholds(&self, panel: &Panel) -> [Shape; 2] {
        let line = || {
            Shape::new()
                .shape_type(ShapeType::Line)
                .line(ShapeLine::new().color(grey(0.8)).width(1.0).dash(DashType::Dot))
        };
        let (x, y) = (self.pair.x_threshold, self.pair.y_threshold);
        let vertical = line().x_ref(panel.x()).y_ref(format!("{} domain", panel.y()));
        let horizontal = line().x_ref(format!("{} domain", panel.x())).y_ref(panel.y());
        [
            vertical.x0(x).x1(x).y0(0.0).y1(1.0),
            horizontal.x0(0.0).x1(1.0).y0(y).y1(y),
        ]
    }
}

/// The common scale of points and bars, from 0 to `most`.
fn scaled_marker(most: f64) -> Marker {
    Marker::new().color_scale(colour_scale()).cmin(0.0).cmax(most)
}

fn colour_bar() -> ColorBar {
    ColorBar::new()
        .thickness_mode(ThicknessMode::Pixels)
        .thickness(10)
        .outline_width(0)
        .n_ticks(5)
        .tick_font(Font::new().size(11))
        .x(1.01)
        .x_anchor(Anchor::Left)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Chosen, figure};
    use crate::engine::outcome::GridCell;
    use crate::engine::value::Value;
    use crate::report::fixtures::{dataset, lone_cell};
    use ndarray::Array2;
    use std::sync::Arc;

    /// Every gene counts cells, modulo its own index.
    fn cell() -> GridCell {
        let mut dataset = dataset();
        dataset.expression = Arc::new(Array2::from_shape_fn((300, 90), |(gene, cell)| {
            (cell % (gene + 2)) as f32
        }));
        lone_cell(Value::Dataset(Arc::new(dataset)))
    }

    fn failure(target: &str, x: Option<&str>, y: Option<&str>) -> (&'static str, &'static str) {
        let target = Some(target);
        let error = figure(&[cell()], Chosen { target, x, y }).unwrap_err();
        (error.parameter, error.diagnostic.code)
    }

    #[test]
    fn draws_the_genes_that_are_asked_for() {
        let chosen = Chosen {
            target: Some("gene7"),
            x: Some("gene0"),
            y: Some("gene1"),
        };
        let json = figure(&[cell()], chosen).unwrap().to_json();
        let traces = json["data"].as_array().unwrap();
        assert_eq!(traces.len(), 2);
        assert_eq!(traces[0]["x"].as_array().unwrap()[..3], [0.0, 1.0, 0.0]);
        assert_eq!(traces[0]["marker"]["color"].as_array().unwrap()[..3], [0.0, 1.0, 2.0]);
        // gene0 is 0 or 1 with the median 0.5, gene1 0, 1 or 2 with the median 1.
        assert_eq!(traces[1]["x"][0], "↓ gene0<br>↓ gene1<br>n = 30");
        assert_eq!(traces[1]["x"][3], "↑ gene0<br>↑ gene1<br>n = 15");
        assert!(json.to_string().contains("dotted: medians"));
    }

    #[test]
    fn arguments_that_do_not_fit_are_named() {
        assert_eq!(failure("gene0", None, None), ("target", "no-team"));
        assert_eq!(failure("gene50", Some("gene50"), None), ("x", "same-gene"));
        assert_eq!(failure("gene50", Some("gene1"), Some("gene1")), ("y", "same-gene"));
        assert_eq!(failure("gene50", None, Some("none")), ("y", "unknown-gene"));
    }
}
