//! The two panels of a pair.

use crate::report::figures::expression::{expression, largest, shown_cells};
use crate::report::figures::panels::Panel;
use crate::report::figures::quadrants::{Pair, Quadrant};
use crate::report::figures::style::{axis, axis_title, colour_scale, grey, plain};
use crate::report::figures::team::choice::Team;
use plotly::common::{Anchor, ColorBar, DashType, ErrorData, ErrorType, Font, Marker, Mode, ThicknessMode};
use plotly::layout::{Axis, Shape, ShapeLine, ShapeType};
use plotly::{Bar, Plot, Scatter};

impl Team<'_> {
    fn name(&self, gene: usize) -> &str {
        self.dataset.genes.get(gene).map_or("", String::as_str)
    }

    /// `and · g045 by g012 and g017`.
    pub fn heading(&self) -> String {
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

    pub fn plane_axes(&self, panel: &Panel) -> (Axis, Axis) {
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

    pub fn draw_plane(&self, plot: &mut Plot, panel: &Panel, most: f64) {
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
    pub fn quadrant_names(&self, with_genes: bool) -> impl Fn(&Quadrant) -> String {
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

    pub fn bars_axis(&self, with_genes: bool) -> Axis {
        let axis = axis().show_grid(false).tick_angle(0.0);
        if with_genes {
            return axis;
        }
        let (x, y) = (self.name(self.pair.x), self.name(self.pair.y));
        axis.tick_font(Font::new().size(10))
            .title(axis_title(&format!("{x}, {y}")))
    }

    pub fn draw_bars(&self, plot: &mut Plot, panel: &Panel, quadrants: &[(String, Quadrant)], most: f64) {
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
    pub fn thresholds(&self, panel: &Panel) -> [Shape; 2] {
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
