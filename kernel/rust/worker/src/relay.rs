//! The process between evcxr and the runtime: it starts the runtime, sorts what comes from it, and ends with it.
//!
//! evcxr reads lines, and takes them for its own where they look like it. Text that doesn't end its line would be lost
//! or, flushed before the end of a cell, make it wait for ever; displays would lose their place between texts; and
//! nobody would learn of a panic. Both processes are one group, so that whatever the user's code starts ends with them.

use crate::groups;
use crate::sorter::{Line, Sorter};
use serde_json::json;
use std::env;
use std::io::{self, BufRead, Read, Write};
use std::mem;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Says that this process is the relay.
const VARIABLE: &str = "GRN_RUST_CELLS_RELAY";

/// evcxr's mark of its runtime, which the relay's environment has as well.
const RUNTIME: &str = "EVCXR_IS_RUNTIME";

/// Time for what standard error said before standard output.
const OTHER_STREAM: Duration = Duration::from_millis(3);

/// Time after which the message of a panic is output, if nothing else came of it.
const PANIC_IS_TOLD: Duration = Duration::from_millis(100);

/// Time for the last words of an ended runtime; processes that it left behind may hold its streams open.
const LAST_WORDS: Duration = Duration::from_millis(50);

/// Time for all of them.
const ALL_LAST_WORDS: Duration = Duration::from_secs(2);

/// Pieces of output, of 64 KiB at most, that wait here. Beyond them the code waits.
const QUEUE: usize = 32;

/// Bytes of output between two cells that are kept for the next one: evcxr does not read meanwhile, and a thread that
/// was left behind may say things for ever.
const BETWEEN: usize = 16 << 10;

enum Said {
    /// Standard output said something.
    Output(Vec<u8>),
    /// Standard error did.
    Error(Vec<u8>),
    /// evcxr lets a cell run: its request.
    Run(String),
    /// The runtime has ended.
    Ended(Option<ExitStatus>),
}

/// Whether this process is the relay.
pub fn is_wanted() -> bool {
    env::var_os(VARIABLE).is_some()
}

/// Whether this process is the runtime.
pub fn is_runtime() -> bool {
    env::var_os(RUNTIME).is_some()
}

/// The command that makes evcxr's child a relay.
pub fn command() -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.env(VARIABLE, "1");
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    Ok(command)
}

/// Relays until the runtime or evcxr has ended.
pub fn run() -> ExitCode {
    match start() {
        Ok(mut child) => relay(&mut child),
        Err(error) => {
            eprintln!("the runtime of Rust cells doesn't start: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> io::Result<Child> {
    Command::new(env::current_exe()?)
        .env_remove(VARIABLE)
        // A backtrace shows the code that evcxr puts around a cell.
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

fn relay(child: &mut Child) -> ExitCode {
    let (sender, said) = sync_channel(QUEUE);
    if let Some(output) = child.stdout.take() {
        read(output, sender.clone(), Said::Output);
    }
    if let Some(error) = child.stderr.take() {
        read(error, sender.clone(), Said::Error);
    }
    if let Some(input) = child.stdin.take() {
        let sender = sender.clone();
        thread::spawn(move || pass_on(input, &sender));
    }
    thread::scope(|scope| {
        scope.spawn(move || sender.send(Said::Ended(child.wait().ok())));
        listen(&said)
    })
}

/// evcxr's requests; where they end, so does everything here.
fn pass_on(mut input: impl Write, sender: &SyncSender<Said>) {
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        if line.starts_with("LOAD_AND_RUN") {
            let _ = sender.send(Said::Run(line.clone()));
        }
        if writeln!(input, "{line}").and_then(|()| input.flush()).is_err() {
            break;
        }
    }
    groups::end();
}

fn read(mut stream: impl Read + Send + 'static, sender: SyncSender<Said>, said: fn(Vec<u8>) -> Said) {
    thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            if sender.send(said(buffer[..count].to_vec())).is_err() {
                return;
            }
        }
    });
}

/// evcxr tries itself out when it starts, and waits until somebody has read what comes of it, which is nobody yet.
fn is_trial(request: &str) -> bool {
    let library = request.split(' ').nth(1).unwrap_or_default();
    let name = Path::new(library).file_stem().unwrap_or_default().to_string_lossy();
    name.trim_start_matches("lib") == "code_1"
}

fn listen(said: &Receiver<Said>) -> ExitCode {
    let mut relay = Relay::default();
    loop {
        let next = match relay.sorter.holds() {
            true => said.recv_timeout(PANIC_IS_TOLD),
            false => said.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match next {
            Ok(next) => relay.hear(next, said),
            Err(RecvTimeoutError::Timeout) => {
                let released = relay.sorter.release();
                relay.write(released.as_slice());
            }
            Err(RecvTimeoutError::Disconnected) => return ExitCode::FAILURE,
        }
    }
}

#[derive(Default)]
struct Relay {
    sorter: Sorter,
    /// Whether only evcxr's own words are passed on.
    is_silent: bool,
    /// Whether a cell runs.
    runs: bool,
    /// What was said since the last cell, and its bytes.
    between: (Vec<Line>, usize),
}

impl Relay {
    fn hear(&mut self, next: Said, said: &Receiver<Said>) {
        match next {
            Said::Run(request) => {
                self.is_silent = is_trial(&request);
                self.runs = true;
                self.write(&[Line::Event(json!({ "running": std::process::id() }))]);
                let (kept, _) = mem::take(&mut self.between);
                self.write(&kept);
            }
            Said::Error(bytes) => {
                let lines = self.sorter.error(&bytes);
                self.write(&lines);
            }
            Said::Output(bytes) => self.hear_output(&bytes, said),
            Said::Ended(status) => self.end(status, said),
        }
    }

    /// Where standard output tells how a cell ended, standard error has its say before.
    fn hear_output(&mut self, bytes: &[u8], said: &Receiver<Said>) {
        let mut later = Vec::new();
        if Sorter::ends(bytes) {
            thread::sleep(OTHER_STREAM);
            for other in said.try_iter().take(QUEUE) {
                match other {
                    Said::Error(bytes) => {
                        let lines = self.sorter.error(&bytes);
                        self.write(&lines);
                    }
                    other => later.push(other),
                }
            }
        }
        let lines = self.sorter.output(bytes);
        self.write(&lines);
        later.into_iter().for_each(|other| self.hear(other, said));
    }

    fn end(&mut self, status: Option<ExitStatus>, said: &Receiver<Said>) -> ! {
        let began = Instant::now();
        self.runs = true;
        while began.elapsed() < ALL_LAST_WORDS
            && let Ok(last) = said.recv_timeout(LAST_WORDS)
        {
            let lines = match last {
                Said::Output(bytes) => self.sorter.output(&bytes),
                Said::Error(bytes) => self.sorter.error(&bytes),
                Said::Run(_) | Said::Ended(_) => Vec::new(),
            };
            self.write(&lines);
        }
        let lines = self.sorter.finish();
        self.write(&lines);
        self.write(&[Line::Event(json!({ "ended": groups::end_in_words(status) }))]);
        groups::end()
    }

    fn write(&mut self, lines: &[Line]) {
        let mut output = io::stdout().lock();
        for line in lines {
            match line {
                Line::Event(_) if self.is_silent => continue,
                Line::Event(_) if !self.runs => {
                    self.keep(line);
                    continue;
                }
                Line::Event(_) => {}
                Line::Word(word) => self.runs &= !Sorter::ends_cell(word),
            }
            // Where evcxr no longer reads, standard input ends as well.
            let _ = writeln!(output, "{}", line.text());
        }
        let _ = output.flush();
    }

    /// Keeps what is said between two cells, as far as there is room.
    fn keep(&mut self, line: &Line) {
        let (kept, bytes) = &mut self.between;
        if *bytes < BETWEEN {
            *bytes = bytes.saturating_add(line.text().len());
            let is_too_much = *bytes >= BETWEEN;
            kept.push(if is_too_much { Line::left_out() } else { line.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BETWEEN, Relay, is_trial};
    use crate::sorter::Sorter;

    #[test]
    fn the_trial_is_known_by_its_file() {
        assert!(is_trial("LOAD_AND_RUN /tmp/a/libcode_1.so run_user_code_1"));
        for other in [
            "LOAD_AND_RUN /tmp/code_1.d/libcode_2.so run",
            "LOAD_AND_RUN /tmp/libcode_11.so run",
            "",
        ] {
            assert!(!is_trial(other), "{other}");
        }
    }

    #[test]
    fn output_between_cells_is_kept_within_bounds() {
        let mut relay = Relay::default();
        let mut sorter = Sorter::default();
        for _ in 0..BETWEEN {
            let lines = sorter.output(b"tick\n");
            relay.write(&lines);
        }
        let (kept, bytes) = &relay.between;
        assert!(*bytes < 2 * BETWEEN && kept.len() > 1 && kept.len() < BETWEEN);
        assert!(kept.last().is_some_and(|line| line.text().contains("more was printed")));
    }
}
