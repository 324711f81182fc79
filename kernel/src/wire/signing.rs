//! Signed frames of a message, for a socket that is not the crate's.

use jupyter_protocol::{ConnectionInfo, JupyterMessage};
use jupyter_zmq_client::{Connection, RuntimeError};
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use zeromq::{RouterSocket, Socket, SocketSend, ZmqMessage, ZmqResult};

/// Signs messages with a connection's key.
pub struct Signer(Connection<Kept>);

/// A socket that keeps what it is to send: the crate signs only on the way into a socket.
#[derive(Default)]
struct Kept(Option<ZmqMessage>);

impl Signer {
    /// A signer with the key of the connection file, for messages of this session.
    pub fn new(connection: &ConnectionInfo, session: &str) -> Self {
        let keyed = Connection::new(RouterSocket::new(), &connection.key, session);
        Self(Connection {
            socket: Kept::default(),
            mac: keyed.mac,
            session_id: keyed.session_id,
        })
    }

    /// The frames of a message: identities or topic, delimiter, signature, header and so on.
    pub fn sign(&mut self, message: JupyterMessage) -> Result<ZmqMessage, RuntimeError> {
        let sent = pin!(self.0.send(message)).poll(&mut Context::from_waker(Waker::noop()));
        match (sent, self.0.socket.0.take()) {
            (Poll::Ready(Ok(())), Some(frames)) => Ok(frames),
            (Poll::Ready(Err(error)), _) => Err(error),
            _ => Err(RuntimeError::ZmqMessageError("the message was not framed".to_owned())),
        }
    }
}

impl SocketSend for Kept {
    fn send<'life, 'future>(
        &'life mut self,
        message: ZmqMessage,
    ) -> Pin<Box<dyn Future<Output = ZmqResult<()>> + Send + 'future>>
    where
        'life: 'future,
        Self: 'future,
    {
        self.0 = Some(message);
        Box::pin(std::future::ready(Ok(())))
    }
}
