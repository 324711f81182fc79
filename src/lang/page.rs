//! Pages of documentation as values, with plain text and Markdown renderings.

use unicode_width::UnicodeWidthStr;

/// Plain text is wrapped at this column.
const WIDTH: usize = 88;

/// A page: a title and what stands beneath it.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// For instance `retrieve attn`.
    pub title: String,
    /// In reading order.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A section's title.
    Heading(String),
    /// Markdown: paragraphs and lists.
    Prose(String),
    /// Code in the language.
    Code(String),
    /// Names with what they mean.
    Definitions(Vec<Definition>),
}

/// A name with what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The name.
    pub name: String,
    /// Type, range and default; may be empty.
    pub kind: String,
    /// What it means.
    pub text: String,
}

impl Page {
    /// As plain text for a terminal, with a line break at the end.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n", self.title);
        for block in &self.blocks {
            text.push('\n');
            match block {
                Block::Heading(heading) => text.push_str(&format!("{heading}\n")),
                Block::Prose(prose) => text.push_str(&wrapped(prose, "")),
                Block::Code(code) => code.lines().for_each(|line| text.push_str(&format!("  {line}\n"))),
                Block::Definitions(definitions) => text.push_str(&definitions_text(definitions)),
            }
        }
        text
    }

    /// As Markdown, its title a heading of `level`, with a line break at the end.
    pub fn to_markdown(&self, level: usize) -> String {
        let mut text = format!("{} {}\n", "#".repeat(level), self.title);
        for block in &self.blocks {
            text.push('\n');
            match block {
                Block::Heading(heading) => text.push_str(&format!("{} {heading}\n", "#".repeat(level + 1))),
                Block::Prose(prose) => text.push_str(&format!("{}\n", prose.trim_end())),
                Block::Code(code) => text.push_str(&format!("```grn\n{}\n```\n", code.trim_end())),
                Block::Definitions(definitions) => text.push_str(&definitions_markdown(definitions)),
            }
        }
        text
    }
}

/// Names without a kind stand in two columns, others with their text beneath.
fn definitions_text(definitions: &[Definition]) -> String {
    let width = definitions.iter().map(|d| d.name.width()).max().unwrap_or(0);
    let mut text = String::new();
    for Definition {
        name,
        kind,
        text: meaning,
    } in definitions
    {
        if kind.is_empty() {
            let padding = " ".repeat(width - name.width());
            let indent = " ".repeat(width + 4);
            let meaning = wrapped(meaning, &indent);
            text.push_str(&format!("  {name}{padding}  {}", meaning.trim_start()));
        } else {
            text.push_str(&wrapped(&format!("{name}: {kind}"), "  "));
            text.push_str(&wrapped(meaning, "      "));
        }
    }
    text
}

fn definitions_markdown(definitions: &[Definition]) -> String {
    let has_kinds = definitions.iter().any(|d| !d.kind.is_empty());
    let mut text = if has_kinds {
        "| name | value | meaning |\n| --- | --- | --- |\n".to_owned()
    } else {
        "| name | meaning |\n| --- | --- |\n".to_owned()
    };
    for Definition {
        name,
        kind,
        text: meaning,
    } in definitions
    {
        let name = cell(&code_span(name));
        if has_kinds {
            text.push_str(&format!("| {name} | {} | {} |\n", cell(kind), cell(meaning)));
        } else {
            text.push_str(&format!("| {name} | {} |\n", cell(meaning)));
        }
    }
    text
}

/// Code in a line of Markdown, whatever backticks are in it.
pub fn code_span(code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    match longest {
        0 => format!("`{code}`"),
        _ => format!("{fence} {code} {fence}"),
    }
}

/// Markdown in a cell of a table, with what would be read as markup, a formula or the end of the cell escaped.
fn cell(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let fence = rest.len() - rest.trim_start_matches('`').len();
        let span = code_span_at(rest, fence);
        let (taken, after) = rest.split_at(span.unwrap_or(fence.max(first.len_utf8())));
        match first {
            '`' if span.is_some() => escaped.push_str(&taken.replace('|', "\\|").replace('\n', " ")),
            '`' => escaped.push_str(&"\\`".repeat(fence)),
            '|' | '<' | '$' => escaped.extend(['\\', first]),
            '\n' => escaped.push(' '),
            _ => escaped.push(first),
        }
        rest = after;
    }
    escaped
}

/// The length of the code span that `text` begins with, between two rows of `fence` backticks.
fn code_span_at(text: &str, fence: usize) -> Option<usize> {
    if fence == 0 {
        return None;
    }
    let mut end = fence;
    loop {
        let start = end + text.get(end..)?.find('`')?;
        let row = text.get(start..)?;
        let length = row.len() - row.trim_start_matches('`').len();
        end = start + length;
        if length == fence {
            return Some(end);
        }
    }
}

/// Wraps paragraphs and list items, each line after `indent`; code, indented by four spaces, stays as it is.
fn wrapped(prose: &str, indent: &str) -> String {
    let mut text = String::new();
    let mut paragraph: Vec<&str> = Vec::new();
    for line in prose.lines() {
        let is_item = line.starts_with("- ") || line.starts_with('|');
        let is_code = line.starts_with("    ");
        if line.trim().is_empty() || is_item || is_code {
            text.push_str(&filled(&paragraph, indent));
            paragraph.clear();
        }
        if line.trim().is_empty() {
            text.push('\n');
        } else if is_code {
            text.push_str(&format!("{indent}{line}\n"));
        } else {
            paragraph.push(line);
        }
    }
    text.push_str(&filled(&paragraph, indent));
    text
}

fn filled(paragraph: &[&str], indent: &str) -> String {
    let hanging = match paragraph.first() {
        Some(first) if first.starts_with("- ") => format!("{indent}  "),
        _ => indent.to_owned(),
    };
    let mut text = String::new();
    let mut line = String::new();
    for word in paragraph.iter().flat_map(|line| line.split_whitespace()) {
        let start = if text.is_empty() { indent } else { &hanging };
        if !line.is_empty() && start.width() + line.width() + 1 + word.width() > WIDTH {
            text.push_str(&format!("{start}{line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        let start = if text.is_empty() { indent } else { &hanging };
        text.push_str(&format!("{start}{line}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped_and_lists_keep_their_items() {
        let long = "word ".repeat(30);
        let text = wrapped(&format!("{long}\n\n- first {long}\n- second"), "");
        assert!(text.lines().all(|line| line.width() <= WIDTH));
        assert!(text.contains("\n\n- first"));
        assert!(text.ends_with("\n- second\n"));
        assert!(text.lines().any(|line| line.starts_with("  word")));
        assert_eq!(wrapped("so:\n\n    a,b\n    1,2\n", ""), "so:\n\n    a,b\n    1,2\n");
    }

    #[test]
    fn tables_survive_bars_in_their_cells() {
        let definition = Definition {
            name: "a".to_owned(),
            kind: "|K|".to_owned(),
            text: "x\ny".to_owned(),
        };
        assert!(definitions_markdown(&[definition]).ends_with("| `a` | \\|K\\| | x y |\n"));
    }

    #[test]
    fn nothing_in_a_cell_is_markup_or_a_formula() {
        assert_eq!(cell("dir=\"<script>$HOME/$X\""), "dir=\"\\<script>\\$HOME/\\$X\"");
        assert_eq!(cell("`<a|b>$` and a`b|``"), "`<a\\|b>$` and a\\`b\\|\\`\\`");
        assert_eq!(cell(&code_span("a`b")), "`` a`b ``");
        assert_eq!(code_span("a"), "`a`");
    }
}
