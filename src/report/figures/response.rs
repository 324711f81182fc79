//! A target's expression against each of its regulators: a panel each, with the expected curve where it is known.

use crate::data::response::SteadyState;
use crate::engine::outcome::GridCell;
use crate::report::figures::Figure;
use crate::report::figures::expression::{
    Source, WrongArgument, evenly, expression, gene, largest, shown_cells, sources,
};
use crate::report::figures::panels::{MOST_PANELS, Panel, height, panels};
use crate::report::figures::quadrants::balanced_target;
use crate::report::figures::style::{axis, axis_title, grey, plain, type_colour};
use crate::report::tables::notes;
use plotly::common::{DashType, HoverInfo, Line, Marker, Mode};
use plotly::layout::{Shape, ShapeLine, ShapeType};
use plotly::{Plot, Scatter};

/// More cell types than this don't fit a legend.
const MOST_TYPES: usize = 12;
/// Points of an expected curve.
const CURVE_POINTS: usize = 60;
/// Cells over which an expected curve is averaged.
const AVERAGED_CELLS: usize = 300;

/// One regulator of a target in one data set.
struct Response<'a> {
    source: &'a Source<'a>,
    target: usize,
    regulator: usize,
}

/// Raw expression of `target` against that of each of its regulators, a point a cell; by default of the target that
/// `plot team` shows.
///
/// # Errors
/// An unknown gene; a gene without known regulators.
pub fn figure(cells: &[GridCell], target: Option<&str>) -> Result<Figure, WrongArgument> {
    let sources = sources(cells);
    let (responses, left_out) = responses(&sources, target)?;
    let title = title(&responses, cells);
    let subtitle = subtitle(&responses, left_out);
    let (mut figure, mut layout) = Figure::new("response", title, &subtitle, height(responses.len()));
    let (mut headings, mut halves) = (Vec::new(), Vec::new());
    let top = responses.iter().map(Response::largest_target).fold(0.0, f64::max) * 1.03;
    for (panel, response) in panels(responses.len()).zip(&responses) {
        response.draw(&mut figure.plot, &panel);
        halves.extend(response.half_response().map(|half| half_line(&panel, half)));
        let x = axis()
            .range(vec![0.0, response.largest_regulator() * 1.03])
            .n_ticks(5)
            .title(axis_title(response.regulator_name()));
        let mut y = axis().range(vec![0.0, top]).n_ticks(6);
        if panel.is_first_column() {
            y = y.title(axis_title("expression of the target"));
        } else {
            y = y.show_tick_labels(false);
        }
        layout = panel.place(layout, x, y);
        headings.push(panel.heading(response.heading()));
    }
    figure.plot.set_layout(layout.annotations(headings).shapes(halves));
    Ok(figure)
}

/// The panels, and how many don't fit. Rows share the room evenly; those after the first show the target of the first
/// where they have the same network.
fn responses<'a>(sources: &'a [Source<'a>], name: Option<&str>) -> Result<(Vec<Response<'a>>, usize), WrongArgument> {
    let mut responses: Vec<Response<'_>> = Vec::new();
    let mut left_out = 0;
    let room = (MOST_PANELS / sources.len().max(1)).max(1);
    for source in sources {
        let network = &source.dataset.network;
        let like_first = responses
            .first()
            .filter(|first| first.source.dataset.network == *network);
        let target = match like_first {
            Some(first) => first.target,
            None => target_of(source, name)?,
        };
        let team = network.team(target);
        let shown = team.len().min(room).min(MOST_PANELS - responses.len());
        left_out += team.len() - shown;
        responses.extend(team.iter().take(shown).map(|&regulator| Response {
            source,
            target,
            regulator,
        }));
    }
    Ok((responses, left_out))
}

fn target_of(source: &Source<'_>, name: Option<&str>) -> Result<usize, WrongArgument> {
    let network = &source.dataset.network;
    let default = balanced_target(source.dataset, &source.targets).or_else(|| source.targets.first().copied());
    let (target, name) = match (name, default) {
        (Some(name), _) => (gene(source.dataset, name, "target")?, name),
        (None, Some(target)) => return Ok(target),
        (None, None) => {
            let message = format!("no target of {} has a known regulator", source.dataset.name);
            return Err(WrongArgument::new(
                "target",
                "no-known-regulators",
                message,
                String::new(),
            ));
        }
    };
    if !network.team(target).is_empty() {
        return Ok(target);
    }
    let message = format!("no regulator of `{name}` is known");
    let label = "expected a gene with known regulators".to_owned();
    let error = WrongArgument::new("target", "no-known-regulators", message, label);
    Err(match default {
        Some(other) => error.help(format!("`{}` has known regulators", source.dataset.genes[other])),
        None => error,
    })
}

fn title(responses: &[Response<'_>], cells: &[GridCell]) -> String {
    let names = notes::distinct(responses.iter().map(|r| r.source.dataset.genes[r.target].clone()));
    let whose = if names.len() == 1 { "its" } else { "their" };
    let names = names.join(", ");
    format!(
        "Response of {names} to {whose} known regulators, {}",
        notes::data_name(cells)
    )
}

fn subtitle(responses: &[Response<'_>], left_out: usize) -> String {
    let mut parts = vec!["a point a cell, raw expression".to_owned()];
    let known = responses.iter().any(|response| response.steady_state().is_some());
    if known {
        parts.push(
            "line: steady state, the other regulators as they are in the cells; dotted: half response".to_owned(),
        );
    }
    if left_out > 0 {
        parts.push(format!("{left_out} more panels left out"));
    }
    parts.join("; ")
}

impl Response<'_> {
    fn steady_state(&self) -> Option<&SteadyState> {
        self.source.dataset.steady_state.as_deref()
    }

    fn half_response(&self) -> Option<f64> {
        self.steady_state().map(|state| state.half_response(self.regulator))
    }

    fn regulator_name(&self) -> &str {
        self.source.dataset.genes.get(self.regulator).map_or("", String::as_str)
    }

    fn largest_regulator(&self) -> f64 {
        largest(self.source.dataset, &[self.regulator])
    }

    /// `and · g012 ⊣ g045`; the blunt end marks a repressor, where signs are known.
    fn heading(&self) -> String {
        let interaction = self.steady_state().and_then(|state| {
            let mut interactions = state.kinetics.interactions(self.target).iter();
            interactions.find(|interaction| interaction.regulator == self.regulator)
        });
        let arrow = match interaction {
            Some(interaction) if interaction.represses() => "⊣",
            _ => "→",
        };
        let target = self.source.dataset.genes.get(self.target).map_or("", String::as_str);
        let edge = plain(&format!("{} {arrow} {target}", self.regulator_name()));
        match self.source.label.as_str() {
            "" => format!("<b>{edge}</b>"),
            label => format!("<b>{}</b> · {edge}", plain(label)),
        }
    }

    fn draw(&self, plot: &mut Plot, panel: &Panel) {
        let dataset = self.source.dataset;
        let types = dataset.type_count();
        let shown = shown_cells(dataset);
        let in_legend = panel.x() == "x" && types <= MOST_TYPES;
        for kind in 0..types {
            let cells: Vec<usize> = shown
                .iter()
                .copied()
                .filter(|&cell| dataset.cell_types.get(cell) == Some(&kind))
                .collect();
            let x = expression(dataset, self.regulator, &cells);
            let y = expression(dataset, self.target, &cells);
            let name = format!("type {}", kind + 1);
            let trace = Scatter::new(x, y)
                .name(&name)
                .mode(Mode::Markers)
                .marker(Marker::new().size(4).color(type_colour(kind, 0.55)))
                .legend_group(&name)
                .show_legend(in_legend)
                .hover_template(format!("%{{x:.2f}} → %{{y:.2f}}<extra>{name}</extra>"))
                .x_axis(panel.x())
                .y_axis(panel.y());
            plot.add_trace(trace);
        }
        if let Some(state) = self.steady_state() {
            self.draw_curve(state, plot, panel);
        }
    }

    fn draw_curve(&self, state: &SteadyState, plot: &mut Plot, panel: &Panel) {
        let (x, y) = self.curve(state).into_iter().unzip();
        let trace = Scatter::<f64, f64>::new(x, y)
            .name("steady state")
            .mode(Mode::Lines)
            .line(Line::new().width(2.5).color(grey(1.0)))
            .legend_group("steady state")
            .show_legend(panel.x() == "x")
            .hover_info(HoverInfo::Skip)
            .x_axis(panel.x())
            .y_axis(panel.y());
        plot.add_trace(trace);
    }

    /// The expected curve, from 0 to the regulator's largest expression.
    fn curve(&self, state: &SteadyState) -> Vec<(f64, f64)> {
        let largest = self.largest_regulator();
        let at = |point: usize| largest * point as f64 / CURVE_POINTS as f64;
        (0..=CURVE_POINTS)
            .map(|point| (at(point), self.expected(state, at(point))))
            .collect()
    }

    /// The largest expression of the target in any cell or on its curve.
    fn largest_target(&self) -> f64 {
        let cells = largest(self.source.dataset, &[self.target]);
        let curve = self.steady_state().map(|state| self.curve(state)).unwrap_or_default();
        curve.iter().map(|&(_, y)| y).fold(cells, f64::max)
    }

    /// The target's steady state with this regulator at `concentration`, averaged over the other regulators' values in
    /// the cells.
    fn expected(&self, state: &SteadyState, concentration: f64) -> f64 {
        let expression = &self.source.dataset.expression;
        let cells = evenly(self.source.dataset.cell_count(), AVERAGED_CELLS);
        let in_cell = |&cell: &usize| {
            let at = |regulator: usize| match regulator == self.regulator {
                true => concentration,
                false => expression.get((regulator, cell)).copied().map_or(0.0, f64::from),
            };
            state.expression(self.target, at).unwrap_or(0.0)
        };
        cells.iter().map(in_cell).sum::<f64>() / cells.len().max(1) as f64
    }
}

fn half_line(panel: &Panel, half: f64) -> Shape {
    Shape::new()
        .shape_type(ShapeType::Line)
        .x_ref(panel.x())
        .y_ref(format!("{} domain", panel.y()))
        .x0(half)
        .x1(half)
        .y0(0.0)
        .y1(1.0)
        .line(ShapeLine::new().color(grey(0.8)).width(1.0).dash(DashType::Dot))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::figure;
    use crate::data::kinetics::{Interaction, Kinetics, Rule};
    use crate::data::response::{Logic, SteadyState};
    use crate::engine::outcome::GridCell;
    use crate::engine::value::Value;
    use crate::report::fixtures::{dataset, lone_cell};
    use std::sync::Arc;

    /// The fixture with kinetics: every K is 3, every H is 2, λ is 0.5.
    fn simulated(logic: Logic) -> GridCell {
        let mut dataset = dataset();
        let interaction = |&regulator: &usize| Interaction {
            regulator,
            strength: 3.0,
            hill: 2.0,
        };
        let rule = |gene: usize| match dataset.network.team(gene) {
            [] => Rule::Master(vec![1.0; 9]),
            team => Rule::Regulated(team.iter().map(interaction).collect()),
        };
        let kinetics = Kinetics {
            genes: dataset.genes.clone(),
            rules: (0..dataset.gene_count()).map(rule).collect(),
            types: 9,
        };
        dataset.steady_state = Some(Arc::new(SteadyState {
            half_responses: vec![2.0; dataset.gene_count()],
            kinetics,
            logic,
            decay: 0.5,
        }));
        dataset.expression = Arc::new(ndarray::Array2::from_elem((300, 90), 2.0));
        lone_cell(Value::Dataset(Arc::new(dataset)))
    }

    #[test]
    fn the_curve_is_the_mean_over_the_other_regulators() {
        let cell = simulated(Logic::And);
        let network = Arc::clone(&cell.value.dataset().unwrap().network);
        let target = network.targets_of_size(2)[0];
        let json = figure(&[cell], Some(&format!("gene{target}"))).unwrap().to_json();
        let lines: Vec<_> = json["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|t| t["mode"] == "lines")
            .collect();
        assert_eq!(lines.len(), 2, "a panel a regulator");
        // The other regulator stands at its half response: (3 + 3)·0.5·0.5/0.5 where this one does, too.
        let last = |axis: &str| lines[0][axis].as_array().unwrap().last().unwrap().as_f64().unwrap();
        assert!((last("x") - 2.0).abs() < 1e-9 && (last("y") - 3.0).abs() < 1e-9);
        let text = json.to_string();
        assert!(text.contains("dotted: half response") && !text.contains("NaN"));
    }

    #[test]
    fn rows_share_the_panels() {
        let mut cells = vec![simulated(Logic::Sum), simulated(Logic::And), simulated(Logic::Or)];
        for (cell, logic) in cells.iter_mut().zip(Logic::NAMES) {
            let value = crate::lang::arguments::Argument::Text(logic.to_owned());
            cell.axes.push(("logic".to_owned(), value));
        }
        let network = Arc::clone(&cells[0].value.dataset().unwrap().network);
        let target = format!("gene{}", network.targets_of_size(4)[0]);
        let text = figure(&cells, Some(&target)).unwrap().to_json().to_string();
        assert!(text.contains("6 more panels left out"), "two of four regulators each");
        assert!(
            Logic::NAMES
                .iter()
                .all(|logic| text.contains(&format!("<b>{logic}</b>")))
        );
    }

    #[test]
    fn without_kinetics_there_is_no_curve() {
        let text = figure(&[lone_cell(Value::Dataset(Arc::new(dataset())))], None).unwrap();
        let text = text.to_json().to_string();
        assert!(!text.contains("steady state") && !text.contains("half response") && !text.contains("NaN"));
    }

    #[test]
    fn a_master_regulator_has_no_response() {
        let error = figure(&[simulated(Logic::Sum)], Some("gene0")).unwrap_err();
        assert_eq!(
            (error.parameter, error.diagnostic.code),
            ("target", "no-known-regulators")
        );
    }
}
