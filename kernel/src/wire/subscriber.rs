//! One subscriber's queue, limited in bytes.

use crate::wire::log;
use crate::wire::zmtp::Subscription;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Queued bytes from which a cell waits for the subscriber.
const WAIT_ABOVE: usize = 8 << 20;
/// Queued bytes beyond which a subscriber that does not read loses messages.
const LOSE_ABOVE: usize = 32 << 20;
/// States and errors are small; they may take this much on top, so that a notebook that wakes up knows its state.
const RESERVE: usize = 4 << 20;
/// A message of at most this many bytes may use the reserve.
const SMALL: usize = 4096;
/// A subscriber that has read nothing for so long is stopped, and no cell waits for it.
const STOPPED_AFTER: Duration = Duration::from_secs(1);
/// Bytes that are written at once.
const BATCH: usize = 1 << 18;

/// Whoever listens to iopub: what it wants, and what waits for it.
pub struct Subscriber {
    topics: Vec<Vec<u8>>,
    queue: VecDeque<Encoded>,
    bytes: usize,
    lost: u64,
    moved: Instant,
    more: Arc<Notify>,
}

impl Default for Subscriber {
    fn default() -> Self {
        Self {
            topics: Vec::new(),
            queue: VecDeque::new(),
            bytes: 0,
            lost: 0,
            moved: Instant::now(),
            more: Arc::default(),
        }
    }
}

/// A message as it goes over the wire, and the first frame that subscriptions look at.
#[derive(Clone)]
pub struct Encoded {
    /// The first frame.
    pub topic: Arc<[u8]>,
    /// All frames.
    pub bytes: Arc<[u8]>,
    /// The display that it updates; its earlier updates are then worth nothing.
    pub updates: Option<Arc<str>>,
}

impl Subscriber {
    /// Wakes the writer when there is more to write.
    pub fn more(&self) -> Arc<Notify> {
        Arc::clone(&self.more)
    }

    /// Bytes that it has not read yet.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes in a wish.
    pub fn change(&mut self, change: Subscription) {
        match change {
            Subscription::Begin(topic) => self.topics.push(topic),
            Subscription::End(topic) => {
                if let Some(index) = self.topics.iter().position(|other| *other == topic) {
                    self.topics.remove(index);
                }
            }
        }
    }

    fn wants(&self, message: &Encoded) -> bool {
        self.topics.iter().any(|topic| message.topic.starts_with(topic))
    }

    /// Whether a cell that shows something of `size` bytes has to wait for this subscriber.
    pub fn has_room(&self, size: usize) -> bool {
        let fits = self.bytes <= WAIT_ABOVE && self.bytes + size <= LOSE_ABOVE;
        // A message larger than the limit still reaches a subscriber that has nothing else to read.
        self.bytes == 0 || fits || self.is_stopped()
    }

    /// Queues a message that it wants, unless too much waits already. Of the updates of one display only the newest
    /// waits, so that they need no room of their own.
    pub fn offer(&mut self, message: &Encoded) {
        if !self.wants(message) {
            return;
        }
        self.forget_updates(message);
        let size = message.bytes.len();
        let limit = LOSE_ABOVE + if size <= SMALL { RESERVE } else { 0 };
        // States, errors and updates always reach a client that reads, however large what waits before them is.
        let is_light = size <= SMALL || message.updates.is_some();
        let needs_room = !is_light || self.is_stopped();
        if needs_room && self.bytes > 0 && self.bytes + size > limit {
            if self.lost == 0 {
                log::line("a client does not read its outputs and misses some");
            }
            self.lost += 1;
            return;
        }
        if self.bytes == 0 {
            self.moved = Instant::now();
        }
        self.bytes += size;
        self.queue.push_back(message.clone());
        self.more.notify_one();
    }

    /// Takes earlier updates of the same display out of the queue.
    fn forget_updates(&mut self, message: &Encoded) {
        if message.updates.is_some() {
            let bytes = &mut self.bytes;
            self.queue.retain(|queued| {
                let stays = queued.updates != message.updates;
                if !stays {
                    *bytes = bytes.saturating_sub(queued.bytes.len());
                }
                stays
            });
        }
    }

    /// Takes about [`BATCH`] bytes from the queue; they count as queued until they are read.
    pub fn batch(&mut self) -> Vec<u8> {
        let mut batch = Vec::new();
        while batch.len() < BATCH
            && let Some(message) = self.queue.pop_front()
        {
            batch.extend_from_slice(&message.bytes);
        }
        batch
    }

    /// Counts what it has read.
    pub fn has_read(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
        self.moved = Instant::now();
        if self.bytes == 0 && self.lost > 0 {
            log::line(format_args!("a client reads again; it missed {} messages", self.lost));
            self.lost = 0;
        }
    }

    /// Whether it reads nothing although something waits.
    pub fn is_stopped(&self) -> bool {
        self.moved.elapsed() > STOPPED_AFTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(topic: &str, size: usize) -> Encoded {
        Encoded {
            topic: topic.as_bytes().into(),
            bytes: vec![0; size].into(),
            updates: None,
        }
    }

    fn update(display: &str, size: usize) -> Encoded {
        Encoded {
            updates: Some(display.into()),
            ..message("", size)
        }
    }

    fn listening(topic: &str) -> Subscriber {
        let mut subscriber = Subscriber::default();
        subscriber.change(Subscription::Begin(topic.as_bytes().to_vec()));
        subscriber
    }

    #[test]
    fn it_gets_what_it_wants() {
        let mut subscriber = listening("kernel.k.st");
        subscriber.offer(&message("kernel.k.status", 3));
        subscriber.offer(&message("kernel.k.error", 5));
        assert_eq!(subscriber.bytes(), 3);
        subscriber.change(Subscription::End(b"kernel.k.st".to_vec()));
        subscriber.offer(&message("kernel.k.status", 7));
        assert_eq!(subscriber.batch().len(), 3);
    }

    #[test]
    fn bytes_count_until_they_are_read() {
        let mut subscriber = listening("");
        subscriber.offer(&message("", 10));
        assert_eq!(subscriber.batch().len(), 10);
        assert_eq!(subscriber.bytes(), 10);
        subscriber.has_read(10);
        assert_eq!(subscriber.bytes(), 0);
    }

    #[test]
    fn beyond_the_limit_only_small_messages_are_kept() {
        let mut subscriber = listening("");
        subscriber.offer(&message("", 2 * LOSE_ABOVE));
        assert_eq!(subscriber.bytes(), 2 * LOSE_ABOVE, "a large message alone");
        subscriber.has_read(LOSE_ABOVE);
        subscriber.offer(&message("", SMALL + 1));
        assert_eq!((subscriber.bytes(), subscriber.lost), (LOSE_ABOVE, 1));
        subscriber.moved = Instant::now() - 2 * STOPPED_AFTER;
        subscriber.offer(&message("", SMALL));
        assert_eq!((subscriber.bytes(), subscriber.lost), (LOSE_ABOVE + SMALL, 1));
        for _ in 0..=RESERVE / SMALL {
            subscriber.offer(&message("", SMALL));
        }
        assert_eq!(subscriber.bytes(), LOSE_ABOVE + RESERVE);
    }

    #[test]
    fn a_state_follows_a_large_message_to_a_client_that_reads() {
        let mut subscriber = listening("");
        subscriber.offer(&message("", 2 * LOSE_ABOVE));
        subscriber.offer(&message("", SMALL));
        assert_eq!((subscriber.bytes(), subscriber.lost), (2 * LOSE_ABOVE + SMALL, 0));
    }

    #[test]
    fn a_message_has_room_where_it_will_not_be_lost() {
        let mut subscriber = listening("");
        assert!(subscriber.has_room(3 * LOSE_ABOVE), "nothing waits");
        subscriber.offer(&message("", WAIT_ABOVE));
        assert!(subscriber.has_room(LOSE_ABOVE - WAIT_ABOVE));
        assert!(!subscriber.has_room(LOSE_ABOVE - WAIT_ABOVE + 1));
        subscriber.offer(&message("", 1));
        assert!(!subscriber.has_room(1));
    }

    #[test]
    fn only_the_newest_update_of_a_display_waits() {
        let mut subscriber = listening("");
        for size in [100, 200, 300] {
            subscriber.offer(&update("a", size));
            subscriber.offer(&update("b", 10));
            subscriber.offer(&message("", 1));
        }
        assert_eq!(subscriber.bytes(), 300 + 10 + 3);
        let sizes: Vec<usize> = subscriber.queue.iter().map(|queued| queued.bytes.len()).collect();
        assert_eq!(sizes, [1, 1, 300, 10, 1], "each in the place of its newest");
    }

    #[test]
    fn the_last_update_arrives_behind_a_large_message() {
        let mut subscriber = listening("");
        subscriber.offer(&message("", 2 * LOSE_ABOVE));
        subscriber.offer(&update("a", 2 * SMALL));
        assert_eq!((subscriber.bytes(), subscriber.lost), (2 * LOSE_ABOVE + 2 * SMALL, 0));
    }
}
