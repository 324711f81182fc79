//! A whole script in one call, for Rust programs and Rust notebooks.

use crate::engine::executor::Interrupted;
use crate::engine::observer::{CancelToken, Silent};
use crate::engine::outcome::Outcome;
use crate::lang::diagnostics::Diagnostic;
use crate::report::html::escape;
use crate::report::picture::{self, Picture};
use crate::report::render::Rendered;
use crate::report::table::notebook_html;
use crate::session::{Failure, Session, Shown};
use crate::source::Source;
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

/// Columns of tables as plain text.
const TEXT_WIDTH: usize = 100;

/// What a script shows, statement by statement.
pub struct Answer {
    /// In script order.
    pub shown: Vec<Shown>,
}

/// What is wrong with a script, drawn with its lines as the command line draws it; `Debug` shows the same, since that
/// is what an unhandled error of a Rust notebook is shown by.
#[derive(Clone, PartialEq, Eq)]
pub struct Problems(String);

impl Session {
    /// Checks, plans and runs a script without progress; names and options stay in the session.
    ///
    /// # Errors
    /// Every problem of the script, or the failure of a stage.
    pub fn evaluate(&mut self, script: &str) -> Result<Answer, Problems> {
        let source = Source::cell("script", script);
        let cancel = CancelToken::default();
        let mut shown = Vec::new();
        let ran = self
            .prepare(&source, &cancel)
            .and_then(|prepared| self.run(prepared, &Silent, &cancel, &mut |next| shown.push(next)));
        match ran {
            Ok(_device) => Ok(Answer { shown }),
            Err(failure) => Err(self.problems(failure)),
        }
    }

    fn problems(&self, failure: Failure) -> Problems {
        let drawn = |diagnostics: &[Diagnostic]| self.draw(diagnostics, false);
        Problems(match failure {
            Failure::Script(diagnostics) => drawn(&diagnostics),
            Failure::Run(diagnostic) => drawn(&[*diagnostic]),
            Failure::Cancelled(Interrupted { .. }) => "interrupted".to_owned(),
        })
    }
}

impl fmt::Debug for Answer {
    /// As [`Answer::to_text`]: what a Rust notebook shows of an expression that ends with `?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_text().trim_end())
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_end())
    }
}

impl fmt::Debug for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Problems {}

impl Answer {
    /// The finished pipelines, with their values.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.shown.iter().filter_map(|shown| match shown {
            Shown::Result(outcome, _) => Some(outcome),
            Shown::Explanation(_) | Shown::Help(_) => None,
        })
    }

    /// Tables, plans and pages as plain text, figures by their titles.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for shown in &self.shown {
            match shown {
                Shown::Result(_, rendered) => rendered.iter().for_each(|item| push_text(&mut text, item)),
                Shown::Explanation(explanation) => text.push_str(&explanation.to_text()),
                Shown::Help(page) => text.push_str(&page.to_text()),
            }
        }
        text
    }

    /// Tables and pictures as HTML that needs nothing else and runs no script.
    pub fn to_html(&self) -> String {
        let mut html = String::new();
        for shown in &self.shown {
            match shown {
                Shown::Result(_, rendered) => rendered.iter().for_each(|item| push_html(&mut html, item)),
                Shown::Explanation(explanation) => push_pre(&mut html, &explanation.to_text()),
                Shown::Help(page) => push_pre(&mut html, &page.to_text()),
            }
        }
        html
    }

    /// Shows the answer in a Rust notebook: evcxr calls this for a cell's last value, and reads what it prints
    /// (<https://github.com/evcxr/evcxr/blob/main/evcxr_jupyter/README.md>, "Custom display").
    pub fn evcxr_display(&self) {
        let mut out = io::stdout().lock();
        for (mime, content) in [("text/html", self.to_html()), ("text/plain", self.to_text())] {
            // A notebook that is gone reads nothing.
            let _ = writeln!(
                out,
                "EVCXR_BEGIN_CONTENT {mime}\n{}\nEVCXR_END_CONTENT",
                content.trim_end()
            );
        }
    }
}

fn push_text(text: &mut String, item: &Rendered) {
    let _ = match item {
        Rendered::Table(table) => writeln!(text, "{}", table.to_text(TEXT_WIDTH)),
        Rendered::Figure(figure) => writeln!(text, "[figure: {}]", figure.title),
        Rendered::Wrote(path) => writeln!(text, "wrote {}", path.display()),
    };
}

fn push_html(html: &mut String, item: &Rendered) {
    match item {
        Rendered::Table(table) => html.push_str(&notebook_html(table, false)),
        Rendered::Figure(figure) => push_picture(html, &picture::draw(figure, picture::WIDTH), &figure.title),
        Rendered::Wrote(path) => {
            let _ = writeln!(
                html,
                "<p>wrote <code>{}</code></p>",
                escape(&path.display().to_string())
            );
        }
    }
}

/// A picture as a document of its own: what is named inside of it can't meet names of the page.
fn push_picture(html: &mut String, picture: &Picture, title: &str) {
    let _ = write!(
        html,
        "<img alt=\"{}\" width=\"{}\" height=\"{}\" style=\"max-width:100%;height:auto\" \
         src=\"data:image/svg+xml;charset=utf-8,",
        escape(title),
        picture.width,
        picture.height
    );
    for byte in picture.svg.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'-' | b'.' | b',' | b'=' | b':' | b'/' | b'(' | b')' => {
                html.push(char::from(byte));
            }
            _ => {
                let _ = write!(html, "%{byte:02X}");
            }
        }
    }
    html.push_str("\">\n");
}

fn push_pre(html: &mut String, text: &str) {
    let _ = writeln!(html, "<pre>{}</pre>", escape(text.trim_end()));
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::session::Session;
    use std::collections::BTreeMap;

    const SCRIPT: &str = "use simulate sergio genes=80 regulators=20 masters=8 types=3 cells=10
retrieve popularity k=12 | plot coverage
retrieve popularity k=12 | select stage1 | decode exact cap=12 | evaluate
explain retrieve popularity k=12";

    #[test]
    fn an_answer_is_text_and_html() {
        let mut session = Session::new(BTreeMap::new());
        let answer = session.evaluate(SCRIPT).unwrap();
        assert_eq!(answer.outcomes().count(), 2);
        let text = answer.to_text();
        assert!(text.contains("[figure: ") && text.contains("exact"), "{text}");
        assert_eq!(format!("{answer:?}"), text.trim_end());
        let html = answer.to_html();
        assert!(html.contains("data:image/svg+xml;charset=utf-8,%3Csvg") && html.contains("<table"));
        assert!(!html.contains("<script") && !html.contains("\nEVCXR_"));
    }

    #[test]
    fn problems_show_the_lines_they_lie_in() {
        let mut session = Session::new(BTreeMap::new());
        let problems = session.evaluate("retrieve atn k=80").err().unwrap();
        let shown = format!("{problems:?}");
        assert!(
            shown.contains("retrieve atn k=80") && shown.contains("did you mean `attn`?"),
            "{shown}"
        );
        let failed = session.evaluate("retrieve popularity k=12").map(|_| ());
        assert_eq!(failed, Ok(()), "what was wrong leaves nothing behind");
    }
}
