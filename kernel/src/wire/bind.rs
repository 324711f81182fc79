//! From a connection file to bound channels.

use crate::wire::history::History;
use crate::wire::iopub::Iopub;
use crate::wire::message::new_session;
use crate::wire::publisher::Publisher;
use crate::wire::queue::Queue;
use crate::wire::sockets::Replies;
use crate::wire::stdin::Stdin;
use crate::wire::{Kernel, listener};
use jupyter_protocol::ConnectionInfo;
use jupyter_zmq_client::{
    Connection, KernelHeartbeatConnection, KernelShellConnection, create_kernel_control_connection,
    create_kernel_heartbeat_connection, create_kernel_shell_connection, create_kernel_stdin_connection,
};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use zeromq::RouterRecvHalf;

/// Why a kernel can't start.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The connection file can't be read.
    #[error("can't read the connection file {}: {reason}", path.display())]
    ConnectionFile {
        /// Where it was looked for.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A port is taken, or the address is not this machine's.
    #[error("can't listen on {endpoint}: {reason}")]
    Bind {
        /// Address and port.
        endpoint: String,
        /// What the system says.
        reason: String,
    },
    /// The system gives no thread.
    #[error("can't start a thread: {0}")]
    Thread(std::io::Error),
}

/// Reads the file that a client names.
pub fn read_connection_file(path: &Path) -> Result<ConnectionInfo, Failure> {
    let failure = |reason: String| Failure::ConnectionFile {
        path: path.to_owned(),
        reason,
    };
    let text = std::fs::read(path).map_err(|error| failure(error.to_string()))?;
    let connection: ConnectionInfo = serde_json::from_slice(&text).map_err(|error| failure(error.to_string()))?;
    match connection.signature_scheme.as_str() {
        "hmac-sha256" | "" => Ok(connection),
        other => Err(failure(format!("signature scheme `{other}`, expected `hmac-sha256`"))),
    }
}

/// What is read beside iopub, which is only written.
pub struct Channels {
    /// Requests.
    pub shell: Connection<RouterRecvHalf>,
    /// Requests that must not wait behind others, and the way back.
    pub control: (Replies, Connection<RouterRecvHalf>),
    /// Answers to questions.
    pub stdin: Connection<RouterRecvHalf>,
    /// Signs of life.
    pub heartbeat: KernelHeartbeatConnection,
}

/// Binds all channels. Must be called inside a tokio runtime.
pub async fn bind(connection: &ConnectionInfo) -> Result<(Arc<Kernel>, Channels), Failure> {
    let session = new_session();
    let publisher = Publisher::new(connection, &session);
    let iopub = listener::listen(&publisher, connection).await;
    iopub.map_err(|error| cannot_bind(&connection.iopub_url(), error))?;
    let shell = create_kernel_shell_connection(connection, &session).await;
    let (shell_out, shell) = split(shell, &connection.shell_url())?;
    let control = create_kernel_control_connection(connection, &session).await;
    let (control_out, control) = split(control, &connection.control_url())?;
    let stdin = create_kernel_stdin_connection(connection, &session).await;
    let (stdin_out, stdin) = split(stdin, &connection.stdin_url())?;
    let heartbeat = create_kernel_heartbeat_connection(connection).await;
    let heartbeat = heartbeat.map_err(|error| cannot_bind(&connection.hb_url(), error))?;
    let kernel = Kernel {
        iopub: Iopub::new(session, publisher.clone()),
        publisher,
        shell: Replies::new(shell_out),
        stdin: Stdin::new(stdin_out),
        queue: Queue::default(),
        snapshot: Mutex::default(),
        history: Mutex::new(History::default()),
    };
    let channels = Channels {
        shell,
        control: (Replies::new(control_out), control),
        stdin,
        heartbeat,
    };
    Ok((Arc::new(kernel), channels))
}

type Halves = (Connection<zeromq::RouterSendHalf>, Connection<RouterRecvHalf>);

fn split(bound: jupyter_zmq_client::Result<KernelShellConnection>, endpoint: &str) -> Result<Halves, Failure> {
    bound
        .map(KernelShellConnection::split)
        .map_err(|error| cannot_bind(endpoint, error))
}

fn cannot_bind(endpoint: &str, error: impl Display) -> Failure {
    Failure::Bind {
        endpoint: endpoint.to_owned(),
        reason: error.to_string(),
    }
}
