//! Lines of text broken to a width.

use crate::report::picture::text::{Line, Run, width_of};

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
        let advance = width_of(character, word.size, word.bold);
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
    use super::wrap;
    use crate::report::picture::text::plain;
    use proptest::prelude::*;

    #[test]
    fn long_words_are_broken_after_short_ones() {
        let lines = wrap(&plain("aA aAAA k aAaaaA", 12.0), 43.75905452706598);
        assert!(lines.iter().all(|line| line.width() <= 43.76), "{lines:?}");
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
    }
}
