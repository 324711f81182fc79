//! Tables as HTML for the output of a notebook's cell: nothing in it relies on the page, nothing leaks into the page.

use crate::report::html::escape;
use crate::report::table::{Align, Cell, Table};
use serde_json::Value;
use std::fmt::Write;

const STYLE: &str = include_str!("notebook.css");
const SORT: &str = include_str!("sort.js");

/// More rows than this are counted, not shown: notebooks are files that people keep.
pub const MOST_ROWS: usize = 200;

/// `table` for a notebook, on light and on dark ground. With `sortable`, a click on a head sorts by its column,
/// numbers as numbers; where scripts don't run it is a table like any other.
///
/// The text depends on the table alone, so that a notebook that is run again is the same file.
pub fn notebook_html(table: &Table, sortable: bool) -> String {
    let sortable = sortable && table.rows.len() > 1;
    let hash = hash(table);
    let name = if sortable {
        format!(" data-grn-table=\"{hash}\"")
    } else {
        String::new()
    };
    let mut html = format!("<div class=\"grn-nb\"><style>\n{STYLE}</style>\n");
    if !table.title.is_empty() {
        let _ = writeln!(html, "<div class=\"grn-nb-title\">{}</div>", escape(&table.title));
    }
    let focus = if table.rows.len() > 12 { " tabindex=\"0\"" } else { "" };
    let _ = write!(
        html,
        "<div class=\"grn-nb-scroll\"{focus}><table class=\"grn-nb-table\"{name}>\n<thead><tr>"
    );
    for column in &table.columns {
        let class = class(column.align);
        let _ = write!(html, "<th scope=\"col\"{class}>{}</th>", escape(&column.name));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in table.rows.iter().take(MOST_ROWS) {
        html.push_str("<tr>");
        for (column, cell) in table.columns.iter().zip(row) {
            let key = if sortable { key(cell) } else { String::new() };
            let _ = write!(html, "<td{}{key}>{}</td>", class(column.align), escape(&cell.text));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table></div>\n");
    push_notes(&mut html, table);
    if sortable {
        let _ = writeln!(html, "<script>\n({SORT})(\"{hash}\");\n</script>");
    }
    html.push_str("</div>\n");
    html
}

fn push_notes(html: &mut String, table: &Table) {
    let hidden = table.rows.len().saturating_sub(MOST_ROWS);
    if table.notes.is_empty() && hidden == 0 {
        return;
    }
    html.push_str("<ul class=\"grn-nb-notes\">\n");
    if hidden > 0 {
        let _ = writeln!(
            html,
            "<li>the first {MOST_ROWS} of {} rows; `save` writes all</li>",
            table.rows.len()
        );
    }
    for note in &table.notes {
        let _ = writeln!(html, "<li>{}</li>", escape(note));
    }
    html.push_str("</ul>\n");
}

/// What a cell is sorted by, where that is not its text.
fn key(cell: &Cell) -> String {
    match &cell.value {
        Value::Null => " data-value=\"\"".to_owned(),
        Value::Number(number) if number.to_string() != cell.text => format!(" data-value=\"{number}\""),
        _ => String::new(),
    }
}

fn class(align: Align) -> &'static str {
    match align {
        Align::Left => "",
        Align::Right => " class=\"grn-nb-number\"",
    }
}

/// What the script finds a table by: tables of one page that have it in common say the same. It is no `id`, as a page
/// has each of those once.
fn hash(table: &Table) -> String {
    let hash = blake3::hash(format!("{table:?}").as_bytes());
    hash.to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::{MOST_ROWS, notebook_html};
    use crate::report::table::tests::hostile;
    use crate::report::table::{Cell, Column, Table};

    #[test]
    fn escapes_everything() {
        for sortable in [false, true] {
            let html = notebook_html(&hostile(), sortable);
            assert!(html.contains("&lt;/script&gt;</td>"));
            assert_eq!(html.matches("</script>").count(), usize::from(sortable));
            assert!(!html.contains("<b>"));
        }
    }

    #[test]
    fn numbers_are_sorted_by_their_value() {
        let html = notebook_html(&hostile(), true);
        assert!(html.contains("<td class=\"grn-nb-number\" data-value=\"0.25\">16/57"));
        assert!(html.contains("<td class=\"grn-nb-number\" data-value=\"\">–</td>"));
    }

    #[test]
    fn every_rule_is_within_its_table() {
        let html = notebook_html(&hostile(), false);
        let style = html
            .split("<style>")
            .nth(1)
            .and_then(|rest| rest.split("</style>").next());
        let rules = style.unwrap_or_default().lines().filter(|line| line.contains('{'));
        assert!(rules.clone().count() > 10);
        for selector in rules
            .filter_map(|rule| rule.split('{').next())
            .flat_map(|list| list.split(','))
        {
            assert!(selector.trim().starts_with(".grn-nb"), "{selector}");
        }
    }

    #[test]
    fn long_tables_say_how_long_they_are() {
        let mut table = Table::new("t", vec![Column::numbers("n")]);
        (0..MOST_ROWS + 1).for_each(|row| table.push(vec![Cell::count(row)]));
        let html = notebook_html(&table, true);
        assert_eq!(html.matches("<td").count(), MOST_ROWS);
        assert!(html.contains("the first 200 of 201 rows"));
    }

    #[test]
    fn tables_of_one_page_are_told_apart() {
        let hash = |html: &str| html.split("data-grn-table=\"").nth(1).map(|rest| rest[..16].to_owned());
        let mut renamed = hostile();
        renamed.title.push('!');
        let (one, other) = (notebook_html(&hostile(), true), notebook_html(&renamed, true));
        assert!(hash(&one).is_some() && hash(&other).is_some());
        assert_ne!(hash(&one), hash(&other));
        // The script finds the table that it follows.
        let called = hash(&one).map(|hash| format!("(\"{hash}\");\n</script>"));
        assert!(called.is_some_and(|called| one.contains(&called)));
        assert!(!one.contains(" id=\"") && !other.contains(" id=\""));
        assert_eq!(one, notebook_html(&hostile(), true));
    }
}
