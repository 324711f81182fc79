//! A panic's message and its place in a cell. Its place is known in the crate that evcxr makes of a cell; the lines of
//! cells stand there as they were written.

use serde_json::{Value, json};

/// Lines around a place that are compared.
const AROUND: usize = 8;

/// Cells whose text is known.
const MOST: usize = 500;

/// What standard error told of a panic.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panic {
    /// What was said.
    pub message: String,
    /// The file, the line and the column, counting from 1.
    pub place: Option<(String, usize, usize)>,
}

impl Panic {
    /// Reads what the standard panic hook wrote; of several panics the last.
    pub fn read(told: &str) -> Self {
        const HEADER: &str = "panicked at ";
        let Some(at) = told.rfind(HEADER) else {
            return Self {
                message: told.trim().to_owned(),
                place: None,
            };
        };
        let told = &told[at + HEADER.len()..];
        let (place, message) = told.split_once(":\n").unwrap_or((told, ""));
        let message = message
            .split("\nnote: run with `RUST_BACKTRACE")
            .next()
            .unwrap_or_default();
        let mut parts = place.trim().rsplitn(3, ':');
        let mut number = || parts.next().and_then(|part| part.parse().ok());
        let (column, line) = (number(), number());
        let file = parts.next().map(str::to_owned);
        Self {
            message: message.trim().to_owned(),
            place: file
                .zip(line)
                .zip(column)
                .map(|((file, line), column)| (file, line, column)),
        }
    }
}

/// The cells that ran, by number.
#[derive(Default)]
pub struct Cells(Vec<(u64, String)>);

impl Cells {
    /// Adds one; the oldest go.
    pub fn push(&mut self, cell: u64, code: &str) {
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push((cell, code.to_owned()));
    }

    /// Where a place of the generated code stands in a cell, the last one where several have that line.
    pub fn find(&self, generated: &str, line: usize, column: usize) -> Option<Value> {
        let lines: Vec<&str> = generated.lines().collect();
        let at = line.checked_sub(1)?;
        let generated = lines.get(at)?;
        let text = generated.trim();
        if text.is_empty() {
            return None;
        }
        let indent = generated.chars().take_while(|space| space.is_whitespace()).count();
        let mut best: (usize, Vec<(u64, Value)>) = (0, Vec::new());
        for (cell, code) in self.0.iter().rev() {
            let code: Vec<&str> = code.lines().collect();
            for (index, candidate) in code.iter().enumerate() {
                let Some(begin) = candidate.find(text) else { continue };
                let neighbours = equal_neighbours(&code, index, &lines, at);
                let column = (column + candidate[..begin].chars().count())
                    .saturating_sub(indent)
                    .max(1);
                let found = json!({ "cell": cell, "line": index + 1, "column": column });
                if best.1.is_empty() || neighbours > best.0 {
                    best = (neighbours, vec![(*cell, found)]);
                } else if neighbours == best.0 {
                    best.1.push((*cell, found));
                }
            }
        }
        // Equal lines with equal neighbours: the same of them, counted from the first.
        let (_, mut places) = best;
        let newest = places.first()?.0;
        places.retain(|(cell, _)| *cell == newest);
        let before = lines.iter().take(at).filter(|line| line.trim() == text).count();
        let chosen = before.min(places.len().saturating_sub(1));
        places.into_iter().nth(chosen).map(|(_, place)| place)
    }
}

/// Lines above and below that are the same in both texts, as far as they are without a gap.
fn equal_neighbours(code: &[&str], index: usize, lines: &[&str], at: usize) -> usize {
    let is_same = |one: Option<usize>, other: Option<usize>| {
        let one = one.and_then(|one| code.get(one));
        let other = other.and_then(|other| lines.get(other));
        one.zip(other).is_some_and(|(one, other)| one.trim() == other.trim())
    };
    let above = (1..=AROUND).take_while(|far| is_same(index.checked_sub(*far), at.checked_sub(*far)));
    let below = (1..=AROUND).take_while(|far| is_same(index.checked_add(*far), at.checked_add(*far)));
    above.count() + below.count()
}

#[cfg(test)]
mod tests {
    use super::{Cells, Panic};
    use serde_json::json;

    #[test]
    fn the_message_of_the_panic_hook_is_read() {
        let told = "\nthread '<unnamed>' (17) panicked at src/lib.rs:12:5:\nindex out of bounds\n  twice\n\
                    note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        let panic = Panic::read(told);
        assert_eq!(panic.message, "index out of bounds\n  twice");
        assert_eq!(panic.place, Some(("src/lib.rs".to_owned(), 12, 5)));
        assert_eq!(Panic::read("odd").place, None);
    }

    #[test]
    fn a_place_is_found_in_the_cell_that_has_its_lines() {
        let mut cells = Cells::default();
        cells.push(1, "fn half(x: usize) -> usize {\n    x / 0usize.max(x - x)\n}");
        cells.push(2, "\nlet x = 4;\n  half(x);\n");
        let generated = "#![allow(x)]\nfn half(x: usize) -> usize {\n    x / 0usize.max(x - x)\n}\nfn run() {\n\
                         let x = 4;\nhalf(x);\n}";
        assert_eq!(
            cells.find(generated, 3, 5),
            Some(json!({"cell": 1, "line": 2, "column": 5}))
        );
        assert_eq!(
            cells.find(generated, 7, 1),
            Some(json!({"cell": 2, "line": 3, "column": 3}))
        );
        assert_eq!(cells.find(generated, 5, 1), None);
        assert_eq!(cells.find(generated, 99, 1), None);
    }

    #[test]
    fn equal_lines_are_told_apart_by_their_neighbours_and_their_order() {
        let mut cells = Cells::default();
        cells.push(7, "if a {\n  stop();\n}\nb();\nstop();\nstop();");
        let generated = "fn run() {\nif a {\n  stop();\n}\nb();\nstop();\nstop();\n}";
        for (line, expected) in [(3, 2), (6, 5), (7, 6)] {
            let found = cells.find(generated, line, 1).unwrap_or_default();
            assert_eq!(found["line"], expected, "{line}");
        }
    }
}
