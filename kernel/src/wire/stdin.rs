//! Asking the user for a line while a cell runs.

use crate::notebook::{Question, StdinRefused};
use crate::wire::log;
use crate::wire::message::Request;
use crate::wire::sockets::SEND_LIMIT;
use grn::engine::observer::CancelToken;
use jupyter_protocol::JupyterMessage;
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
    /// To the question with this identifier.
    Awaited(String),
    Given(String),
}

impl Answer {
    /// Takes in a reply, unless it answers another question: one to a cell that was interrupted may come late. Some
    /// clients do not say what they answer.
    fn take_in(&mut self, reply: &Request) {
        if let Self::Awaited(question) = self
            && (reply.parent().is_empty() || reply.parent() == question)
        {
            *self = Self::Given(reply.text("value").to_owned());
        }
    }
}

/// What became of a question.
enum Delivery {
    Done,
    NobodyThere,
    NobodyReads,
    Interrupted,
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
        self.answer().take_in(message);
        self.answered.notify_all();
    }

    /// Asks the client behind `request` and waits for its answer. For the threads of cells, never for tasks.
    pub fn ask(
        &self,
        request: &Request,
        question: &Question<'_>,
        cancel: &CancelToken,
    ) -> Result<String, StdinRefused> {
        let result = self.send(request, question, cancel).and_then(|()| self.wait(cancel));
        *self.answer() = Answer::Unwanted;
        result
    }

    fn send(&self, request: &Request, question: &Question<'_>, cancel: &CancelToken) -> Result<(), StdinRefused> {
        let content = json!({ "prompt": question.prompt, "password": question.is_password });
        for _ in 0..ATTEMPTS {
            if cancel.is_cancelled() {
                return Err(StdinRefused::Interrupted);
            }
            let question = request.answer("input_request", content.clone());
            *self.answer() = Answer::Awaited(question.header.msg_id.clone());
            match self.runtime.block_on(self.deliver(question, cancel)) {
                Delivery::Done => return Ok(()),
                Delivery::NobodyThere => std::thread::sleep(BETWEEN_ATTEMPTS),
                Delivery::NobodyReads => {
                    log::line("the client does not read its questions");
                    return Err(StdinRefused::NotAllowed);
                }
                Delivery::Interrupted => return Err(StdinRefused::Interrupted),
            }
        }
        log::line("the client has no stdin channel to ask on");
        Err(StdinRefused::NotAllowed)
    }

    async fn deliver(&self, question: JupyterMessage, cancel: &CancelToken) -> Delivery {
        let send = async { self.connection.lock().await.send(question).await };
        let interrupted = async {
            while !cancel.is_cancelled() {
                tokio::time::sleep(PATIENCE).await;
            }
        };
        tokio::select! {
            sent = tokio::time::timeout(SEND_LIMIT, send) => match sent {
                Ok(Ok(())) => Delivery::Done,
                Ok(Err(_)) => Delivery::NobodyThere,
                Err(_) => Delivery::NobodyReads,
            },
            () = interrupted => Delivery::Interrupted,
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::message::tests::answer_to;

    /// What the question `now` takes from a reply with this parent header.
    fn given(parent: serde_json::Value) -> Option<String> {
        let mut answer = Answer::Awaited("now".to_owned());
        answer.take_in(&answer_to(parent, "input_reply", json!({"value": "y"})));
        match answer {
            Answer::Given(text) => Some(text),
            _ => None,
        }
    }

    #[test]
    fn a_late_answer_does_not_answer_the_next_question() {
        assert_eq!(given(json!({"msg_id": "before"})), None);
        assert_eq!(given(json!({"msg_id": "now"})).as_deref(), Some("y"));
    }

    #[test]
    fn clients_need_not_say_what_they_answer() {
        for parent in [json!({}), json!({"msg_id": ""}), json!(null)] {
            assert_eq!(given(parent).as_deref(), Some("y"));
        }
    }

    #[test]
    fn nothing_is_taken_in_unasked() {
        let mut answer = Answer::Unwanted;
        answer.take_in(&answer_to(json!({}), "input_reply", json!({"value": "y"})));
        assert!(matches!(answer, Answer::Unwanted));
    }
}
