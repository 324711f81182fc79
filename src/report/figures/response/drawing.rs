//! One panel: cells as points, the expected curve, the half response.

use crate::data::response::SteadyState;
use crate::report::figures::expression::{expression, shown_cells};
use crate::report::figures::panels::Panel;
use crate::report::figures::response::choice::Response;
use crate::report::figures::style::{grey, plain, type_colour};
use plotly::common::{DashType, HoverInfo, Line, Marker, Mode};
use plotly::layout::{Shape, ShapeLine, ShapeType};
use plotly::{Plot, Scatter};

/// More cell types than this don't fit a legend.
const MOST_TYPES: usize = 12;

impl Response<'_> {
    pub fn regulator_name(&self) -> &str {
        self.source.dataset.genes.get(self.regulator).map_or("", String::as_str)
    }

    /// `and · g012 ⊣ g045`; the blunt end marks a repressor, where signs are known.
    pub fn heading(&self) -> String {
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

    pub fn draw(&self, plot: &mut Plot, panel: &Panel) {
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
}

/// A dotted line at the half response.
pub fn half_line(panel: &Panel, half: f64) -> Shape {
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
