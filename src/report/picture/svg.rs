//! An SVG being written.

use crate::report::html::escape;
use crate::report::picture::colour::{Colour, INK};
use crate::report::picture::stroke::{Stroke, stroked};
use crate::report::picture::text::{LINE, Line};
use std::fmt::Write;

/// What text is set in: the embedded font where there is one, otherwise the platform's.
pub const FONT: &str = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif";

/// Elements in drawing order.
#[derive(Default, Debug)]
pub struct Svg {
    body: String,
}

/// Where a piece of text stands beside its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    /// What share of the width lies before the point.
    pub fn share(self) -> f64 {
        match self {
            Self::Start => 0.0,
            Self::Middle => 0.5,
            Self::End => 1.0,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A coordinate or length with at most two decimals.
pub fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" | "" => "0".to_owned(),
        text => text.to_owned(),
    }
}

/// The attributes that give `name`, `fill` or `stroke`, a colour.
pub fn paint(name: &str, colour: Colour) -> String {
    let opacity = if colour.opacity < 1.0 {
        format!(" {name}-opacity=\"{}\"", (colour.opacity * 1000.0).round() / 1000.0)
    } else {
        String::new()
    };
    format!(" {name}=\"{}\"{opacity}", colour.hex())
}

impl Svg {
    /// A filled rectangle.
    pub fn rectangle(&mut self, x: f64, y: f64, width: f64, height: f64, fill: Colour) {
        if fill.opacity > 0.0 && width > 0.0 && height > 0.0 {
            let _ = writeln!(
                self.body,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>",
                number(x),
                number(y),
                number(width),
                number(height),
                paint("fill", fill)
            );
        }
    }

    /// A straight line; horizontal and vertical ones are sharp.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &Stroke) {
        if !stroke.is_visible() {
            return;
        }
        let d = format!(
            "M{} {}L{} {}",
            number(from.0),
            number(from.1),
            number(to.0),
            number(to.1)
        );
        let sharp = (from.0 == to.0 || from.1 == to.1) && stroke.dash.is_none();
        let rendering = if sharp { " shape-rendering=\"crispEdges\"" } else { "" };
        let _ = writeln!(
            self.body,
            "<path d=\"{d}\"{}{rendering} fill=\"none\"/>",
            stroked(stroke)
        );
    }

    /// A path of `d`, stroked, filled, or both.
    pub fn path(&mut self, d: &str, stroke: Option<&Stroke>, fill: Option<Colour>) {
        let stroke = stroke.filter(|stroke| stroke.is_visible());
        let fill = fill.filter(|fill| fill.opacity > 0.0);
        if d.is_empty() || (stroke.is_none() && fill.is_none()) {
            return;
        }
        let stroke = stroke.map_or_else(String::new, |stroke| {
            format!("{} stroke-linejoin=\"round\"", stroked(stroke))
        });
        let fill = fill.map_or_else(|| " fill=\"none\"".to_owned(), |fill| paint("fill", fill));
        let _ = writeln!(self.body, "<path d=\"{d}\"{stroke}{fill}/>");
    }

    /// What `draw` draws, cut at a rectangle.
    pub fn clipped(&mut self, x: f64, y: f64, width: f64, height: f64, draw: impl FnOnce(&mut Self)) {
        // A nested viewport clips, and needs no id that another picture of a page could have as well.
        let (x, y, width, height) = (number(x), number(y), number(width), number(height));
        let _ = writeln!(
            self.body,
            "<svg x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" viewBox=\"{x} {y} {width} {height}\">"
        );
        draw(self);
        self.body.push_str("</svg>\n");
    }

    /// What `draw` draws without smoothed edges, so that neighbours leave no seam.
    pub fn crisp(&mut self, draw: impl FnOnce(&mut Self)) {
        self.body.push_str("<g shape-rendering=\"crispEdges\">\n");
        draw(self);
        self.body.push_str("</g>\n");
    }

    /// What `draw` draws, turned by `degrees` clockwise around a point.
    pub fn turned(&mut self, degrees: f64, around: (f64, f64), draw: impl FnOnce(&mut Self)) {
        let _ = writeln!(
            self.body,
            "<g transform=\"rotate({} {} {})\">",
            number(degrees),
            number(around.0),
            number(around.1)
        );
        draw(self);
        self.body.push_str("</g>\n");
    }

    /// One line of text on the baseline `y`.
    pub fn text(&mut self, line: &Line, x: f64, y: f64, anchor: Anchor, colour: Colour) {
        if line.0.iter().all(|run| run.text.trim().is_empty()) {
            return;
        }
        let size = line.size();
        let _ = write!(
            self.body,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{}\"{}>",
            number(x),
            number(y),
            number(size),
            anchor.name(),
            paint("fill", colour)
        );
        let mut shift = 0.0;
        for run in &line.0 {
            let mut style = String::new();
            if run.shift != shift {
                let _ = write!(style, " dy=\"{}\"", number(run.shift - shift));
                shift = run.shift;
            }
            if run.size != size {
                let _ = write!(style, " font-size=\"{}\"", number(run.size));
            }
            if run.bold {
                style.push_str(" font-weight=\"700\"");
            }
            if run.italic {
                style.push_str(" font-style=\"italic\"");
            }
            let _ = match style.is_empty() {
                true => write!(self.body, "{}", escape(&run.text)),
                false => write!(self.body, "<tspan{style}>{}</tspan>", escape(&run.text)),
            };
        }
        self.body.push_str("</text>\n");
    }

    /// Lines of text beneath one another; `y` is the first baseline.
    pub fn text_lines(&mut self, lines: &[Line], x: f64, y: f64, anchor: Anchor, colour: Colour) {
        let mut baseline = y;
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                baseline += line.size() * LINE;
            }
            self.text(line, x, baseline, anchor, colour);
        }
    }

    /// A filled and stroked rectangle with round corners.
    pub fn rounded(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), fill: Colour, stroke: &Stroke) {
        let _ = writeln!(
            self.body,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"{}{}/>",
            number(x),
            number(y),
            number(width),
            number(height),
            paint("fill", fill),
            stroked(stroke)
        );
    }

    /// An element of a page, without ground: ink is the page's colour of text, on light and on dark ground.
    pub fn finish_inline(self, width: f64, height: f64, label: &str) -> String {
        let (width, height) = (number(width), number(height));
        // No text has a quote that isn't escaped, so only attributes are replaced.
        let body = self.body.replace(&format!("=\"{}\"", INK.hex()), "=\"currentColor\"");
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"{FONT}\" xml:space=\"preserve\" role=\"img\" \
             style=\"color:var(--jp-ui-font-color1, var(--jp-content-font-color1, inherit));max-width:100%;height:auto\" \
             aria-label=\"{}\">\n{body}</svg>\n",
            escape(label),
        )
    }

    /// The whole document on a white ground.
    pub fn finish(self, width: f64, height: f64, label: &str) -> String {
        let (width, height) = (number(width), number(height));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"{FONT}\" xml:space=\"preserve\" role=\"img\" \
             aria-label=\"{}\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{}</svg>\n",
            escape(label),
            self.body
        )
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        let cases = [
            (1.0, "1"),
            (-0.001, "0"),
            (2.345, "2.35"),
            (100.0, "100"),
            (0.5, "0.5"),
            (-10.0, "-10"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }
}
