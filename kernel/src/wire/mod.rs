//! The Jupyter protocol over ZeroMQ (<https://jupyter-client.readthedocs.io/en/stable/messaging.html>, version 5.4).
//!
//! Tasks read the channels and answer everything but cells at once. Cells run one after another on a thread of their own,
//! `execute`, which owns the session ([`Cells`]). `iopub` puts what they show in order; `publisher` is the socket behind it
//! and `listener` whoever connects to it.

mod bind;
mod cells;
mod execute;
mod frontend;
mod history;
mod info;
mod iopub;
mod listener;
mod log;
mod message;
mod parent;
mod publisher;
mod queue;
mod requests;
mod serve;
mod signals;
mod signing;
mod sockets;
mod stdin;
mod subscriber;
mod zmtp;

pub use bind::Failure;
pub use cells::Cells;
pub use parent::VARIABLE as PARENT_VARIABLE;
pub use serve::serve;

use crate::notebook::Snapshot;
use history::History;
use iopub::Iopub;
use message::Request;
use publisher::Publisher;
use queue::Queue;
use sockets::Replies;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use stdin::Stdin;

/// What tasks and the thread of cells share.
struct Kernel {
    iopub: Iopub,
    publisher: Publisher,
    shell: Replies,
    stdin: Stdin,
    queue: Queue,
    snapshot: Mutex<Arc<Snapshot>>,
    history: Mutex<History>,
}

impl Kernel {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set_snapshot(&self, snapshot: Arc<Snapshot>) {
        *self.snapshot.lock().unwrap_or_else(PoisonError::into_inner) = snapshot;
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends an execute request: nothing says `busy` about it after its `idle`.
    fn finish(&self, request: &Request) {
        self.queue.finish(|| {
            self.iopub.status(Some(request), "idle");
        });
    }
}
