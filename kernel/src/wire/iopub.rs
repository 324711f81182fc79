//! What all clients see: outputs and states, in order. Text of streams is gathered, since a message for each line is a
//! thousand times slower than one for many.

use crate::notebook::StreamName;
use crate::wire::message::{Request, publication};
use crate::wire::publisher::Publisher;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// How long text waits for more: too short to be seen, long enough for thousands of lines.
const GATHER: Duration = Duration::from_millis(25);

/// Text beyond this many bytes waits no longer.
const ENOUGH: usize = 1 << 18;

/// The iopub channel; clones are the same channel.
#[derive(Clone)]
pub struct Iopub(Arc<Shared>);

struct Shared {
    kernel: String,
    // Held while a message is handed over, so that order is the order of calls.
    pending: Mutex<Option<Text>>,
    text_came: Notify,
    out: Publisher,
}

struct Text {
    parent: Request,
    name: StreamName,
    text: String,
}

impl Iopub {
    /// A channel of the kernel with this identity. [`Iopub::flush_regularly`] has to run beside it.
    pub fn new(kernel: String, out: Publisher) -> Self {
        Self(Arc::new(Shared {
            kernel,
            pending: Mutex::default(),
            text_came: Notify::new(),
            out,
        }))
    }

    /// Publishes a message after all text so far.
    pub fn publish(&self, parent: Option<&Request>, kind: &str, content: Value) {
        let mut pending = self.pending();
        self.flush(&mut pending);
        self.0.out.publish(publication(&self.0.kernel, parent, kind, content));
    }

    /// Publishes a message after all text so far, once clients have room for it or `stop` ends the wait. For the threads
    /// of cells, never for tasks.
    pub fn publish_patiently(&self, parent: &Request, kind: &str, content: Value, stop: impl Fn() -> bool) {
        self.flush_now();
        let message = publication(&self.0.kernel, Some(parent), kind, content);
        self.0.out.publish_patiently(message, stop);
    }

    /// Publishes the newest state of a display after all text so far, and waits for nobody: earlier ones that clients
    /// have not read yet go.
    pub fn update(&self, parent: &Request, display: &str, content: Value) {
        let mut pending = self.pending();
        self.flush(&mut pending);
        let message = publication(&self.0.kernel, Some(parent), "update_display_data", content);
        self.0.out.publish_update(message, display);
    }

    /// Publishes the state `starting`, `busy` or `idle`.
    pub fn status(&self, parent: Option<&Request>, state: &str) {
        self.publish(parent, "status", json!({ "execution_state": state }));
    }

    /// Adds text to a stream of the cell behind `parent`.
    pub fn stream(&self, parent: &Request, name: StreamName, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut pending = self.pending();
        match &mut *pending {
            Some(waiting) if waiting.name == name && waiting.parent.is(parent) => waiting.text.push_str(text),
            _ => {
                self.flush(&mut pending);
                *pending = Some(Text {
                    parent: parent.clone(),
                    name,
                    text: text.to_owned(),
                });
                self.0.text_came.notify_one();
            }
        }
        if pending.as_ref().is_some_and(|waiting| waiting.text.len() >= ENOUGH) {
            self.flush(&mut pending);
        }
    }

    /// Publishes all text so far.
    pub fn flush_now(&self) {
        self.flush(&mut self.pending());
    }

    /// Publishes text that has waited long enough; runs as long as the kernel.
    pub async fn flush_regularly(self) {
        loop {
            self.0.text_came.notified().await;
            tokio::time::sleep(GATHER).await;
            self.flush_now();
        }
    }

    fn pending(&self) -> MutexGuard<'_, Option<Text>> {
        self.0.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn flush(&self, pending: &mut Option<Text>) {
        let Some(waiting) = pending.take() else { return };
        let name = match waiting.name {
            StreamName::Out => "stdout",
            StreamName::Err => "stderr",
        };
        let content = json!({ "name": name, "text": waiting.text });
        let message = publication(&self.0.kernel, Some(&waiting.parent), "stream", content);
        self.0.out.publish(message);
    }
}
