//! Reading and writing the channels other than iopub.

use crate::wire::log;
use crate::wire::message::Request;
use jupyter_protocol::JupyterMessage;
use jupyter_zmq_client::{Connection, KernelHeartbeatConnection, RawMessage};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use zeromq::{RouterRecvHalf, RouterSendHalf, SocketRecv, SocketSend};

/// A client that does not read for so long loses a message, so that others get theirs.
pub const SEND_LIMIT: Duration = Duration::from_secs(1);

/// Where a channel can't be read: time to the next attempt, doubled after each.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Sends replies on one channel, in order; clones are the same channel.
#[derive(Clone)]
pub struct Replies(mpsc::UnboundedSender<Outgoing>);

enum Outgoing {
    Reply(Box<JupyterMessage>),
    Sent(oneshot::Sender<()>),
}

impl Replies {
    /// Must be called inside a tokio runtime.
    pub fn new(connection: Connection<RouterSendHalf>) -> Self {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        let mut writer = Writer::new(connection);
        tokio::spawn(async move {
            while let Some(outgoing) = receiver.recv().await {
                match outgoing {
                    Outgoing::Reply(message) => writer.send(*message).await,
                    Outgoing::Sent(tell) => {
                        let _ = tell.send(());
                    }
                }
            }
        });
        Self(sender)
    }

    /// Sends a reply.
    pub fn send(&self, message: JupyterMessage) {
        // The other end lives as long as the runtime.
        let _ = self.0.send(Outgoing::Reply(Box::new(message)));
    }

    /// Waits until all replies so far are on their way.
    pub async fn sent(&self) {
        let (tell, told) = oneshot::channel();
        let _ = self.0.send(Outgoing::Sent(tell));
        let _ = told.await;
    }
}

/// The writing end of a channel.
struct Writer<S> {
    connection: Connection<S>,
    /// Clients that did not read their last reply. Nobody waits for them again until they read.
    stopped: BTreeSet<Vec<u8>>,
}

impl<S: SocketSend> Writer<S> {
    fn new(connection: Connection<S>) -> Self {
        Self {
            connection,
            stopped: BTreeSet::new(),
        }
    }

    async fn send(&mut self, message: JupyterMessage) {
        let kind = message.message_type().to_owned();
        let client = message.zmq_identities.first().map(|identity| identity.to_vec());
        let client = client.unwrap_or_default();
        let limit = self.patience(&client);
        // With no time at all, what can be sent at once still is.
        match tokio::time::timeout(limit, self.connection.send(message)).await {
            Ok(sent) => {
                self.stopped.remove(&client);
                if let Err(error) = sent {
                    log::line(format_args!("{kind} not sent: {error}"));
                }
            }
            Err(_) => {
                if self.stopped.insert(client) {
                    log::line(format_args!("{kind} not sent: the client does not read"));
                }
            }
        }
    }

    fn patience(&self, client: &[u8]) -> Duration {
        match self.stopped.contains(client) {
            true => Duration::ZERO,
            false => SEND_LIMIT,
        }
    }
}

/// The next message of a channel that is well-formed and rightly signed; others are dropped with a line in the log.
pub async fn next_request(connection: &mut Connection<RouterRecvHalf>) -> Request {
    let mut pause = SHORTEST_PAUSE;
    loop {
        let received = connection.socket.recv().await;
        let read = match received {
            Ok(frames) => RawMessage::from_multipart(frames, &connection.mac).and_then(Request::read),
            Err(error) => {
                // An error that stays keeps neither the processor busy nor fills the log.
                if pause == SHORTEST_PAUSE {
                    log::line(format_args!("a channel can't be read: {error}"));
                }
                tokio::time::sleep(pause).await;
                pause = LONGEST_PAUSE.min(pause * 2);
                continue;
            }
        };
        pause = SHORTEST_PAUSE;
        match read {
            Ok(request) => return request,
            Err(error) => log::line(format_args!("message dropped: {error}")),
        }
    }
}

/// Echoes heartbeats for ever.
pub async fn echo_heartbeats(mut connection: KernelHeartbeatConnection) {
    loop {
        match connection.socket.recv().await {
            Ok(frames) => {
                let _ = connection.socket.send(frames).await;
            }
            Err(_) => tokio::time::sleep(SHORTEST_PAUSE).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::message::tests::request;
    use serde_json::json;
    use std::pin::Pin;
    use zeromq::{RouterSocket, Socket, ZmqMessage, ZmqResult};

    /// A socket whose clients read or do not.
    struct Clients {
        read: bool,
    }

    impl SocketSend for Clients {
        fn send<'life, 'future>(
            &'life mut self,
            _message: ZmqMessage,
        ) -> Pin<Box<dyn Future<Output = ZmqResult<()>> + Send + 'future>>
        where
            'life: 'future,
            Self: 'future,
        {
            match self.read {
                true => Box::pin(std::future::ready(Ok(()))),
                false => Box::pin(std::future::pending()),
            }
        }
    }

    #[tokio::test]
    async fn nobody_waits_twice_for_a_client_that_does_not_read() {
        let keyed = Connection::new(RouterSocket::new(), "key", "session");
        let mut writer = Writer::new(Connection {
            socket: Clients { read: false },
            mac: keyed.mac,
            session_id: keyed.session_id,
        });
        let reply = || request("kernel_info_request", json!({})).reply(json!({}));
        writer.send(reply()).await;
        assert_eq!(writer.patience(b"client"), Duration::ZERO);
        assert_eq!(writer.patience(b"another"), SEND_LIMIT);
        writer.connection.socket.read = true;
        writer.send(reply()).await;
        assert_eq!(writer.patience(b"client"), SEND_LIMIT);
    }
}
