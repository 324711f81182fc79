//! Diagnostics on standard error, with the script's lines where they point to one.

use super::environment;
use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term;
use codespan_reporting::term::termcolor::{Buffer, BufferWriter, ColorChoice};
use grn::Source;
use grn::lang::diagnostics::{Diagnostic, FilePlace, Severity};
use grn_grammar::span::Span;
use std::io::{IsTerminal, Write};
use std::ops::Range;

/// More problems than this help nobody; they are counted.
const MOST: usize = 100;

/// Prints diagnostics and notes to standard error. What can't be printed there is dropped.
pub struct Reporter {
    writer: BufferWriter,
}

impl Reporter {
    /// In colour on a terminal that wants it.
    pub fn new() -> Self {
        let coloured = std::io::stderr().is_terminal() && !environment::forbids_colour();
        let choice = if coloured {
            ColorChoice::Always
        } else {
            ColorChoice::Never
        };
        Self {
            writer: BufferWriter::stderr(choice),
        }
    }

    /// Prints diagnostics about `source`, in order.
    pub fn report(&self, source: Option<&Source>, diagnostics: &[Diagnostic]) {
        let mut buffer = self.writer.buffer();
        let (name, text) = source.map_or(("", ""), |source| (source.name.as_str(), source.text.as_str()));
        let file = SimpleFile::new(name, text);
        for diagnostic in diagnostics.iter().take(MOST) {
            draw(&mut buffer, &file, source.is_some(), diagnostic);
        }
        if diagnostics.len() > MOST {
            let _ = writeln!(buffer, "… and {} more\n", diagnostics.len() - MOST);
        }
        let _ = self.writer.print(&buffer);
    }

    /// Prints one line.
    pub fn note(&self, text: &str) {
        let mut buffer = self.writer.buffer();
        let _ = writeln!(buffer, "{text}");
        let _ = self.writer.print(&buffer);
    }

    /// Prints `2 errors, 1 warning` where there are several.
    pub fn count(&self, diagnostics: &[Diagnostic]) {
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
        if diagnostics.len() > 1 {
            self.note(&parts.join(", "));
        }
    }
}

fn draw(buffer: &mut Buffer, file: &SimpleFile<&str, &str>, has_source: bool, diagnostic: &Diagnostic) {
    let severity = match diagnostic.severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
    };
    let mut drawn = codespan::Diagnostic::new(severity)
        .with_code(format!("grn::{}", diagnostic.code))
        .with_message(&diagnostic.message);
    if has_source && let Some((span, words)) = &diagnostic.label {
        drawn = drawn.with_label(codespan::Label::primary((), range(file.source(), *span)).with_message(words));
    }
    let place = diagnostic
        .file
        .as_ref()
        .map(|place| format!("in {}", place_words(place)));
    let help = diagnostic.help.as_ref().map(|help| format!("help: {help}"));
    drawn = drawn.with_notes_iter(place.into_iter().chain(help));
    let config = term::Config::default();
    if term::emit_to_write_style(buffer, &config, file, &drawn).is_err() {
        let _ = writeln!(buffer, "{}: {}", diagnostic.code, diagnostic.message);
    }
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
    use codespan_reporting::files::SimpleFile;
    use codespan_reporting::term::termcolor::Buffer;
    use grn::lang::diagnostics::Diagnostic;
    use grn_grammar::span::Span;

    fn drawn(text: &str, diagnostic: &Diagnostic) -> String {
        let mut buffer = Buffer::no_color();
        draw(&mut buffer, &SimpleFile::new("ablation.grn", text), true, diagnostic);
        String::from_utf8(buffer.into_inner()).unwrap()
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
}
