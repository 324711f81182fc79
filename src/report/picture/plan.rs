//! A plan as a drawn forest: a box for each stage, from the source down to the results.

mod forest;
mod words;

use crate::plan::explain::{Explanation, StageRow};
use crate::report::picture::colour::{Colour, INK};
use crate::report::picture::stroke::Stroke;
use crate::report::picture::svg::{Anchor, Svg, number};
use crate::report::picture::text::{self, Line};
use crate::report::picture::wrap::wrap;
use crate::report::picture::{Picture, WIDTH};
use forest::{Branch, forest};
use words::{details, head};

/// What a plan is drawn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A white page of its own, for a PNG or a file.
    White,
    /// The page around it, light or dark: an element for HTML.
    Page,
}

const ACCENT: Colour = Colour::opaque(0, 114, 178);
/// Legible on white and on near-black.
const GREY: Colour = Colour::opaque(128, 134, 140);
const SIZE: f64 = 13.0;
const SMALL: f64 = 11.5;
const LEADING: f64 = 17.0;
const PADDING: f64 = 8.0;
/// Text is measured as Inter, and a page may set it in a font that is wider by this factor.
const WIDER: f64 = 1.18;
/// Between two boxes.
const GAP: f64 = 14.0;
/// How far a branch stands right of what it branches from.
const INDENT: f64 = 26.0;
/// More boxes than this are counted, not drawn.
const MOST: usize = 80;

/// Draws the stages of `explanation`, `width` pixels wide; those that are finished already are marked.
pub fn draw_plan(explanation: &Explanation, width: f64, ground: Ground) -> Picture {
    let width = if width.is_finite() {
        width.clamp(300.0, 4000.0)
    } else {
        WIDTH
    };
    let mut drawing = Drawing {
        explanation,
        svg: Svg::default(),
        width,
        slack: match ground {
            Ground::White => 1.0,
            Ground::Page => WIDER,
        },
        y: 1.0,
        drawn: 0,
    };
    for branch in forest(explanation) {
        drawing.branch(&branch, 1.0, None);
    }
    let left = explanation.stages.len().saturating_sub(drawing.drawn);
    if left > 0 {
        drawing.note(&format!("… and {left} more stages"));
    }
    if !explanation.views.is_empty() {
        drawing.note(&format!("shown by {}", explanation.views.join(", ")));
    }
    let height = drawing.y + 1.0;
    let label = format!("The plan of {}", explanation.pipeline);
    let svg = match ground {
        Ground::White => drawing.svg.finish(width, height, &label),
        Ground::Page => drawing.svg.finish_inline(width, height, &label),
    };
    Picture {
        svg,
        width,
        height,
        unknown: Vec::new(),
    }
}

struct Drawing<'a> {
    explanation: &'a Explanation,
    svg: Svg,
    width: f64,
    /// How much wider than measured text may be: a page has fonts of its own.
    slack: f64,
    /// Where the next box begins.
    y: f64,
    /// How many stages the boxes stand for.
    drawn: usize,
}

impl Drawing<'_> {
    /// Draws a box and what follows it; `from` is the bottom left of the box that feeds it.
    fn branch(&mut self, branch: &Branch, x: f64, from: Option<(f64, f64)>) {
        let Some(row) = self.explanation.stages.get(branch.rows[0]) else {
            return;
        };
        if self.y > MOST as f64 * 60.0 {
            return;
        }
        self.drawn += branch.rows.len();
        let stages = &self.explanation.stages;
        let finished = branch
            .rows
            .iter()
            .all(|index| stages.get(*index).is_some_and(|row| row.cached));
        let room = (self.width - x - 1.0).max(160.0);
        let (top, bottom) = self.stage((row, branch), x, room, finished);
        if let Some(from) = from {
            self.connect(from, (x, top));
        }
        self.y = bottom + GAP;
        let forks = branch.children.len() > 1;
        let indent = if forks {
            INDENT.min((self.width / 3.0 - x).max(0.0))
        } else {
            0.0
        };
        for child in &branch.children {
            self.branch(child, x + indent, Some((x, bottom)));
        }
    }

    /// Draws one box; gives its top and bottom.
    fn stage(&mut self, (row, branch): (&StageRow, &Branch), x: f64, room: f64, finished: bool) -> (f64, f64) {
        let quiet = if row.implied { 0.6 } else { 1.0 };
        let head = head(row, branch);
        let inner = (room - 2.0 * PADDING) / self.slack;
        let gives = text::plain(&format!("→ {}", row.gives), SMALL);
        let mut lines = wrap(&head, inner - gives.width() - 24.0);
        lines.extend(
            details(self.explanation, row, branch, finished)
                .iter()
                .flat_map(|line| wrap(line, inner)),
        );
        let used = lines
            .iter()
            .map(Line::width)
            .fold(head.width().min(inner) + gives.width() + 24.0, f64::max);
        let width = (used * self.slack + 2.0 * PADDING).clamp(220.0_f64.min(room), room);
        let top = self.y;
        let height = 2.0 * PADDING + lines.len() as f64 * LEADING - 4.0;
        let (fill, edge) = match (row.implied, finished) {
            (_, true) => (ACCENT.faded(0.12), Stroke::solid(ACCENT.faded(0.8), 1.0)),
            (true, _) => (INK.faded(0.0), Stroke::solid(INK.faded(0.22), 1.0)),
            (false, _) => (INK.faded(0.045), Stroke::solid(INK.faded(0.5), 1.0)),
        };
        if branch.rows.len() > 1 {
            // A stack: one box that stands for several.
            self.svg
                .rounded((x + 4.0, top + 4.0), (width, height), INK.faded(0.0), &edge);
        }
        self.svg.rounded((x, top), (width, height), fill, &edge);
        for (index, line) in lines.iter().enumerate() {
            let baseline = top + PADDING + 11.0 + index as f64 * LEADING;
            let faded = if index == 0 { quiet } else { 0.72 };
            self.svg
                .text(line, x + PADDING, baseline, Anchor::Start, INK.faded(faded));
        }
        let end = x + width - PADDING;
        self.svg
            .text(&gives, end, top + PADDING + 11.0, Anchor::End, INK.faded(0.72));
        (top, top + height)
    }

    fn connect(&mut self, (from_x, from_y): (f64, f64), (x, y): (f64, f64)) {
        // Opaque, as lines to siblings lie on one another.
        let stroke = Stroke::solid(GREY, 1.25);
        let start = from_x + 13.0;
        if x == from_x {
            let d = format!("M{} {}V{}", number(start), number(from_y), number(y - 4.0));
            self.svg.path(&d, Some(&stroke), None);
            let d = format!("M{} {}l-3.5 -5h7Z", number(start), number(y - 0.5));
            self.svg.path(&d, None, Some(GREY));
        } else {
            let middle = y + 14.0;
            let d = format!(
                "M{} {}V{}H{}",
                number(start),
                number(from_y),
                number(middle),
                number(x - 4.0)
            );
            self.svg.path(&d, Some(&stroke), None);
            let d = format!("M{} {}l-5 -3.5v7Z", number(x - 0.5), number(middle));
            self.svg.path(&d, None, Some(GREY));
        }
    }

    fn note(&mut self, words: &str) {
        for line in wrap(&text::plain(words, SMALL), self.width - 2.0) {
            self.y += SMALL;
            self.svg.text(&line, 1.0, self.y, Anchor::Start, INK.faded(0.72));
            self.y += 6.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ground, draw_plan};
    use crate::lang::arguments::Argument;
    use crate::lang::types::Type;
    use crate::plan::explain::{Explanation, StageRow};
    use crate::plan::graph::NodeId;

    fn row(name: &str, input: Option<usize>, arguments: Vec<(&'static str, i64)>) -> StageRow {
        StageRow {
            name: name.to_owned(),
            gives: Type::Split,
            id: NodeId([0; 16]),
            input,
            given: arguments.iter().map(|argument| argument.0).collect(),
            arguments: arguments
                .into_iter()
                .map(|(name, value)| (name, Argument::Integer(value)))
                .collect(),
            implied: false,
            cached: false,
            hints: Vec::new(),
            cells: 1,
            cost: None,
            sets: Vec::new(),
        }
    }

    fn explanation(seeds: i64) -> Explanation {
        let mut stages = vec![row("simulate sergio", None, vec![("genes", 300)])];
        for seed in 0..seeds {
            let split = stages.len();
            stages.push(row("split stratified", Some(0), vec![("seed", 42 + seed)]));
            stages.push(row("retrieve attn", Some(split), vec![("k", 80)]));
        }
        Explanation {
            pipeline: "simulate | split seed=[…] | retrieve attn".to_owned(),
            axes: Vec::new(),
            cells: usize::try_from(seeds).unwrap_or(0),
            unshared: stages.len(),
            stages,
            views: vec!["plot coverage".to_owned()],
            rules: Vec::new(),
        }
    }

    fn boxes(svg: &str) -> usize {
        svg.matches("rx=\"6\"").count()
    }

    #[test]
    fn every_stage_has_a_box() {
        let drawn = draw_plan(&explanation(3), 900.0, Ground::White);
        assert_eq!(boxes(&drawn.svg), 7);
        for words in ["simulate sergio", "genes=300", "seed=44", "k=80", "plot coverage"] {
            assert!(drawn.svg.contains(words), "{words}");
        }
    }

    #[test]
    fn wide_sweeps_are_stacked() {
        let drawn = draw_plan(&explanation(100), 900.0, Ground::White);
        // The source, and two boxes with another behind each.
        assert_eq!(boxes(&drawn.svg), 5);
        assert!(drawn.svg.contains("seed = 42, 43, …, 141") && drawn.svg.contains("(×100)"));
        assert!(drawn.height < 300.0);
    }

    #[test]
    fn inline_it_takes_the_pages_colours() {
        let mut explanation = explanation(2);
        explanation.stages[0].cached = true;
        let drawn = draw_plan(&explanation, 900.0, Ground::Page);
        assert!(drawn.svg.contains("currentColor") && drawn.svg.contains("finished already"));
        assert!(!drawn.svg.contains("#1f2328") && !drawn.svg.contains("#ffffff"));
    }
}
