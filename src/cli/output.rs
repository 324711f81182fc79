//! Standard output that survives its reader.

use grn::lang::diagnostics::Diagnostic;
use std::io::{self, BufWriter, ErrorKind, Stdout, Write};

/// Standard output. A reader that has gone away (`grn stages | head -1`) is no failure: what follows is dropped.
/// Any other problem, such as a full disk, is kept for [`Output::finish`].
pub struct Output {
    stdout: BufWriter<Stdout>,
    error: Option<io::Error>,
}

impl Output {
    /// The process's standard output.
    pub fn new() -> Self {
        Self {
            stdout: BufWriter::new(io::stdout()),
            error: None,
        }
    }

    /// Writes a text, with a line end where it has none.
    pub fn print(&mut self, text: &str) {
        self.write(text);
        if !text.ends_with('\n') {
            self.write("\n");
        }
    }

    /// Writes a text as it is, and flushes.
    pub fn write(&mut self, text: &str) {
        if self.error.is_none() {
            let written = self
                .stdout
                .write_all(text.as_bytes())
                .and_then(|()| self.stdout.flush());
            self.error = written.err();
        }
    }

    /// Tells whether everything could be written.
    pub fn finish(self) -> Result<(), Diagnostic> {
        // What a failed write left in the buffer must not be tried again when the buffer is dropped.
        let (_, _) = self.stdout.into_parts();
        match self.error {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(unwritten(&error)),
            _ => Ok(()),
        }
    }
}

/// What is said of a standard output that takes nothing.
pub fn unwritten(error: &io::Error) -> Diagnostic {
    let (reason, help) = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => (
            "the disk is full".to_owned(),
            "make room, or redirect it to a file on another disk",
        ),
        _ => (error.to_string(), "redirect it to a file that can be written"),
    };
    Diagnostic::error("output", format!("standard output can't be written: {reason}")).help(help)
}
