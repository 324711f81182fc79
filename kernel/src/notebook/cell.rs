//! A cell's text: grn code, lines that begin with `%`, and questions such as `decode exact?`.

use grn_grammar::span::Span;

/// A cell taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// The grn code, everything else replaced by spaces, so that places stay what they are in the cell.
    pub script: String,
    /// The commands that stand before any code; they run first.
    pub before: Vec<Command>,
    /// The commands that stand beneath code; they run last.
    pub after: Vec<Command>,
    /// Whether `%time` asks for the time of every stage.
    pub timed: bool,
    /// The text that a `?` asks about.
    pub question: Option<String>,
    /// What follows `%%rust`; there is nothing else in such a cell.
    pub rust: Option<RustCode>,
    has_code: bool,
}

/// A cell of Rust.
#[derive(Clone, Debug, PartialEq)]
pub struct RustCode {
    /// The line of `%%rust`.
    pub command: Command,
    /// Its code; lines are where they are in the cell.
    pub code: String,
}

impl RustCode {
    /// Where the line of `%%rust` ends.
    pub fn command_end(&self) -> usize {
        self.command.words.last().map_or(0, |(_, span)| span.end)
    }
}

/// A line that begins with `%`.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// Its words with their places, the name with its `%` first.
    pub words: Vec<(String, Span)>,
}

impl Cell {
    /// Takes `code` apart; nothing is wrong here yet.
    pub fn new(code: &str) -> Self {
        let mut cell = Self {
            question: question(code),
            ..Self::default()
        };
        if cell.question.is_some() {
            return cell;
        }
        cell.rust = rust(code);
        if cell.rust.is_some() {
            return cell;
        }
        let mut start = 0;
        for line in code.split_inclusive('\n') {
            cell.add_line(line, start);
            start += line.len();
        }
        cell
    }

    fn add_line(&mut self, line: &str, start: usize) {
        if !line.trim_start().starts_with('%') {
            self.add_code(line);
            return;
        }
        let words = words(line, start);
        match words.first() {
            Some((name, span)) if name == "%time" || name == "%%time" => {
                self.timed = true;
                let end = span.end - start;
                self.script.push_str(&blank(&line[..end]));
                self.add_code(&line[end..]);
            }
            _ => {
                self.script.push_str(&blank(line));
                let command = Command { words };
                match self.has_code {
                    true => self.after.push(command),
                    false => self.before.push(command),
                }
            }
        }
    }

    fn add_code(&mut self, line: &str) {
        self.script.push_str(line);
        self.has_code |= !line.trim().is_empty() && !line.trim_start().starts_with('#');
    }

    /// Whether there is anything for the parser.
    pub fn has_code(&self) -> bool {
        self.has_code
    }
}

/// The Rust of a cell whose first line that isn't empty is `%%rust`.
fn rust(code: &str) -> Option<RustCode> {
    let start = code.len() - code.trim_start().len();
    let length = code[start..].find('\n').unwrap_or(code.len() - start);
    let (before, rest) = code.split_at(start + length);
    let command = Command {
        words: words(&before[start..], start),
    };
    let is_rust = command.words.first().is_some_and(|(name, _)| name == "%%rust");
    is_rust.then(|| RustCode {
        command,
        code: blank(before) + rest,
    })
}

/// `name?`, `name??` and `?name` on one line ask for help.
fn question(code: &str) -> Option<String> {
    let text = code.trim();
    let asks = text.ends_with('?') || text.starts_with('?');
    let word = text.trim_matches('?').trim();
    let is_phrase = !word.is_empty() && !word.contains(['\n', '#', '"']);
    // `%echo why?` prints; only a lone command is asked about.
    let is_use = word.starts_with('%') && word.contains(char::is_whitespace);
    (asks && is_phrase && !is_use).then(|| word.to_owned())
}

/// Spaces of the same length in bytes; line breaks stay.
fn blank(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect()
}

/// The words of a line with their places; what stands behind a `#` is a comment.
fn words(line: &str, start: usize) -> Vec<(String, Span)> {
    let mut words = Vec::new();
    let line = line.split_once(" #").map_or(line, |(words, _)| words);
    let mut from = 0;
    for word in line.split_whitespace() {
        let at = line[from..].find(word).map_or(from, |found| from + found);
        from = at + word.len();
        words.push((word.to_owned(), Span::new(start + at, start + from)));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::Cell;
    use grn_grammar::span::Span;

    fn names(commands: &[super::Command]) -> Vec<&str> {
        commands
            .iter()
            .filter_map(|command| command.words.first())
            .map(|(word, _)| word.as_str())
            .collect()
    }

    #[test]
    fn commands_stand_before_or_after_code() {
        let code = "%device cpu\n# note\n  %reset -f\nretrieve attn k=80\n  | table\n%who é\n";
        let cell = Cell::new(code);
        assert_eq!(names(&cell.before), ["%device", "%reset"]);
        assert_eq!(names(&cell.after), ["%who"]);
        assert_eq!(cell.script.len(), code.len());
        let at = |text: &str| code.find(text).unwrap_or(0);
        assert_eq!(cell.script.find("retrieve"), code.find("retrieve"));
        let (word, span) = &cell.after[0].words[1];
        assert_eq!((word.as_str(), *span), ("é", Span::new(at("é"), at("é") + 2)));
        assert!(!cell.timed);
    }

    #[test]
    fn rust_is_all_that_follows_its_first_line() {
        let code = "\n%%rust\nlet x = 1; // é\n%who\nx?";
        let cell = Cell::new(code);
        let rust = cell.rust.map(|rust| (rust.code, rust.command.words.len()));
        assert_eq!(rust, Some((code.replace("%%rust", "      "), 1)));
        assert!(cell.script.is_empty() && cell.before.is_empty() && cell.question.is_none());
        for other in ["%who\n%%rust", "%%rusty\nx", "retrieve attn\n%%rust", ""] {
            assert_eq!(Cell::new(other).rust, None, "{other}");
        }
    }

    #[test]
    fn a_comment_ends_a_command() {
        let cell = Cell::new("%forget pools # not needed");
        assert_eq!(cell.before[0].words.len(), 2);
    }

    #[test]
    fn time_leaves_its_line_in_place() {
        let cell = Cell::new("%time retrieve attn");
        assert!(cell.timed && cell.before.is_empty());
        assert_eq!(cell.script, "      retrieve attn");
        let cell = Cell::new("%%time\nretrieve attn");
        assert!(cell.timed);
        assert_eq!(cell.script, "      \nretrieve attn");
    }

    #[test]
    fn questions_are_single_words_and_phrases() {
        for (code, about) in [
            ("decode exact?", Some("decode exact")),
            ("?retrieve", Some("retrieve")),
            (" attn?? ", Some("attn")),
            ("?", None),
            ("# why?", None),
            ("%echo why?", None),
            ("%device?", Some("%device")),
            ("retrieve attn", None),
            ("load sergio dir=\"a?\"", None),
        ] {
            assert_eq!(Cell::new(code).question.as_deref(), about, "{code}");
        }
    }

    #[test]
    fn comments_are_no_code() {
        assert!(!Cell::new("# nothing\n\n%who").has_code());
        assert!(Cell::new("help").has_code());
    }
}
