//! The title of a figure, wrapped to the picture.

use crate::report::picture::EDGE;
use crate::report::picture::axis_text::{ink, size};
use crate::report::picture::colour::Colour;
use crate::report::picture::markup::parse;
use crate::report::picture::scene::Scene;
use crate::report::picture::svg::{Anchor, Svg};
use crate::report::picture::text::{CAPITALS, LINE, Line};
use crate::report::picture::unknown::Unknown;
use crate::report::picture::wrap::wrap;

/// The title's lines.
pub struct Title {
    lines: Vec<Line>,
    /// How many lines there would be on a wide picture.
    described: usize,
    size: f64,
}

/// The title of the layout, laid out.
pub fn title(scene: &Scene, unknown: &mut Unknown) -> Title {
    let described = &scene.layout.title;
    let size = size(&described.font, 17.0);
    let (parsed, elements) = parse(described.text.as_deref().unwrap_or(""), size);
    for element in elements {
        unknown.add("layout.title", format_args!("<{element}>"));
    }
    let room = scene.width - scene.area.left.min(scene.width / 4.0) - EDGE;
    let lines: Vec<Line> = parsed.iter().flat_map(|line| wrap(line, room)).collect();
    Title {
        described: parsed.len(),
        lines,
        size,
    }
}

impl Title {
    /// How many pixels its lines take up that the description doesn't expect.
    pub fn surplus(&self) -> f64 {
        (self.lines.len() - self.described.min(self.lines.len())) as f64 * self.size * LINE
    }

    /// Draws it where the layout asks for it.
    pub fn draw(&self, svg: &mut Svg, scene: &Scene, default_ink: Colour) {
        let described = &scene.layout.title;
        let by_default = if described.xref.as_deref() == Some("paper") {
            0.0
        } else {
            0.05
        };
        let share = described.x.unwrap_or(by_default);
        let x = match described.xref.as_deref() {
            Some("paper") => scene.area.left + share * scene.area.width,
            _ => share * scene.width,
        };
        let anchor = match described.xanchor.as_deref() {
            Some("left") => Anchor::Start,
            Some("center") => Anchor::Middle,
            Some("right") => Anchor::End,
            _ if share < 1.0 / 3.0 => Anchor::Start,
            _ if share > 2.0 / 3.0 => Anchor::End,
            _ => Anchor::Middle,
        };
        // plotly.js measures from the bottom of the figure, which grows with the surplus.
        let height = scene.layout.height.unwrap_or(scene.height);
        let y = described.y.map_or(scene.area.top / 2.0, |share| (1.0 - share) * height);
        let capitals = CAPITALS * self.size;
        let baseline = match described.yanchor.as_deref() {
            Some("top") | None => y + capitals,
            Some("middle") => y + capitals / 2.0,
            _ => y,
        };
        let colour = ink(&described.font, default_ink);
        svg.text_lines(&self.lines, x, baseline, anchor, colour);
    }
}
