//! One self-contained HTML page: it works offline and loads nothing.

use crate::report::figures::Figure;
use crate::report::html::{escape, escape_json};
use crate::report::render::Rendered;
use crate::report::table::TABLE_STYLE;
use plotly::Plot;
use std::fmt::Write;

const STYLE: &str = include_str!("page/page.css");
const DRAW: &str = include_str!("page/draw.js");

/// What a page shows.
pub struct Page<'a> {
    /// For instance the script's file name.
    pub title: &'a str,
    /// The source of the script; shown folded, left out where empty.
    pub script: &'a str,
    /// One a pipeline, in script order.
    pub sections: &'a [Section],
}

/// What one pipeline shows.
#[derive(Clone, Debug)]
pub struct Section {
    /// The pipeline's text; left out where empty.
    pub heading: String,
    /// Its tables and figures in order.
    pub items: Vec<Rendered>,
}

/// The page as HTML. It holds one copy of plotly.js where it has a figure, and forbids itself every connection.
pub fn page(content: &Page<'_>) -> String {
    let mut body = String::new();
    let _ = writeln!(body, "<h1>{}</h1>", escape(content.title));
    if !content.script.is_empty() {
        let _ = writeln!(
            body,
            "<details class=\"script\" open><summary>Script</summary><pre><code>{}</code></pre></details>",
            escape(content.script)
        );
    }
    let mut figures: Vec<&Figure> = Vec::new();
    for section in content.sections {
        push_section(&mut body, section, &mut figures);
    }
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(body, "<footer>Made by grn {version}</footer>");
    let scripts = if figures.is_empty() {
        String::new()
    } else {
        scripts(&figures)
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; \
         style-src 'unsafe-inline'; img-src data: blob:\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n\
         <style>\n{STYLE}{TABLE_STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n{scripts}</body>\n</html>\n",
        escape(content.title)
    )
}

fn push_section<'a>(body: &mut String, section: &'a Section, figures: &mut Vec<&'a Figure>) {
    body.push_str("<section>\n");
    if !section.heading.is_empty() {
        let _ = writeln!(body, "<h2><code>{}</code></h2>", escape(&section.heading));
    }
    for item in &section.items {
        match item {
            Rendered::Table(table) => body.push_str(&table.to_html()),
            Rendered::Figure(figure) => {
                let index = figures.len();
                let title = escape(&figure.title);
                let _ = writeln!(
                    body,
                    "<div class=\"plot\" id=\"plot-{index}\" role=\"img\" aria-label=\"{title}\"></div>"
                );
                figures.push(figure);
            }
            Rendered::Wrote(path) => {
                let _ = writeln!(
                    body,
                    "<p class=\"wrote\">Wrote <code>{}</code></p>",
                    escape(&path.display().to_string())
                );
            }
        }
    }
    body.push_str("</section>\n");
}

/// The figures as data, plotly.js, and the few lines that draw them.
fn scripts(figures: &[&Figure]) -> String {
    let data: Vec<String> = figures
        .iter()
        .map(|figure| escape_json(&figure.to_json().to_string()))
        .collect();
    format!(
        "<noscript><p>The figures need JavaScript; the tables don't.</p></noscript>\n\
         <script>{}</script>\n<script>\nconst figures = [{}];\n{DRAW}</script>\n",
        plotly_js(),
        data.join(",\n"),
    )
}

/// The source of plotly.js, from the plotly crate, which offers it as a script element in front of MathJax's.
pub fn plotly_js() -> String {
    let sources = Plot::offline_js_sources();
    let script = sources.split("</script>").next().unwrap_or_default();
    let source = script.split_once('>').map_or("", |(_, source)| source);
    source.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Page, Section, page, plotly_js};
    use crate::report::fixtures;
    use crate::report::render::{Rendered, render_outcome};
    use crate::report::table::{Cell, Column, Table};

    #[test]
    fn plotly_comes_alone() {
        let source = plotly_js();
        assert!(source.trim_start().starts_with("/**\n* plotly.js v3"));
        assert!(source.len() > 1_000_000 && source.len() < 5_000_000, "{}", source.len());
        assert!(!source.contains("</script"));
    }

    fn hostile() -> String {
        let mut table = Table::new("</script><img src=x>", vec![Column::words("gene")]);
        table.push(vec![Cell::words("<b onclick=\"x\">TP53</b>")]);
        let mut items = render_outcome(&fixtures::outcome("p", fixtures::sweep()));
        if let Some(Rendered::Figure(figure)) = items.get_mut(1) {
            figure.title = "\"><script>alert(1)</script>".to_owned();
        }
        items.push(Rendered::Table(table));
        let sections = [Section {
            heading: "select \"</code>\"".to_owned(),
            items,
        }];
        page(&Page {
            title: "a&b.grn",
            script: "# </script><script>alert(1)</script>",
            sections: &sections,
        })
    }

    #[test]
    fn escapes_everything_that_users_write() {
        let html = hostile().replace(&plotly_js(), "");
        assert_eq!(html.matches("<script").count(), 2);
        assert_eq!(html.matches("</script>").count(), 2);
        assert!(!html.contains("<img") && !html.contains("<b onclick"));
        assert!(html.contains("<title>a&amp;b.grn</title>"));
    }

    #[test]
    fn loads_nothing() {
        let html = hostile().replace(&plotly_js(), "");
        for reference in ["http:", "https:", "<script src", "<link", "<iframe", "@import", "url("] {
            assert!(!html.contains(reference), "{reference}");
        }
        assert!(html.contains("default-src 'none'"));
    }

    #[test]
    fn without_figures_it_is_small() {
        let html = page(&Page {
            title: "t",
            script: "",
            sections: &[],
        });
        assert!(html.len() < 10_000 && !html.contains("<script"));
    }
}
