//! Colour by ANSI sequences, from the sixteen colours that terminals and notebooks fit to their own background.

use codespan_reporting::diagnostic::{LabelStyle, Severity};
use codespan_reporting::term::WriteStyle;
use std::io::{self, Write};

const RESET: &str = "\u{1b}[0m";
/// Bold without the colour of what stands before it: red words are hard to read on a notebook's dark red ground.
const BOLD: &str = "\u{1b}[0;1m";
const CYAN: &str = "\u{1b}[36m";

/// Text that is being drawn.
pub(super) struct Ansi {
    text: Vec<u8>,
    coloured: bool,
}

impl Ansi {
    /// Without colour it is plain text.
    pub fn new(coloured: bool) -> Self {
        Self {
            text: Vec::new(),
            coloured,
        }
    }

    /// What was drawn.
    pub fn into_string(self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }

    fn style(&mut self, sequence: &str) -> io::Result<()> {
        match self.coloured {
            true => self.text.write_all(sequence.as_bytes()),
            false => Ok(()),
        }
    }
}

impl Write for Ansi {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl WriteStyle for Ansi {
    fn set_header(&mut self, severity: Severity) -> io::Result<()> {
        self.style(match severity {
            Severity::Bug | Severity::Error => "\u{1b}[1;31m",
            Severity::Warning => "\u{1b}[1;33m",
            Severity::Note | Severity::Help => "\u{1b}[1;32m",
        })
    }

    fn set_header_message(&mut self) -> io::Result<()> {
        self.style(BOLD)
    }

    fn set_line_number(&mut self) -> io::Result<()> {
        self.style(CYAN)
    }

    fn set_note_bullet(&mut self) -> io::Result<()> {
        self.style(CYAN)
    }

    fn set_source_border(&mut self) -> io::Result<()> {
        self.style(CYAN)
    }

    fn set_label(&mut self, severity: Severity, label_style: LabelStyle) -> io::Result<()> {
        self.style(match (label_style, severity) {
            (LabelStyle::Primary, Severity::Bug | Severity::Error) => "\u{1b}[31m",
            (LabelStyle::Primary, Severity::Warning) => "\u{1b}[33m",
            (LabelStyle::Primary, Severity::Note | Severity::Help) => "\u{1b}[32m",
            (LabelStyle::Secondary, _) => CYAN,
        })
    }

    fn reset(&mut self) -> io::Result<()> {
        self.style(RESET)
    }
}
