//! Two regulators of a target together: the plane of both, and the four quadrants as bars.

mod choice;
mod drawing;

pub use choice::Chosen;

use crate::engine::outcome::GridCell;
use crate::report::figures::Figure;
use crate::report::figures::expression::{WrongArgument, largest, sources};
use crate::report::figures::panels::{height, panels};
use crate::report::figures::quadrants::quadrants;
use crate::report::figures::style::axis;
use crate::report::tables::notes;
use choice::{Team, teams};

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
