//! Tables as HTML.

use crate::report::html::escape;
use crate::report::table::{Align, Table};
use std::fmt::Write;

/// The look of a table; light and dark by the `--grn-…` variables, which inherit from the page where it sets them.
pub const TABLE_STYLE: &str = include_str!("table.css");

impl Table {
    /// A `<figure>` with the table and its notes; needs [`TABLE_STYLE`] once on the page to look right.
    pub fn to_html(&self) -> String {
        let mut html = String::from("<figure class=\"grn-table\">\n");
        let _ = writeln!(html, "<figcaption>{}</figcaption>", escape(&self.title));
        html.push_str("<div class=\"grn-scroll\"><table>\n<thead><tr>");
        for column in &self.columns {
            let _ = write!(
                html,
                "<th scope=\"col\"{}>{}</th>",
                class(column.align),
                escape(&column.name)
            );
        }
        html.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            html.push_str("<tr>");
            for (column, cell) in self.columns.iter().zip(row) {
                let _ = write!(html, "<td{}>{}</td>", class(column.align), escape(&cell.text));
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</tbody>\n</table></div>\n");
        if !self.notes.is_empty() {
            html.push_str("<ul class=\"grn-notes\">\n");
            for note in &self.notes {
                let _ = writeln!(html, "<li>{}</li>", escape(note));
            }
            html.push_str("</ul>\n");
        }
        html.push_str("</figure>\n");
        html
    }
}

fn class(align: Align) -> &'static str {
    match align {
        Align::Left => "",
        Align::Right => " class=\"grn-number\"",
    }
}

#[cfg(test)]
mod tests {
    use crate::report::table::tests::hostile;

    #[test]
    fn escapes_everything() {
        let html = hostile().to_html();
        assert!(html.contains("<td>&lt;/script&gt;</td>"));
        assert!(html.contains("<figcaption>Teams &lt;b&gt;&amp; more&lt;/b&gt;</figcaption>"));
        assert!(!html.contains("</script>") && !html.contains("<b>"));
        assert_eq!(html.matches("<tr>").count(), 3);
        assert!(html.contains("<td class=\"grn-number\">–</td>"));
    }
}
