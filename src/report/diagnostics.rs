//! Diagnostics as text, with the script's lines where they point to one.

use crate::lang::diagnostics::{Diagnostic, FilePlace, Severity};
use crate::report::ansi::Ansi;
use crate::source::Source;
use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term::{self, WriteStyle};
use grn_grammar::span::Span;
use std::io::Write;
use std::ops::Range;

/// Bytes of the longest line that is shown; generated scripts have longer ones.
const LONGEST_LINE: usize = 2000;
/// More problems than this help nobody; they are counted.
const MOST: usize = 100;

/// Draws diagnostics in order, each with the text that its place lies in; colour is ANSI's sixteen.
pub fn draw<'a>(diagnostics: impl IntoIterator<Item = (Option<&'a Source>, &'a Diagnostic)>, coloured: bool) -> String {
    let mut canvas = Ansi::new(coloured);
    let mut file: Option<(&Source, SimpleFile<&str, &str>)> = None;
    let mut more = 0;
    for (index, (source, diagnostic)) in diagnostics.into_iter().enumerate() {
        if index >= MOST {
            more += 1;
            continue;
        }
        // Finding the lines of a text takes a while for large ones, and most problems have one text.
        if let Some(source) = source
            && !file.as_ref().is_some_and(|(known, _)| std::ptr::eq(*known, source))
        {
            file = Some((source, SimpleFile::new(source.name.as_str(), source.text.as_str())));
        }
        let file = file.as_ref().filter(|_| source.is_some()).map(|(_, file)| file);
        draw_one(&mut canvas, file, diagnostic);
    }
    if more > 0 {
        let _ = writeln!(canvas, "… and {more} more\n");
    }
    canvas.into_string()
}

/// A problem of another language's compiler, with all that it has to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreign {
    /// How bad it is.
    pub severity: Severity,
    /// Its own code, for instance `E0308`; may be empty.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// Places with words (may be empty), and whether each is where the problem itself lies.
    pub places: Vec<(Span, String, bool)>,
    /// Beneath it, for instance `help: …`.
    pub notes: Vec<String>,
}

/// Draws problems of another language's compiler, all in one text.
pub fn draw_foreign(source: &Source, problems: &[Foreign], coloured: bool) -> String {
    let mut canvas = Ansi::new(coloured);
    let file = SimpleFile::new(source.name.as_str(), source.text.as_str());
    for problem in problems.iter().take(MOST) {
        let mut drawn = codespan::Diagnostic::new(severity(problem.severity)).with_message(&problem.message);
        if !problem.code.is_empty() {
            drawn = drawn.with_code(&problem.code);
        }
        let label = |(span, words, is_primary): &(Span, String, bool)| {
            let range = range(&source.text, *span);
            let style = match is_primary {
                true => codespan::LabelStyle::Primary,
                false => codespan::LabelStyle::Secondary,
            };
            codespan::Label::new(style, (), range).with_message(words)
        };
        drawn = drawn.with_labels_iter(problem.places.iter().map(label));
        drawn = drawn.with_notes_iter(problem.notes.iter().cloned());
        if term::emit_to_write_style(&mut canvas, &term::Config::default(), &file, &drawn).is_err() {
            let _ = writeln!(canvas, "{}: {}", problem.code, problem.message);
        }
    }
    match problems.len().saturating_sub(MOST) {
        0 => {}
        more => drop(writeln!(canvas, "… and {more} more\n")),
    }
    canvas.into_string()
}

fn severity(severity: Severity) -> codespan::Severity {
    match severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
    }
}

/// `2 errors, 1 warning` where there are several diagnostics.
pub fn count(diagnostics: &[Diagnostic]) -> Option<String> {
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    let words = |count: usize, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{count} {word}s")),
    };
    let parts = [
        words(count(Severity::Error), "error"),
        words(count(Severity::Warning), "warning"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (diagnostics.len() > 1).then(|| parts.join(", "))
}

fn draw_one(canvas: &mut impl WriteStyle, file: Option<&SimpleFile<&str, &str>>, diagnostic: &Diagnostic) {
    let mut drawn = codespan::Diagnostic::new(severity(diagnostic.severity))
        .with_code(format!("grn::{}", diagnostic.code))
        .with_message(&diagnostic.message);
    if let (Some(file), Some((span, words))) = (file, &diagnostic.label) {
        let range = range(file.source(), *span);
        drawn = match long_line(file.source(), &range) {
            None => drawn.with_label(codespan::Label::primary((), range).with_message(words)),
            Some((line, column)) => {
                let place = format!("at {}:{line}:{column}", file.name());
                let words = Some(words.clone()).filter(|words| !words.is_empty());
                drawn.with_notes_iter([Some(place), words].into_iter().flatten())
            }
        };
    }
    let place = diagnostic
        .file
        .as_ref()
        .map(|place| format!("in {}", place_words(place)));
    let help = diagnostic.help.as_ref().map(|help| format!("help: {help}"));
    drawn = drawn.with_notes_iter(place.into_iter().chain(help));
    let nothing = SimpleFile::new("", "");
    if term::emit_to_write_style(canvas, &term::Config::default(), file.unwrap_or(&nothing), &drawn).is_err() {
        let _ = writeln!(canvas, "{}: {}", diagnostic.code, diagnostic.message);
    }
}

/// Line and column of a place whose line is too long to be shown.
fn long_line(text: &str, range: &Range<usize>) -> Option<(usize, usize)> {
    let before = text.get(..range.start)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let length = text.get(start..)?.find('\n').unwrap_or(text.len() - start);
    let column = || before.get(start..).unwrap_or_default().chars().count() + 1;
    (length > LONGEST_LINE).then(|| (before.matches('\n').count() + 1, column()))
}

/// `path`, `path:line` or `path:line:column`.
fn place_words(place: &FilePlace) -> String {
    let numbers = [place.line, place.column.filter(|_| place.line.is_some())];
    let path = place.path.display().to_string();
    numbers
        .into_iter()
        .flatten()
        .fold(path, |words, number| format!("{words}:{number}"))
}

/// The span within the text and on character boundaries; a span from elsewhere must not break the report.
fn range(text: &str, span: Span) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
    start..end
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{draw, range};
    use crate::lang::diagnostics::Diagnostic;
    use crate::source::Source;
    use grn_grammar::span::Span;

    fn drawn(text: &str, diagnostic: &Diagnostic) -> String {
        draw([(Some(&Source::new("ablation.grn", text, None)), diagnostic)], false)
    }

    #[test]
    fn an_error_shows_its_line_and_its_fix() {
        let text = "# first\nretrieve attn k=80 | select residual_hos m=1.0\n";
        let span = Span::new(36, 48);
        let diagnostic = Diagnostic::error("unknown-method", "`select` has no method `residual_hos`")
            .at(span, "did you mean `residual_hos2`?")
            .help("`grn help select` lists the methods");
        let expected = "\
error[grn::unknown-method]: `select` has no method `residual_hos`
  ┌─ ablation.grn:2:29
  │
2 │ retrieve attn k=80 | select residual_hos m=1.0
  │                             ^^^^^^^^^^^^ did you mean `residual_hos2`?
  │
  = help: `grn help select` lists the methods

";
        assert_eq!(drawn(text, &diagnostic), expected);
    }

    #[test]
    fn an_endless_line_is_named_and_not_shown() {
        let text = format!("# first\nretrieve attn {}", "k=80 ".repeat(1000));
        let diagnostic =
            Diagnostic::error("duplicate-argument", "`k` is given twice").at(Span::new(27, 28), "given above");
        let expected = "\
error[grn::duplicate-argument]: `k` is given twice
 = at ablation.grn:2:20
 = given above

";
        assert_eq!(drawn(&text, &diagnostic), expected);
    }

    #[test]
    fn a_place_in_a_data_file_is_a_note() {
        let diagnostic = Diagnostic::error("not-a-number", "found `x`").in_file("data/a.csv", Some(4), Some(17));
        assert!(drawn("", &diagnostic).contains("= in data/a.csv:4:17\n"));
        let diagnostic = Diagnostic::warning("empty", "nothing in it").in_file("data/a.csv", None, None);
        assert!(drawn("", &diagnostic).contains("= in data/a.csv\n"));
    }

    #[test]
    fn a_span_from_elsewhere_is_drawn_within_the_text() {
        assert_eq!(range("é", Span::new(1, 9)), 0..2);
        assert_eq!(range("abc", Span::new(7, 9)), 3..3);
        assert_eq!(range("abc", Span::new(2, 1)), 2..2);
    }

    #[test]
    fn each_diagnostic_shows_its_own_text() {
        let (first, second) = (Source::cell("[1]", "let a = b"), Source::cell("[2]", "a | table"));
        let problem = |span| Diagnostic::error("defect", "found").at(span, "here");
        let problems = [
            problem(Span::new(0, 3)),
            problem(Span::new(4, 9)),
            Diagnostic::error("defect", "nowhere"),
        ];
        let sources = [Some(&first), Some(&second), None];
        let text = draw(sources.into_iter().zip(&problems), false);
        assert!(text.contains("[1]:1:1") && text.contains("1 │ let a = b"), "{text}");
        assert!(text.contains("[2]:1:5") && text.contains("1 │ a | table"), "{text}");
        assert!(text.ends_with("error[grn::defect]: nowhere\n\n"), "{text}");
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let source = Source::new("a.grn", "retrieve atn", None);
        for problem in [
            Diagnostic::error("defect", "found"),
            Diagnostic::warning("defect", "found"),
        ] {
            let problem = problem.at(Span::new(9, 12), "here").help("mend it");
            let coloured = draw([(Some(&source), &problem)], true);
            let mut plain = String::new();
            for (index, part) in coloured.split("\u{1b}[").enumerate() {
                match part.split_once('m') {
                    Some((code, text)) if index > 0 => {
                        let basic = |n: &str| matches!(n.parse(), Ok(0 | 1 | 30..=37));
                        assert!(code.split(';').all(basic), "{code}");
                        plain.push_str(text);
                    }
                    _ => plain.push_str(part),
                }
            }
            assert_eq!(plain, draw([(Some(&source), &problem)], false));
            assert!(coloured.len() > plain.len());
        }
    }
}
