//! Asking the user for a line while a cell runs.

use crate::notebook::StdinRefused;
use crate::wire::log;
use crate::wire::message::Request;
use grn::engine::observer::CancelToken;
use jupyter_zmq_client::Connection;
use serde_json::json;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use zeromq::RouterSendHalf;

/// A client connects its stdin channel a moment after its shell channel; so often is it looked for.
const ATTEMPTS: u32 = 20;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(50);

/// How late an interrupt may be noticed.
const PATIENCE: Duration = Duration::from_millis(20);

/// The stdin channel: one question at a time, since one cell runs at a time.
pub struct Stdin {
    connection: tokio::sync::Mutex<Connection<RouterSendHalf>>,
    runtime: Handle,
    answer: Mutex<Answer>,
    answered: Condvar,
}

#[derive(Default)]
enum Answer {
    /// Nobody has asked: whatever comes is late.
    #[default]
    Unwanted,
    Awaited,
    Given(String),
}

impl Stdin {
    /// Must be called inside a tokio runtime.
    pub fn new(connection: Connection<RouterSendHalf>) -> Self {
        Self {
            connection: tokio::sync::Mutex::new(connection),
            runtime: Handle::current(),
            answer: Mutex::default(),
            answered: Condvar::new(),
        }
    }

    /// Takes in a message of the channel.
    pub fn receive(&self, message: &Request) {
        if message.kind() != "input_reply" {
            log::line(format_args!("unknown message type on stdin: {}", message.kind()));
            return;
        }
        let mut answer = self.answer();
        if matches!(*answer, Answer::Awaited) {
            *answer = Answer::Given(message.text("value").to_owned());
            self.answered.notify_all();
        }
    }

    /// Asks the client behind `request` and waits for its answer. For the threads of cells, never for tasks.
    pub fn ask(&self, request: &Request, prompt: &str, cancel: &CancelToken) -> Result<String, StdinRefused> {
        *self.answer() = Answer::Awaited;
        let result = self.send(request, prompt, cancel).and_then(|()| self.wait(cancel));
        *self.answer() = Answer::Unwanted;
        result
    }

    fn send(&self, request: &Request, prompt: &str, cancel: &CancelToken) -> Result<(), StdinRefused> {
        let content = json!({ "prompt": prompt, "password": false });
        for _ in 0..ATTEMPTS {
            if cancel.is_cancelled() {
                return Err(StdinRefused::Interrupted);
            }
            let question = request.answer("input_request", content.clone());
            let sent = self
                .runtime
                .block_on(async { self.connection.lock().await.send(question).await });
            match sent {
                Ok(()) => return Ok(()),
                Err(_) => std::thread::sleep(BETWEEN_ATTEMPTS),
            }
        }
        log::line("the client has no stdin channel to ask on");
        Err(StdinRefused::NotAllowed)
    }

    fn wait(&self, cancel: &CancelToken) -> Result<String, StdinRefused> {
        let mut answer = self.answer();
        loop {
            if let Answer::Given(text) = &mut *answer {
                return Ok(std::mem::take(text));
            }
            if cancel.is_cancelled() {
                return Err(StdinRefused::Interrupted);
            }
            let waited = self.answered.wait_timeout(answer, PATIENCE);
            answer = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn answer(&self) -> MutexGuard<'_, Answer> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
