//! The process that runs Rust cells.

use crate::rust::listener::{Asked, Listener};
use crate::rust::protocol::Event;
use serde_json::Value;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use tempfile::TempDir;

/// Messages that may wait for the cell; with more, the worker waits.
const QUEUE: usize = 64;

/// What reaches a running cell.
pub enum Message {
    /// The worker said something.
    Event(Event),
    /// It, or a compiler, wrote this line to standard error.
    Error(String),
    /// The worker has ended.
    Gone,
    /// The cell's code asks something.
    Asked(Asked),
}

/// What a worker is started with.
pub struct Start<'a> {
    /// The program.
    pub program: PathBuf,
    /// `PATH`, with cargo and rustc.
    pub path: OsString,
    /// The folder of the helper crate.
    pub helper: &'a Path,
    /// Where values cross.
    pub folder: &'a Path,
    /// Who answers.
    pub listener: &'a Listener,
}

/// A worker; ends with this value.
pub struct Worker {
    child: Child,
    input: Input,
    /// What the worker and its cells say.
    pub messages: Receiver<Message>,
    /// For whatever else is to reach a running cell.
    pub sender: SyncSender<Message>,
    /// Whether it has said that it runs cells.
    pub is_ready: bool,
    /// Compiled code; goes with the worker.
    _build: TempDir,
}

/// The worker's standard input, from any thread.
#[derive(Clone)]
pub struct Input(Arc<Mutex<ChildStdin>>);

impl Input {
    /// Sends a request.
    pub fn send(&self, request: &Value) -> io::Result<()> {
        let mut input = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(input, "{request}")?;
        input.flush()
    }
}

impl Worker {
    /// Starts the program; it says later whether it can run cells.
    pub fn start(start: &Start<'_>) -> io::Result<Self> {
        let build = tempfile::Builder::new().prefix("grn-rust-").tempdir()?;
        let helper = Value::from(start.helper.to_string_lossy());
        let mut command = Command::new(&start.program);
        command
            .args(["--dependency", &format!("grn_nb = {{ path = {helper} }}")])
            .arg("--folder")
            .arg(build.path())
            .arg("--folder")
            .arg(start.folder)
            .env("PATH", &start.path)
            .env("EVCXR_TMPDIR", build.path())
            .env("GRN_NB_ADDRESS", start.listener.address.to_string())
            .env("GRN_NB_TOKEN", &start.listener.token)
            .env("GRN_NB_FOLDER", start.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // A signal to the kernel's group is not meant for it, and it can be ended with its compilers.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let (sender, messages) = sync_channel(QUEUE);
        let pipe = || io::Error::other("a pipe is missing");
        let input = child.stdin.take().ok_or_else(pipe)?;
        let output = child.stdout.take().ok_or_else(pipe)?;
        let errors = child.stderr.take().ok_or_else(pipe)?;
        read_lines(errors, sender.clone(), |line| Some(Message::Error(line)), None);
        let event = |line: String| Event::read(&line).map(Message::Event);
        read_lines(output, sender.clone(), event, Some(Message::Gone));
        Ok(Self {
            child,
            input: Input(Arc::new(Mutex::new(input))),
            messages,
            sender,
            is_ready: false,
            _build: build,
        })
    }

    /// Where requests go.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// How it ended, if it has.
    pub fn status(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok()??;
        Some(status.to_string())
    }
}

impl Drop for Worker {
    /// Ends the program with its compilers; the code that it runs ends with it.
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = i32::try_from(self.child.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_lines(
    stream: impl Read + Send + 'static,
    sender: SyncSender<Message>,
    message: impl Fn(String) -> Option<Message> + Send + 'static,
    last: Option<Message>,
) {
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while let Ok(1..) = stream.read_until(b'\n', &mut line) {
            let text = String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned();
            line.clear();
            if let Some(message) = message(text)
                && sender.send(message).is_err()
            {
                return;
            }
        }
        last.map(|last| sender.send(last));
    });
}
