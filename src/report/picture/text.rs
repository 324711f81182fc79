//! Lines of text, measured by the widths of the font that pictures are drawn with.

use crate::report::picture::metrics::{RUNS, UNITS, UNKNOWN};

/// The height of a line, in font sizes.
pub const LINE: f64 = 1.3;
/// The height of capitals, in font sizes.
pub const CAPITALS: f64 = 0.727;

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
    /// In pixels.
    pub fn width(&self) -> f64 {
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

/// The width of one character in pixels.
pub fn width_of(character: char, size: f64, bold: bool) -> f64 {
    f64::from(advance(character, bold)) * size / UNITS
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

/// `text` in one style, without markup.
pub fn plain(text: &str, size: f64) -> Line {
    Line(vec![Run {
        text: text.to_owned(),
        size,
        bold: false,
        italic: false,
        shift: 0.0,
    }])
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn wide_text_is_measured_wide() {
        assert!(width("mmm", 10.0, false) > width("iii", 10.0, false));
        assert!(width("baseline", 10.0, true) > width("baseline", 10.0, false));
        assert_eq!(width("基因", 10.0, false), 20.0);
    }
}
