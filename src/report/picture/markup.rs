//! The little HTML that Plotly reads in text: `<b>`, `<i>`, `<sub>`, `<sup>`, `<br>`, `<span style="font-size:…">`.

use crate::report::picture::text::{Line, Run};

/// How large subscripts and superscripts are, in sizes of their line.
const SCRIPT: f64 = 0.7;

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

#[cfg(test)]
mod tests {
    use super::parse;
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

    proptest! {
        #[test]
        fn no_markup_panics(text in "[<>/bsup&;a \u{e4}=\"]{0,40}") {
            parse(&text, 10.0);
        }
    }
}
