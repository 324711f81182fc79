//! Tables as Markdown (GitHub's dialect).

use crate::report::table::{Align, Table};

impl Table {
    /// The title in bold, the table, and the notes as a list. Ends with a newline.
    pub fn to_markdown(&self) -> String {
        let mut lines = vec![format!("**{}**", escape(&self.title)), String::new()];
        let heads: Vec<String> = self.columns.iter().map(|column| escape(&column.name)).collect();
        lines.push(line(&heads));
        let rules = self.columns.iter().map(|column| match column.align {
            Align::Left => ":--".to_owned(),
            Align::Right => "--:".to_owned(),
        });
        lines.push(line(&rules.collect::<Vec<_>>()));
        for row in &self.rows {
            lines.push(line(&row.iter().map(|cell| escape(&cell.text)).collect::<Vec<_>>()));
        }
        if !self.notes.is_empty() {
            lines.push(String::new());
            lines.extend(self.notes.iter().map(|note| format!("- {}", escape(note))));
        }
        lines.join("\n") + "\n"
    }
}

fn line(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

/// Keeps Markdown from reading markup into `text`, and the table on one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '&' | '~' | '#' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use crate::report::table::tests::hostile;

    #[test]
    fn no_path_is_a_formula_or_markup() {
        assert_eq!(super::escape("$HOME/$X/<b>`"), "\\$HOME/\\$X/\\<b\\>\\`");
    }

    #[test]
    fn is_a_table_of_escaped_text() {
        let expected = "\
**Teams \\<b\\>\\& more\\</b\\>**

| target | exact match | team |
| :-- | --: | :-- |
| \\</script\\> | 16/57\u{a0}=\u{a0}0.281 \\[0.181,\u{a0}0.408\\] | a\\|b, \"c\" |
| 基因 | – | =1+1 |

- a note \\& its end
";
        assert_eq!(hostile().to_markdown(), expected);
    }
}
