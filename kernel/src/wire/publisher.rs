//! The socket behind iopub: an XPUB that greets subscribers, waits for slow ones and forgets about stopped ones.
//!
//! zeromq 0.7 has two sockets for this and neither will do. Its XPUB writes to one subscriber after another, so one that
//! is stopped (a suspended laptop, a debugger) stalls the kernel for all; giving up a write after some time would lose
//! messages of the others. Its PUB never stalls, but it keeps 100,000 messages of any size for a stopped
//! subscriber, drops messages for a healthy one that is merely slower than the cell, and can't welcome subscribers as
//! protocol 5.4 asks. Here each subscriber has a queue limited in bytes and a writer of its own.

use crate::wire::log;
use crate::wire::message::welcome;
use crate::wire::signing::Signer;
use crate::wire::subscriber::{Encoded, Subscriber};
use crate::wire::zmtp::{self, Subscription};
use jupyter_protocol::{ConnectionInfo, JupyterMessage};
use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// How late the end of a wait may be noticed.
const PATIENCE: Duration = Duration::from_millis(20);

/// The iopub socket; clones are the same socket.
#[derive(Clone)]
pub struct Publisher(Arc<Shared>);

struct Shared {
    signer: Mutex<Signer>,
    subscribers: Mutex<Subscribers>,
    // A subscriber has read something, or left.
    moved: Condvar,
}

#[derive(Default)]
struct Subscribers {
    next: u64,
    all: BTreeMap<u64, Subscriber>,
}

impl Publisher {
    /// A socket without subscribers, for messages of this session.
    pub fn new(connection: &ConnectionInfo, session: &str) -> Self {
        Self(Arc::new(Shared {
            signer: Mutex::new(Signer::new(connection, session)),
            subscribers: Mutex::default(),
            moved: Condvar::new(),
        }))
    }

    /// Publishes a message at once. A subscriber that does not read may lose it.
    pub fn publish(&self, message: JupyterMessage) {
        if let Some(message) = self.encode(message) {
            self.subscribers().offer(&message);
        }
    }

    /// Publishes a message in place of earlier updates of the same display that nobody has read yet, at once.
    pub fn publish_update(&self, message: JupyterMessage, display: &str) {
        if let Some(mut message) = self.encode(message) {
            message.updates = Some(display.into());
            self.subscribers().offer(&message);
        }
    }

    /// Publishes a message as soon as every subscriber that reads has room for it, or `stop` says that it is no longer
    /// worth the wait. For the threads of cells, never for tasks.
    pub fn publish_patiently(&self, message: JupyterMessage, stop: impl Fn() -> bool) {
        if let Some(message) = self.encode(message) {
            self.room(message.bytes.len(), stop).offer(&message);
        }
    }

    /// Waits until every subscriber that reads has room for some text, or `stop` says that it is no longer worth it.
    /// For the threads of cells, never for tasks.
    pub fn wait_for_room(&self, stop: impl Fn() -> bool) {
        drop(self.room(0, stop));
    }

    fn room(&self, size: usize, stop: impl Fn() -> bool) -> MutexGuard<'_, Subscribers> {
        self.wait_while(|subscribers| subscribers.any(|subscriber| !subscriber.has_room(size)) && !stop())
    }

    /// Waits until every subscriber that reads has everything, `limit` at the longest. Not for tasks either.
    pub fn drain(&self, limit: Duration) {
        let deadline = Instant::now() + limit;
        let reads = |subscriber: &Subscriber| subscriber.bytes() > 0 && !subscriber.is_stopped();
        drop(self.wait_while(|subscribers| subscribers.any(reads) && Instant::now() < deadline));
    }

    fn wait_while(&self, must_wait: impl Fn(&Subscribers) -> bool) -> MutexGuard<'_, Subscribers> {
        let mut subscribers = self.subscribers();
        while must_wait(&subscribers) {
            let waited = self.0.moved.wait_timeout(subscribers, PATIENCE);
            subscribers = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        subscribers
    }

    /// Takes in a subscriber: its number, and what wakes its writer.
    pub fn admit(&self) -> (u64, Arc<Notify>) {
        let subscriber = Subscriber::default();
        let more = subscriber.more();
        let mut subscribers = self.subscribers();
        let id = subscribers.next;
        subscribers.next += 1;
        subscribers.all.insert(id, subscriber);
        (id, more)
    }

    /// Forgets a subscriber.
    pub fn dismiss(&self, id: u64) {
        self.subscribers().all.remove(&id);
        self.0.moved.notify_all();
    }

    /// Takes in a subscriber's wish, and welcomes it.
    pub fn change(&self, id: u64, change: Subscription) {
        let welcome = match &change {
            Subscription::Begin(topic) => self.encode(welcome(topic)),
            Subscription::End(_) => None,
        };
        if let Some(subscriber) = self.subscribers().all.get_mut(&id) {
            subscriber.change(change);
            if let Some(welcome) = welcome {
                subscriber.offer(&welcome);
            }
        }
    }

    /// The next bytes for a subscriber; none where nothing waits, `None` where it has left.
    pub fn batch(&self, id: u64) -> Option<Vec<u8>> {
        self.subscribers().all.get_mut(&id).map(Subscriber::batch)
    }

    /// Counts what a subscriber has read.
    pub fn has_read(&self, id: u64, bytes: usize) {
        if let Some(subscriber) = self.subscribers().all.get_mut(&id) {
            subscriber.has_read(bytes);
        }
        self.0.moved.notify_all();
    }

    fn encode(&self, message: JupyterMessage) -> Option<Encoded> {
        let mut signer = self.0.signer.lock().unwrap_or_else(PoisonError::into_inner);
        match signer.sign(message) {
            Ok(frames) => Some(Encoded {
                topic: frames.get(0).map(|topic| topic.to_vec()).unwrap_or_default().into(),
                bytes: zmtp::encode(&frames).into(),
                updates: None,
            }),
            Err(error) => {
                log::line(format_args!("message not published: {error}"));
                None
            }
        }
    }

    fn subscribers(&self) -> MutexGuard<'_, Subscribers> {
        self.0.subscribers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscribers {
    fn any(&self, holds: impl Fn(&Subscriber) -> bool) -> bool {
        self.all.values().any(holds)
    }

    fn offer(&mut self, message: &Encoded) {
        for subscriber in self.all.values_mut() {
            subscriber.offer(message);
        }
    }
}
