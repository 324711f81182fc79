//! Small multiples: panels in a grid that share their scales.

use plotly::Layout;
use plotly::common::{Anchor, Font};
use plotly::layout::{Annotation, Axis};

/// plotly's typed layout knows eight pairs of axes.
pub const MOST_PANELS: usize = 8;

const COLUMNS: usize = 4;
const GAP: f64 = 0.05;
const PANEL_HEIGHT: usize = 260;

/// The place of one panel.
pub struct Panel {
    index: usize,
    count: usize,
}

/// The panels of a figure, at most [`MOST_PANELS`], row by row.
pub fn panels(count: usize) -> impl Iterator<Item = Panel> {
    let count = count.min(MOST_PANELS);
    (0..count).map(move |index| Panel { index, count })
}

/// The height in pixels of a figure with `count` panels, with room for its title and legend.
pub fn height(count: usize) -> usize {
    180 + PANEL_HEIGHT * count.clamp(1, MOST_PANELS).div_ceil(COLUMNS)
}

impl Panel {
    /// `x`, `x2`, …, as traces name their axis.
    pub fn x(&self) -> String {
        axis_name("x", self.index)
    }

    /// `y`, `y2`, …
    pub fn y(&self) -> String {
        axis_name("y", self.index)
    }

    /// Whether it stands in the first column.
    pub fn is_first_column(&self) -> bool {
        self.index.is_multiple_of(COLUMNS)
    }

    /// Whether no panel stands beneath it.
    pub fn is_lowest(&self) -> bool {
        self.index + COLUMNS >= self.count
    }

    /// Puts its axes into `layout`. Zooming one panel zooms all: only the first column has labels.
    pub fn place(&self, layout: Layout, x: Axis, y: Axis) -> Layout {
        match self.index {
            0 => self.place_apart(layout, x, y),
            _ => self.place_apart(layout, x.matches("x"), y.matches("y")),
        }
    }

    /// Puts its axes into `layout`; they share nothing with those of other panels.
    pub fn place_apart(&self, layout: Layout, x: Axis, y: Axis) -> Layout {
        let columns = self.count.min(COLUMNS);
        let rows = self.count.div_ceil(COLUMNS);
        let (across, down) = (self.index % COLUMNS, self.index / COLUMNS);
        let x = x.domain(&span(across, columns, GAP)).anchor(self.y());
        let row_gap = if rows > 1 { 4.0 * GAP } else { 0.0 };
        let y = y.domain(&span(rows - 1 - down, rows, row_gap)).anchor(self.x());
        match self.index {
            0 => layout.x_axis(x).y_axis(y),
            1 => layout.x_axis2(x).y_axis2(y),
            2 => layout.x_axis3(x).y_axis3(y),
            3 => layout.x_axis4(x).y_axis4(y),
            4 => layout.x_axis5(x).y_axis5(y),
            5 => layout.x_axis6(x).y_axis6(y),
            6 => layout.x_axis7(x).y_axis7(y),
            _ => layout.x_axis8(x).y_axis8(y),
        }
    }

    /// Its heading, above the plot area at the left.
    pub fn heading(&self, text: String) -> Annotation {
        Annotation::new()
            .text(text)
            .font(Font::new().size(13))
            .show_arrow(false)
            .x_ref(format!("{} domain", self.x()))
            .y_ref(format!("{} domain", self.y()))
            .x(0.0)
            .y(1.02)
            .x_anchor(Anchor::Left)
            .y_anchor(Anchor::Bottom)
    }
}

fn axis_name(letter: &str, index: usize) -> String {
    match index {
        0 => letter.to_owned(),
        index => format!("{letter}{}", index + 1),
    }
}

/// The `index`-th of `count` equal parts of [0, 1] with `gap` between them.
fn span(index: usize, count: usize, gap: f64) -> [f64; 2] {
    let width = (1.0 - gap * (count as f64 - 1.0)) / count as f64;
    let start = index as f64 * (width + gap);
    [start, (start + width).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::{Panel, panels, span};

    #[test]
    fn parts_do_not_overlap() {
        for count in 1..=4 {
            let spans: Vec<[f64; 2]> = (0..count).map(|index| span(index, count, 0.05)).collect();
            assert!(spans.windows(2).all(|pair| pair[0][1] < pair[1][0]));
            assert!((spans[count - 1][1] - 1.0).abs() < 1e-12 && spans[0][0] == 0.0);
        }
    }

    #[test]
    fn the_lowest_of_each_column_are_known() {
        let lowest: Vec<bool> = panels(6).map(|panel| Panel::is_lowest(&panel)).collect();
        assert_eq!(lowest, [false, false, true, true, true, true]);
        assert_eq!(panels(12).count(), 8);
    }
}
