//! Sorts what the runtime prints: the user's text, displays, panics, and evcxr's own words.

use serde_json::{Value, json};
use std::mem;

/// Every word of evcxr on standard output begins with this.
const WORD: &str = "EVCXR_";
const COMPLETE: &str = "EVCXR_EXECUTION_COMPLETE";
const PANIC: &str = "EVCXR_PANIC_NOTIFICATION";
const USER_ERROR: &str = "EVCXR_ERROR_OCCURRED";
const CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
const INPUT: &str = "EVCXR_INPUT_REQUEST";
const BEGIN: &str = "EVCXR_BEGIN_CONTENT ";
const END: &str = "EVCXR_END_CONTENT";

/// How the line begins that tells of a panic.
const PANIC_HEADER: &str = "thread '";

/// What stands before an event of the relay among evcxr's lines.
pub const EVENT: &str = "GRN_EVENT ";

/// One line of the relay.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// For evcxr, as the runtime said it.
    Word(String),
    /// For the worker.
    Event(Value),
}

impl Line {
    /// Stands for output between two cells that is not kept.
    pub fn left_out() -> Self {
        text("stderr", "… more was printed between the cells\n")
    }

    /// As it is written. evcxr looks for its own words anywhere in a line, so an event holds none.
    pub fn text(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Event(event) => format!("{EVENT}{}", event.to_string().replace(WORD, "\\u0045VCXR_")),
        }
    }
}

/// Text of a stream.
fn text(name: &str, text: &str) -> Line {
    Line::Event(json!({ "stream": { "name": name, "text": text } }))
}

/// Holds back what can't be told yet.
#[derive(Default)]
pub struct Sorter {
    /// Of standard output: what may become one of evcxr's words, or a character.
    rest: Vec<u8>,
    /// Of standard error: what may become a character.
    error_rest: Vec<u8>,
    /// A display that has begun: its MIME type and what is there of it.
    content: Option<(String, String)>,
    /// What standard error said since a panic was told there.
    held: String,
    /// The last panic that was released: the runtime may confirm it later, when much has been dropped.
    released: String,
}

impl Sorter {
    /// Whether standard error tells of a panic that the runtime has not confirmed yet.
    pub fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// The panic was caught by the user's code, or was another thread's: its message is output.
    pub fn release(&mut self) -> Option<Line> {
        let held = mem::take(&mut self.held);
        (!held.is_empty()).then(|| {
            let released = text("stderr", &held);
            self.released = held;
            released
        })
    }

    /// Whether more of standard output would now tell how the cell ended.
    pub fn ends(bytes: &[u8]) -> bool {
        let text = String::from_utf8_lossy(bytes);
        [PANIC, COMPLETE, USER_ERROR].iter().any(|word| text.contains(word))
    }

    /// Whether the cell has ended with this word.
    pub fn ends_cell(word: &str) -> bool {
        word == COMPLETE
    }

    /// More of standard error.
    pub fn error(&mut self, bytes: &[u8]) -> Vec<Line> {
        self.error_rest.extend_from_slice(bytes);
        let said = characters(&mut self.error_rest);
        if self.holds() {
            self.held.push_str(&said);
            return Vec::new();
        }
        let (before, held) = said.split_at(panic_start(&said).unwrap_or(said.len()));
        self.held.push_str(held);
        match before {
            "" => Vec::new(),
            before => vec![text("stderr", before)],
        }
    }

    /// More of standard output.
    pub fn output(&mut self, bytes: &[u8]) -> Vec<Line> {
        // Of a display, and of what begins like a word, only whole lines are looked at.
        let waits = self.content.is_some() || self.rest.starts_with(WORD.as_bytes());
        self.rest.extend_from_slice(bytes);
        if waits && !bytes.contains(&b'\n') {
            return Vec::new();
        }
        let mut lines = Vec::new();
        let mut plain = String::new();
        let rest = mem::take(&mut self.rest);
        let mut parts = rest.split_inclusive(|byte| *byte == b'\n').peekable();
        while let Some(part) = parts.next_if(|part| part.ends_with(b"\n")) {
            self.line(&String::from_utf8_lossy(part), &mut plain, &mut lines);
        }
        self.rest = parts.next().unwrap_or_default().to_vec();
        if self.content.is_none() {
            plain.push_str(&self.open_line());
        }
        flush(&mut plain, &mut lines);
        lines
    }

    /// What is left when the runtime has ended.
    pub fn finish(&mut self) -> Vec<Line> {
        let rest = mem::take(&mut self.rest);
        let left = text("stdout", &String::from_utf8_lossy(&rest));
        let held = self.release();
        (!rest.is_empty()).then_some(left).into_iter().chain(held).collect()
    }

    /// A whole line of standard output.
    fn line(&mut self, line: &str, plain: &mut String, lines: &mut Vec<Line>) {
        let mut bare = line.trim_end_matches('\n');
        if let Some((mime, mut content)) = self.content.take() {
            let Some((last, word)) = closing(bare) else {
                content.push_str(line);
                self.content = Some((mime, content));
                return;
            };
            content.push_str(last);
            let content = content.strip_suffix('\n').unwrap_or(&content);
            lines.push(Line::Event(json!({ "content": { "mime": mime, "text": content } })));
            if word == END {
                return;
            }
            bare = word;
        }
        // Output without a line break stands before the word.
        match bare.find(WORD).map(|at| bare.split_at(at)) {
            Some((before, word)) if word.starts_with(BEGIN) => {
                plain.push_str(before);
                flush(plain, lines);
                self.content = Some((word[BEGIN.len()..].trim().to_owned(), String::new()));
            }
            Some((before, word)) if is_word(word) => {
                plain.push_str(before);
                flush(plain, lines);
                self.word(word, lines);
            }
            _ => plain.push_str(line),
        }
    }

    fn word(&mut self, word: &str, lines: &mut Vec<Line>) {
        match word {
            PANIC => {
                let released = mem::take(&mut self.released);
                let told = Some(mem::take(&mut self.held)).filter(|held| !held.is_empty());
                let told = told.unwrap_or(released);
                lines.push(Line::Event(json!({ "panicked": told })));
            }
            USER_ERROR => lines.push(Line::Event(json!({ "returned_error": {} }))),
            COMPLETE => {
                // The value of the cell stays its last word.
                if let Some(Line::Event(mut late)) = self.release() {
                    late["stream"]["late"] = true.into();
                    lines.push(Line::Event(late));
                }
                self.released.clear();
                lines.push(Line::Event(json!({ "complete": {} })));
            }
            _ => {}
        }
        lines.push(Line::Word(word.to_owned()));
    }

    /// What can be shown of a line that has not ended yet.
    fn open_line(&mut self) -> String {
        let starts_word = |at: &usize| {
            let tail = &self.rest[*at..];
            WORD.as_bytes().starts_with(tail) || tail.starts_with(WORD.as_bytes())
        };
        let end = (0..self.rest.len()).find(starts_word).unwrap_or(self.rest.len());
        let kept = self.rest.split_off(end);
        let shown = characters(&mut self.rest);
        self.rest.extend(kept);
        shown
    }
}

fn is_word(word: &str) -> bool {
    matches!(word, COMPLETE | PANIC | USER_ERROR) || word.starts_with(CHANGED_TYPE) || word.starts_with(INPUT)
}

/// What closes a display at the end of its line, and the text before it. A display that the code never closes ends with
/// whatever evcxr waits for.
fn closing(bare: &str) -> Option<(&str, &str)> {
    if bare.starts_with(CHANGED_TYPE) || bare.starts_with(INPUT) {
        return Some(("", bare));
    }
    let words = [END, COMPLETE, PANIC, USER_ERROR];
    let at = words.iter().find_map(|word| bare.strip_suffix(word))?.len();
    Some(bare.split_at(at))
}

fn flush(plain: &mut String, lines: &mut Vec<Line>) {
    if !plain.is_empty() {
        lines.push(text("stdout", plain));
        plain.clear();
    }
}

/// Takes the whole characters off the front; bytes that never become one are shown as `�`.
fn characters(bytes: &mut Vec<u8>) -> String {
    let is_open = |from: usize| std::str::from_utf8(&bytes[from..]).is_err_and(|error| error.error_len().is_none());
    let nearly = bytes.len().saturating_sub(3);
    let end = (nearly..bytes.len()).find(|from| bytes[*from] >= 0xc0 && is_open(*from));
    let rest = bytes.split_off(end.unwrap_or(bytes.len()));
    let whole = mem::replace(bytes, rest);
    String::from_utf8_lossy(&whole).into_owned()
}

/// Where a panic is told, with the empty line before it.
fn panic_start(text: &str) -> Option<usize> {
    let is_header = |(at, _): &(usize, &str)| {
        let line = text[*at..].lines().next().unwrap_or_default();
        (*at == 0 || text[..*at].ends_with('\n')) && line.contains("' ") && line.contains("panicked at ")
    };
    let (at, _) = text.match_indices(PANIC_HEADER).find(is_header)?;
    let is_empty_line = text[..at].ends_with("\n\n") || &text[..at] == "\n";
    Some(at - usize::from(is_empty_line))
}

#[cfg(test)]
mod tests;
