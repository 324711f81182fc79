//! The cell that runs: what its code does is told here while evcxr waits for it.

use crate::groups::{self, Group};
use crate::protocol::Events;
use crate::sorter::EVENT;
use serde_json::{Map, Value, json};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Time between two attempts to stop what still runs after an interrupt.
const AGAIN: Duration = Duration::from_millis(50);

/// Time for the last event of code that has ended.
const LAST_EVENT: Duration = Duration::from_millis(500);

/// Lines of the relay that may wait here; with more, the relay is paused, and with it in the end the code.
const MOST_WAITING: usize = 256;

/// Bytes of the longest error that is told as one.
const LONGEST_ERROR: usize = 4000;

/// The running cell, for all threads.
#[derive(Clone)]
pub struct Cell {
    events: Arc<Events>,
    shared: Arc<(Mutex<State>, Condvar)>,
}

/// What became of the code.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The message of a panic, as standard error had it.
    pub panicked: Option<String>,
    /// Whether a `?` left the cell.
    pub returned_error: bool,
    /// How the process of the code ended, where it did.
    pub ended: Option<String>,
    /// Whether the user stopped the cell.
    pub interrupted: bool,
    /// Whether compiled code ran at all.
    pub ran: bool,
    /// What standard error said since standard output said anything.
    pub last_error: String,
}

#[derive(Default)]
struct State {
    told: Told,
    is_busy: bool,
    /// Cells that were asked for and have not begun.
    expected: usize,
    /// Whether those are not to run.
    stopped_before: bool,
    /// The relay that was made to wait.
    paused: Option<Group>,
    /// The processes of the code; the last ones where none runs.
    group: Option<Group>,
    runs: bool,
    /// A display that may get more MIME types.
    pending: Map<String, Value>,
    began: Option<Instant>,
}

impl Cell {
    /// No cell runs yet.
    pub fn new(events: Arc<Events>) -> Self {
        Self {
            events,
            shared: Arc::default(),
        }
    }

    /// A cell was asked for, and begins when those before it have ended.
    pub fn expect(&self) {
        self.state().expected += 1;
    }

    /// A cell begins. False where it was interrupted before.
    pub fn begin(&self) -> bool {
        let mut state = self.state();
        let interrupted = mem::take(&mut state.stopped_before);
        *state = State {
            is_busy: true,
            expected: state.expected.saturating_sub(1),
            began: Some(Instant::now()),
            group: state.group,
            paused: state.paused,
            ..State::default()
        };
        state.told.interrupted = interrupted;
        !interrupted
    }

    /// Lets the relay wait while so many of its lines do: evcxr itself takes in whatever comes.
    pub fn pace(&self, waiting: usize) {
        let mut state = self.state();
        if waiting > MOST_WAITING && state.paused.is_none() {
            state.paused = state.group.filter(|_| state.runs);
            state.paused.inspect(|relay| relay.pause(true));
        }
        if waiting == 0
            && let Some(relay) = state.paused.take()
        {
            relay.pause(false);
        }
    }

    /// One line that the relay said.
    pub fn hear(&self, line: &str) {
        let event = line
            .strip_prefix(EVENT)
            .and_then(|event| serde_json::from_str(event).ok());
        let Some(Value::Object(event)) = event else { return };
        for (name, content) in event {
            self.hear_event(&name, content);
        }
    }

    fn hear_event(&self, name: &str, content: Value) {
        let mut state = self.state();
        let is_heard = state.is_busy && state.runs && !state.told.interrupted;
        match name {
            // What an interrupted cell still had to say is none of the next one's.
            "stream" | "content" | "panicked" | "returned_error" if !is_heard => {}
            "running" => {
                let group = content.as_u64().and_then(|id| u32::try_from(id).ok());
                state.group = group.map(Group);
                state.runs = true;
                state.told.ran = true;
                let seconds = state.began.map_or(0.0, |began| began.elapsed().as_secs_f64());
                self.events.send("running", json!({ "seconds": seconds }));
            }
            "stream" => self.hear_stream(&mut state, content),
            "content" => {
                let mime = content["mime"].as_str().unwrap_or("text/plain").to_owned();
                if state.pending.contains_key(&mime) {
                    self.show_pending(&mut state);
                }
                state.pending.insert(mime, content["text"].clone());
            }
            "panicked" => state.told.panicked = content.as_str().map(str::to_owned),
            "returned_error" => state.told.returned_error = true,
            "complete" => state.runs = false,
            "ended" => {
                state.runs = false;
                state.told.ended = content.as_str().map(str::to_owned);
            }
            _ => {}
        }
        self.shared.1.notify_all();
    }

    fn hear_stream(&self, state: &mut State, content: Value) {
        if content["late"] != true {
            self.show_pending(state);
        }
        // What a `?` passes on is told last, in several pieces.
        let last = &mut state.told.last_error;
        match content["text"].as_str() {
            Some(text) if content["name"] == "stderr" => last.push_str(text),
            _ => last.clear(),
        }
        let excess = last.ceil_char_boundary(last.len().saturating_sub(LONGEST_ERROR));
        last.drain(..excess);
        self.events.send("stream", content);
    }

    /// Shows something that evcxr itself gives, the variables for instance.
    pub fn show(&self, contents: impl IntoIterator<Item = (String, String)>) {
        let mut state = self.state();
        self.show_pending(&mut state);
        state.pending = contents.into_iter().map(|(mime, text)| (mime, text.into())).collect();
        self.show_pending(&mut state);
    }

    fn show_pending(&self, state: &mut State) {
        if !state.pending.is_empty() {
            self.events.send("display", mem::take(&mut state.pending).into());
        }
    }

    /// The cell has ended: waits for what its code said last. `has_value` says that a display at its end is its value.
    pub fn finish(&self, has_value: bool) -> Told {
        let state = self.state();
        let still_runs = |state: &mut State| state.runs && !state.told.interrupted;
        let waited = self.shared.1.wait_timeout_while(state, LAST_EVENT, still_runs);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        state.is_busy = false;
        let pending = mem::take(&mut state.pending);
        let is_unit = pending.len() == 1 && pending.get("text/plain").is_some_and(|text| text == "()");
        match has_value {
            true if is_unit => {}
            true if !pending.is_empty() => self.events.send("result", pending.into()),
            _ => {
                state.pending = pending;
                self.show_pending(&mut state);
            }
        }
        state.told.clone()
    }

    /// Stops what runs, code or compilers, until the cell has ended.
    pub fn interrupt(&self) {
        let mut state = self.state();
        if !state.is_busy {
            state.stopped_before = state.expected > 0;
            return;
        }
        if mem::replace(&mut state.told.interrupted, true) {
            return;
        }
        let cell = self.clone();
        thread::spawn(move || {
            while cell.stop() {
                thread::sleep(AGAIN);
            }
        });
    }

    /// Whether there was still something to stop.
    fn stop(&self) -> bool {
        let state = self.state();
        match state.group.filter(|_| state.runs) {
            // The next cell is not interrupted.
            _ if !state.is_busy || !state.told.interrupted => return false,
            Some(group) => group.kill(),
            None => groups::interrupt_compilers(),
        }
        true
    }

    /// Ends the code for good.
    pub fn kill(&self) {
        if let Some(group) = self.state().group {
            group.kill();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
