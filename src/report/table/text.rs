//! Tables as plain text.

use crate::report::table::{Align, Cell, Table};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Between two columns, where there is room and where there is little.
const GAPS: [usize; 2] = [2, 1];

/// Some columns of a table with their widths.
struct Block {
    columns: Vec<usize>,
    widths: Vec<usize>,
    gap: usize,
}

impl Table {
    /// The table in lines of at most `width` terminal columns where that is possible: wide columns are broken into
    /// lines at their spaces, widest first; what still does not fit continues beneath, with the key columns repeated.
    /// Ends with a newline.
    pub fn to_text(&self, width: usize) -> String {
        let mut text = String::new();
        push_line(&mut text, &self.title);
        for (index, block) in self.blocks(width).iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            self.push_block(&mut text, block);
        }
        for note in &self.notes {
            for (index, line) in wrap(note, width.max(20).saturating_sub(2)).iter().enumerate() {
                let lead = if index == 0 { "· " } else { "  " };
                push_line(&mut text, &format!("{lead}{line}"));
            }
        }
        text
    }

    fn push_block(&self, text: &mut String, block: &Block) {
        let lines = |index: usize, width: usize, row: Option<&Vec<Cell>>| match row {
            Some(row) => row.get(index).map(|cell| wrap(&cell.text, width)),
            None => self.columns.get(index).map(|column| wrap(&column.name, width)),
        };
        let row_lines = |row: Option<&Vec<Cell>>| -> Vec<Vec<String>> {
            let columns = block.columns.iter().zip(&block.widths);
            columns
                .map(|(&index, &width)| lines(index, width, row).unwrap_or_default())
                .collect()
        };
        self.push_row(text, block, &row_lines(None), Valign::Bottom);
        let total: usize = block.widths.iter().sum::<usize>() + block.gap * block.widths.len().saturating_sub(1);
        push_line(text, &"─".repeat(total));
        for row in &self.rows {
            self.push_row(text, block, &row_lines(Some(row)), Valign::Top);
        }
    }

    fn push_row(&self, text: &mut String, block: &Block, cells: &[Vec<String>], valign: Valign) {
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let mut row = String::new();
            for ((&column, &width), cell) in block.columns.iter().zip(&block.widths).zip(cells) {
                let offset = match valign {
                    Valign::Top => 0,
                    Valign::Bottom => height - cell.len(),
                };
                let part = line
                    .checked_sub(offset)
                    .and_then(|index| cell.get(index))
                    .map_or("", String::as_str);
                let padding = " ".repeat(width.saturating_sub(part.width()));
                let _ = match self.columns[column].align {
                    Align::Left => write!(row, "{part}{padding}"),
                    Align::Right => write!(row, "{padding}{part}"),
                };
                row.push_str(&" ".repeat(block.gap));
            }
            push_line(text, &row);
        }
    }

    /// All columns in one block, or as few blocks as hold them; none without columns.
    fn blocks(&self, width: usize) -> Vec<Block> {
        if self.columns.is_empty() {
            return Vec::new();
        }
        let all: Vec<usize> = (0..self.columns.len()).collect();
        if let Some(block) = self.fitting(&all, width) {
            return vec![block];
        }
        let (keys, others): (Vec<usize>, Vec<usize>) = all.iter().partition(|&&index| self.columns[index].key);
        let mut blocks: Vec<Block> = Vec::new();
        let mut rest = others.as_slice();
        while !rest.is_empty() {
            let with_keys = |count: usize| [&keys, &rest[..count]].concat();
            let fitting = (1..=rest.len())
                .rev()
                .find_map(|count| Some((count, self.fitting(&with_keys(count), width)?)));
            // A single column that is too wide for any line is shown nonetheless.
            let (count, block) = fitting.unwrap_or_else(|| (1, self.fit(&with_keys(1), width, GAPS[1])));
            blocks.push(block);
            rest = &rest[count..];
        }
        if blocks.is_empty() {
            blocks.push(self.fit(&keys, width, GAPS[1]));
        }
        blocks
    }

    /// Narrow gaps come before broken cells.
    fn fitting(&self, columns: &[usize], width: usize) -> Option<Block> {
        let unbroken = GAPS.iter().map(|&gap| self.fit(columns, usize::MAX, gap));
        let broken = GAPS.iter().map(|&gap| self.fit(columns, width, gap));
        let total = |block: &Block| block.widths.iter().sum::<usize>() + block.gap * columns.len().saturating_sub(1);
        unbroken.chain(broken).find(|block| total(block) <= width)
    }

    /// The widths of `columns` so that they fit into `width`, as far as their spaces allow.
    fn fit(&self, columns: &[usize], width: usize, gap: usize) -> Block {
        let texts: Vec<Vec<&str>> = columns.iter().map(|&index| self.column_texts(index)).collect();
        // A head is broken wherever that makes its column narrower: only the cells ask for room.
        let mut widths: Vec<usize> = texts
            .iter()
            .map(|texts| {
                let cells = texts.iter().skip(1).map(|text| text.width()).max().unwrap_or(0);
                cells.max(texts.first().map_or(0, |head| longest_word(head)))
            })
            .collect();
        let least: Vec<usize> = texts
            .iter()
            .map(|texts| texts.iter().map(|text| longest_word(text)).max().unwrap_or(0))
            .collect();
        let room = width.saturating_sub(gap * columns.len().saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let widest = (0..widths.len())
                .filter(|&i| widths[i] > least[i])
                .max_by_key(|&i| (widths[i], i));
            let Some(index) = widest else { break };
            let limit = widths[index] - 1;
            let wrapped = texts[index].iter().flat_map(|text| wrap(text, limit));
            widths[index] = wrapped.map(|line| line.width()).max().unwrap_or(limit).min(limit);
        }
        Block {
            columns: columns.to_vec(),
            widths,
            gap,
        }
    }

    fn column_texts(&self, index: usize) -> Vec<&str> {
        let head = self.columns.get(index).map(|column| column.name.as_str());
        let cells = self.rows.iter().filter_map(|row| row.get(index));
        head.into_iter()
            .chain(cells.map(|cell: &Cell| cell.text.as_str()))
            .collect()
    }
}

/// Where the lines of a low cell stand in a high row.
#[derive(Clone, Copy)]
enum Valign {
    Top,
    Bottom,
}

fn push_line(text: &mut String, line: &str) {
    // A control character in a gene name could move the terminal's cursor.
    text.extend(line.trim_end().chars().map(|c| match c {
        '\u{a0}' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }));
    text.push('\n');
}

fn longest_word(text: &str) -> usize {
    text.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// Breaks `text` at its spaces into lines of at most `width` columns; words that are wider stay whole.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.width() + 1 + word.width() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;
    use crate::report::table::tests::hostile;
    use crate::report::table::{Cell, Column, Table};
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn is_set_as_a_person_would() {
        let expected = "\
Teams <b>& more</b>
target                      exact match  team
─────────────────────────────────────────────────
</script>  16/57 = 0.281 [0.181, 0.408]  a|b, \"c\"
基因                                  –  =1+1
· a note & its end
";
        assert_eq!(hostile().to_text(80), expected);
    }

    #[test]
    fn breaks_wide_cells_at_spaces() {
        let expected = "\
Teams <b>& more</b>
target        exact match  team
───────────────────────────────────
</script>   16/57 = 0.281  a|b, \"c\"
           [0.181, 0.408]
基因                    –  =1+1
· a note & its end
";
        assert_eq!(hostile().to_text(40), expected);
    }

    #[test]
    fn continues_beneath_with_its_keys() {
        let mut table = Table::new(
            "t",
            vec![
                Column::words("method").key(),
                Column::numbers("first"),
                Column::numbers("second"),
            ],
        );
        table.push(["pairs2", "0.123456789", "0.987654321"].map(Cell::words).to_vec());
        let expected = "\
t
method        first
───────────────────
pairs2  0.123456789

method       second
───────────────────
pairs2  0.987654321
";
        assert_eq!(table.to_text(20), expected);
    }

    #[test]
    fn no_control_character_reaches_the_terminal() {
        let mut table = Table::new("\u{1b}[2J", vec![Column::words("a\tb")]);
        table.push(vec![Cell::words("x\ny\u{7}")]);
        let text = table.to_text(80);
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
        assert_eq!(text.lines().count(), 4);
    }

    proptest! {
        #[test]
        fn lines_fit_where_words_do(
            rows in prop::collection::vec(prop::collection::vec("([a-z0-9基]{1,4} ?){1,4}", 3), 0..5),
            width in 42_usize..90,
        ) {
            let mut table = Table::new("t", vec![Column::words("one two"), Column::numbers("b"), Column::words("c")]);
            for row in &rows {
                table.push(row.iter().map(Cell::words).collect());
            }
            let text = table.to_text(width);
            prop_assert!(text.lines().all(|line| line.width() <= width), "{}", text);
            for word in rows.iter().flatten().flat_map(|cell| cell.split(' ')) {
                prop_assert!(text.contains(word));
            }
        }

        #[test]
        fn wrapping_loses_nothing(text in "[a-z ]{0,40}", width in 1_usize..20) {
            prop_assert_eq!(wrap(&text, width).concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
