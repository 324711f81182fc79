//! The socket behind iopub: an XPUB that greets subscribers, waits for slow ones and forgets about stopped ones.
//!
//! zeromq 0.7 has two sockets for this and neither will do. Its XPUB writes to one subscriber after another, so one that
//! is stopped (a suspended laptop, a debugger) stalls the kernel for all; giving up a write after some time would lose
//! messages of the others. Its PUB never stalls, but it keeps 100,000 messages of any size for a stopped
//! subscriber, drops messages for a healthy one that is merely slower than the cell, and can't welcome subscribers as
//! protocol 5.4 asks. Here each subscriber has a queue limited in bytes and a writer of its own.

use crate::wire::iopub::Publish;
use crate::wire::log;
use crate::wire::message::welcome;
use crate::wire::signing::Signer;
use crate::wire::subscriber::{Encoded, Subscriber};
use crate::wire::zmtp::{self, Subscription};
use jupyter_protocol::{ConnectionInfo, JupyterMessage, Transport};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::sync::Notify;

/// Queued bytes from which a cell waits for the subscriber.
const WAIT_ABOVE: usize = 8 << 20;
/// A peer that has connected shakes hands within this time.
const HANDSHAKE: Duration = Duration::from_secs(10);
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
    /// Binds the iopub port and accepts subscribers from now on. Must be called inside a tokio runtime.
    pub async fn bind(connection: &ConnectionInfo, session: &str) -> io::Result<Self> {
        let publisher = Self(Arc::new(Shared {
            signer: Mutex::new(Signer::new(connection, session)),
            subscribers: Mutex::default(),
            moved: Condvar::new(),
        }));
        match connection.transport {
            Transport::TCP => publisher.bind_tcp(connection).await?,
            Transport::IPC => publisher.bind_ipc(connection)?,
        }
        Ok(publisher)
    }

    async fn bind_tcp(&self, connection: &ConnectionInfo) -> io::Result<()> {
        let host = if connection.ip == "*" {
            "0.0.0.0"
        } else {
            &connection.ip
        };
        let listener = TcpListener::bind((host, connection.iopub_port)).await?;
        let publisher = self.clone();
        tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => {
                        // Outputs are gathered here already; waiting for more would only delay states.
                        let _ = stream.set_nodelay(true);
                        publisher.serve(stream);
                    }
                    Err(error) => pause_after(&error).await,
                }
            }
        });
        Ok(())
    }

    #[cfg(unix)]
    fn bind_ipc(&self, connection: &ConnectionInfo) -> io::Result<()> {
        let listener = UnixListener::bind(format!("{}-{}", connection.ip, connection.iopub_port))?;
        let publisher = self.clone();
        tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => publisher.serve(stream),
                    Err(error) => pause_after(&error).await,
                }
            }
        });
        Ok(())
    }

    #[cfg(not(unix))]
    fn bind_ipc(&self, _connection: &ConnectionInfo) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
        let publisher = self.clone();
        tokio::spawn(async move {
            // A peer that is no subscriber (a port scanner, say) is let go.
            if let Ok(Ok(())) = tokio::time::timeout(HANDSHAKE, zmtp::accept(&mut stream)).await {
                let (reader, writer) = split(stream);
                let (id, more) = publisher.admit();
                tokio::select! {
                    () = publisher.read(id, reader) => {}
                    () = publisher.write(id, more, writer) => {}
                }
                publisher.dismiss(id);
            }
        });
    }

    /// Follows a subscriber's wishes until it leaves.
    async fn read(&self, id: u64, mut reader: ReadHalf<impl AsyncRead>) {
        while let Ok(change) = zmtp::next_subscription(&mut reader).await {
            let welcome = match &change {
                Subscription::Begin(topic) => self.encode(welcome(topic)),
                Subscription::End(_) => None,
            };
            let mut subscribers = self.subscribers();
            let Some(subscriber) = subscribers.all.get_mut(&id) else {
                return;
            };
            subscriber.change(change);
            if let Some(welcome) = welcome {
                subscriber.offer(&welcome);
            }
        }
    }

    /// Writes a subscriber's queue until it leaves.
    async fn write(&self, id: u64, more: Arc<Notify>, mut writer: WriteHalf<impl AsyncWrite>) {
        loop {
            let batch = match self.subscribers().all.get_mut(&id) {
                Some(subscriber) => subscriber.batch(),
                None => return,
            };
            if batch.is_empty() {
                more.notified().await;
                continue;
            }
            // In pieces, so that a slow reader of a large message is not taken for a stopped one.
            for piece in batch.chunks(1 << 16) {
                if writer.write_all(piece).await.is_err() {
                    return;
                }
                if let Some(subscriber) = self.subscribers().all.get_mut(&id) {
                    subscriber.has_read(piece.len());
                }
                self.0.moved.notify_all();
            }
        }
    }

    fn admit(&self) -> (u64, Arc<Notify>) {
        let subscriber = Subscriber::default();
        let more = subscriber.more();
        let mut subscribers = self.subscribers();
        let id = subscribers.next;
        subscribers.next += 1;
        subscribers.all.insert(id, subscriber);
        (id, more)
    }

    fn dismiss(&self, id: u64) {
        self.subscribers().all.remove(&id);
        self.0.moved.notify_all();
    }

    /// Waits until every subscriber that reads has room, or `stop` says that it is no longer worth it. For the threads
    /// of cells, never for tasks.
    pub fn wait_for_room(&self, stop: impl Fn() -> bool) {
        self.wait_while(Instant::now() + Duration::from_secs(3600), |subscriber| {
            !stop() && subscriber.bytes() > WAIT_ABOVE && !subscriber.is_stopped()
        });
    }

    /// Waits until every subscriber that reads has everything, `limit` at the longest. Not for tasks either.
    pub fn drain(&self, limit: Duration) {
        self.wait_while(Instant::now() + limit, |subscriber| {
            subscriber.bytes() > 0 && !subscriber.is_stopped()
        });
    }

    fn wait_while(&self, deadline: Instant, must_wait: impl Fn(&Subscriber) -> bool) {
        let mut subscribers = self.subscribers();
        while subscribers.all.values().any(&must_wait) && Instant::now() < deadline {
            let waited = self.0.moved.wait_timeout(subscribers, Duration::from_millis(20));
            subscribers = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn encode(&self, message: JupyterMessage) -> Option<Encoded> {
        let mut signer = self.0.signer.lock().unwrap_or_else(PoisonError::into_inner);
        match signer.sign(message) {
            Ok(frames) => Some(Encoded {
                topic: frames.get(0).map(|topic| topic.to_vec()).unwrap_or_default(),
                bytes: zmtp::encode(&frames).into(),
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

impl Publish for Publisher {
    fn publish(&self, message: JupyterMessage) {
        if let Some(message) = self.encode(message) {
            for subscriber in self.subscribers().all.values_mut() {
                subscriber.offer(&message);
            }
        }
    }
}

/// Where the system has no more handles, trying again at once would only keep it busy.
async fn pause_after(error: &io::Error) {
    log::line(format_args!("connection not accepted: {error}"));
    tokio::time::sleep(Duration::from_millis(100)).await;
}
