//! Text with the little HTML that Plotly reads (`<b>`, `<i>`, `<sub>`, `<sup>`, `<br>`, `<span style="font-size:…">`),
//! measured by the widths of the font that pictures are drawn with.

use crate::report::picture::metrics::{RUNS, UNITS, UNKNOWN};

/// The height of a line, in font sizes.
pub const LINE: f64 = 1.3;
/// The height of capitals, in font sizes.
pub const CAPITALS: f64 = 0.727;

/// How large subscripts and superscripts are, in sizes of their line.
const SCRIPT: f64 = 0.7;

/// Characters in one style.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub text: String,
    /// In pixels.
    pub size: f64,
    pub bold: bool,
    pub italic: bool,
    /// How far beneath the line it stands, in pixels; negative above.
    pub shift: f64,
}

/// One line of text.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Line(pub Vec<Run>);

impl Run {
    fn width(&self) -> f64 {
        width(&self.text, self.size, self.bold)
    }
}

impl Line {
    /// In pixels.
    pub fn width(&self) -> f64 {
        self.0.iter().map(Run::width).sum()
    }

    /// The largest font size in it, in pixels.
    pub fn size(&self) -> f64 {
        self.0.iter().map(|run| run.size).fold(0.0, f64::max)
    }
}

/// The width of plain `text` in pixels.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let units: f64 = text.chars().map(|character| f64::from(advance(character, bold))).sum();
    units * size / UNITS
}

fn advance(character: char, bold: bool) -> u16 {
    let code = u32::from(character);
    let after = RUNS.partition_point(|run| run.0 <= code);
    let known = after.checked_sub(1).and_then(|index| RUNS.get(index)).and_then(|run| {
        let widths = if bold { run.2 } else { run.1 };
        widths.get((code - run.0) as usize)
    });
    known.copied().unwrap_or(UNKNOWN)
}

/// Lines of `markup` at `size` pixels. Elements that are not known are taken out, and their names come back.
pub fn parse(markup: &str, size: f64) -> (Vec<Line>, Vec<String>) {
    let mut reader = Reader {
        lines: vec![Line::default()],
        styles: vec![Style {
            name: String::new(),
            size,
            bold: false,
            italic: false,
            shift: 0.0,
        }],
        unknown: Vec::new(),
    };
    let mut rest = markup;
    while !rest.is_empty() {
        rest = reader.step(rest);
    }
    (reader.lines, reader.unknown)
}

/// As [`parse`], for text that is known to be without markup.
pub fn plain(text: &str, size: f64) -> Line {
    Line(vec![Run {
        text: text.to_owned(),
        size,
        bold: false,
        italic: false,
        shift: 0.0,
    }])
}

#[derive(Clone)]
struct Style {
    name: String,
    size: f64,
    bold: bool,
    italic: bool,
    shift: f64,
}

struct Reader {
    lines: Vec<Line>,
    styles: Vec<Style>,
    unknown: Vec<String>,
}

impl Reader {
    /// Reads one element or the text up to the next; gives what is left.
    fn step<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(element) = rest.strip_prefix('<')
            && element.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic())
            && let Some((element, after)) = element.split_once('>')
        {
            self.element(element.trim_end_matches('/').trim());
            return after;
        }
        let next = rest.char_indices().skip(1).find(|(_, c)| *c == '<');
        let (text, after) = rest.split_at(next.map_or(rest.len(), |(at, _)| at));
        self.text(&unescape(text));
        after
    }

    fn element(&mut self, element: &str) {
        if let Some(name) = element.strip_prefix('/') {
            if let Some(open) = self.styles.iter().rposition(|style| style.name == name) {
                self.styles.truncate(open.max(1));
            }
            return;
        }
        let (name, attributes) = element.split_once(' ').unwrap_or((element, ""));
        if name == "br" {
            self.lines.push(Line::default());
            return;
        }
        let Some(outer) = self.styles.last().cloned() else {
            return;
        };
        let mut style = Style {
            name: name.to_owned(),
            ..outer
        };
        match name {
            "b" | "strong" => style.bold = true,
            "i" | "em" => style.italic = true,
            "sub" => {
                style.shift += 0.2 * style.size;
                style.size *= SCRIPT;
            }
            "sup" => {
                style.shift -= 0.4 * style.size;
                style.size *= SCRIPT;
            }
            "span" => match font_size(attributes) {
                Some(size) => style.size = size,
                None => self.unknown.push(element.to_owned()),
            },
            _ => self.unknown.push(element.to_owned()),
        }
        self.styles.push(style);
    }

    fn text(&mut self, text: &str) {
        let (Some(style), Some(line)) = (self.styles.last(), self.lines.last_mut()) else {
            return;
        };
        line.0.push(Run {
            text: text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
            size: style.size,
            bold: style.bold,
            italic: style.italic,
            shift: style.shift,
        });
    }
}

/// The pixels of `style="font-size:12px"`.
fn font_size(attributes: &str) -> Option<f64> {
    let style = attributes.trim().strip_prefix("style=")?.trim_matches(['"', '\'']);
    let size = style.trim_end_matches(';').strip_prefix("font-size:")?.trim();
    size.strip_suffix("px")?.trim().parse().ok()
}

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ];
    let mut plain = text.to_owned();
    for (entity, character) in entities {
        plain = plain.replace(entity, character);
    }
    plain
}

/// Breaks `line` at its spaces into lines of at most `width` pixels; a word that is wider is broken anywhere.
pub fn wrap(line: &Line, width: f64) -> Vec<Line> {
    if line.width() <= width {
        return vec![line.clone()];
    }
    let mut lines = vec![Line::default()];
    let mut used = 0.0;
    for run in &line.0 {
        for word in run.text.split_inclusive(' ') {
            let piece = |text: &str| Run {
                text: text.to_owned(),
                ..run.clone()
            };
            let whole = piece(word);
            let visible = piece(word.trim_end()).width();
            if used + visible <= width || visible > width {
                used = fill(&mut lines, used, whole, width);
            } else {
                lines.push(Line(vec![whole.clone()]));
                used = whole.width();
            }
        }
    }
    for line in &mut lines {
        while let Some(last) = line.0.last_mut() {
            last.text.truncate(last.text.trim_end().len());
            if !last.text.is_empty() {
                break;
            }
            line.0.pop();
        }
    }
    lines
}

/// Puts `word` at the end, breaking it where it is wider than a line; gives the width of the last line.
fn fill(lines: &mut Vec<Line>, mut used: f64, word: Run, width: f64) -> f64 {
    let mut part = Run {
        text: String::new(),
        ..word.clone()
    };
    for character in word.text.chars() {
        let advance = f64::from(advance(character, word.bold)) * word.size / UNITS;
        if used + advance > width && used > 0.0 && character != ' ' {
            let full = std::mem::take(&mut part.text);
            if let Some(line) = lines.last_mut() {
                line.0.push(Run {
                    text: full,
                    ..word.clone()
                });
            }
            lines.push(Line::default());
            used = 0.0;
        }
        part.text.push(character);
        used += advance;
    }
    if let Some(line) = lines.last_mut() {
        line.0.push(part);
    }
    used
}

#[cfg(test)]
mod tests {
    use super::{parse, plain, width, wrap};
    use proptest::prelude::*;

    #[test]
    fn reads_plotlys_markup() {
        let (lines, unknown) = parse(
            "<b>R = 2</b>, M<sub>R</sub> &lt; 8<br><span style=\"font-size:12px\">x &amp;lt; y</span>",
            15.0,
        );
        let texts: Vec<Vec<&str>> = lines
            .iter()
            .map(|line| line.0.iter().map(|run| run.text.as_str()).collect())
            .collect();
        assert_eq!(texts, [vec!["R = 2", ", M", "R", " < 8"], vec!["x &lt; y"]]);
        assert!(lines[0].0[0].bold && !lines[0].0[1].bold);
        assert!(lines[0].0[2].shift > 0.0 && lines[0].0[2].size < 15.0 && lines[0].0[3].size == 15.0);
        assert_eq!(lines[1].size(), 12.0);
        assert!(unknown.is_empty());
    }

    #[test]
    fn what_is_no_element_is_text() {
        for text in ["a < b", "1<2", "<", "x <"] {
            let (lines, unknown) = parse(text, 10.0);
            let read: String = lines[0].0.iter().map(|run| run.text.as_str()).collect();
            assert_eq!((read.as_str(), unknown.len()), (text, 0));
        }
        assert_eq!(parse("<a href=\"x\">y</a>", 10.0).1, ["a href=\"x\""]);
    }

    #[test]
    fn wide_text_is_measured_wide() {
        assert!(width("mmm", 10.0, false) > width("iii", 10.0, false));
        assert!(width("baseline", 10.0, true) > width("baseline", 10.0, false));
        assert_eq!(width("基因", 10.0, false), 20.0);
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing(text in "[a-zA-Z ]{0,60}", room in 30.0_f64..200.0) {
            let lines = wrap(&plain(&text, 12.0), room);
            let read: String = lines.iter().flat_map(|line| &line.0).map(|run| run.text.as_str()).collect();
            prop_assert_eq!(read.replace(' ', ""), text.replace(' ', ""));
            for line in &lines {
                prop_assert!(line.width() <= room + 1e-6 || text.contains("  "), "{:?}", line);
            }
        }

        #[test]
        fn no_markup_panics(text in "[<>/bsup&;a \u{e4}=\"]{0,40}") {
            parse(&text, 10.0);
        }
    }
}
