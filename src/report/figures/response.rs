//! A target's expression against each of its regulators: a panel each, with the expected curve where it is known.

mod choice;
mod curve;
mod drawing;

use crate::engine::outcome::GridCell;
use crate::report::figures::Figure;
use crate::report::figures::expression::{WrongArgument, sources};
use crate::report::figures::panels::{height, panels};
use crate::report::figures::style::{axis, axis_title};
use crate::report::tables::notes;
use choice::{Response, responses};
use drawing::half_line;

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
