//! Reading and writing the channels other than iopub.

use crate::wire::log;
use crate::wire::message::Request;
use jupyter_protocol::JupyterMessage;
use jupyter_zmq_client::{Connection, KernelHeartbeatConnection, RawMessage};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use zeromq::{RouterRecvHalf, RouterSendHalf, SocketRecv, SocketSend};

/// A client that does not read its replies for so long loses one, so that others get theirs.
const SEND_LIMIT: Duration = Duration::from_secs(1);

/// Sends replies on one channel, in order; clones are the same channel.
#[derive(Clone)]
pub struct Replies(mpsc::UnboundedSender<Outgoing>);

enum Outgoing {
    Reply(Box<JupyterMessage>),
    Sent(oneshot::Sender<()>),
}

impl Replies {
    /// Must be called inside a tokio runtime.
    pub fn new(mut connection: Connection<RouterSendHalf>) -> Self {
        let (sender, mut receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(outgoing) = receiver.recv().await {
                match outgoing {
                    Outgoing::Reply(message) => send(&mut connection, *message).await,
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

async fn send(connection: &mut Connection<RouterSendHalf>, message: JupyterMessage) {
    let kind = message.message_type().to_owned();
    match tokio::time::timeout(SEND_LIMIT, connection.send(message)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => log::line(format_args!("{kind} not sent: {error}")),
        Err(_) => log::line(format_args!("{kind} not sent: the client does not read")),
    }
}

/// The next message of a channel that is well-formed and rightly signed; others are dropped with a line in the log.
pub async fn next_request(connection: &mut Connection<RouterRecvHalf>) -> Request {
    loop {
        let received = connection.socket.recv().await;
        let read = match received {
            Ok(frames) => RawMessage::from_multipart(frames, &connection.mac).and_then(Request::read),
            Err(error) => {
                // An error that stays must not keep the processor busy.
                tokio::time::sleep(Duration::from_millis(10)).await;
                Err(error.into())
            }
        };
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
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}
