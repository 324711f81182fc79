//! From a connection file to a running kernel, and to its end.

use crate::wire::cells::Cells;
use crate::wire::execute::run_cells;
use crate::wire::history::History;
use crate::wire::iopub::Iopub;
use crate::wire::message::{Request, new_session};
use crate::wire::publisher::Publisher;
use crate::wire::queue::Queue;
use crate::wire::sockets::{Replies, echo_heartbeats, next_request};
use crate::wire::stdin::Stdin;
use crate::wire::{Kernel, parent, requests};
use jupyter_protocol::ConnectionInfo;
use jupyter_zmq_client::{
    Connection, KernelHeartbeatConnection, KernelShellConnection, create_kernel_control_connection,
    create_kernel_heartbeat_connection, create_kernel_shell_connection, create_kernel_stdin_connection,
};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use zeromq::RouterRecvHalf;

/// Room for deep recursion in a cell; pages are taken only when touched.
const STACK: usize = 64 << 20;

/// Requests are answered beside the running cell; two threads are enough, and leave the processor to the cell.
const THREADS: usize = 2;

/// How long a running cell may take to end when the kernel shuts down.
const CELL_ENDS: Duration = Duration::from_millis(400);

/// How long clients may take to read the last messages.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// How long sockets may take to write what they were given: they do not say when they have.
const SOCKETS_WRITE: Duration = Duration::from_millis(50);

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

/// Runs a kernel until a client shuts it down, its parent ends or it is terminated. `parent` is the value of
/// [`crate::wire::PARENT_VARIABLE`]. `cells` is called once, on the thread that runs them.
pub fn serve<C: Cells>(
    connection_file: &Path,
    parent: Option<String>,
    cells: impl FnOnce() -> C + Send + 'static,
) -> Result<(), Failure> {
    let connection = read_connection_file(connection_file)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .map_err(Failure::Thread)?;
    let kernel = runtime.block_on(async {
        let (kernel, channels) = bind(&connection).await?;
        let of_cells = Arc::clone(&kernel);
        std::thread::Builder::new()
            .name("cells".to_owned())
            .stack_size(STACK)
            .spawn(move || run_cells(&of_cells, &mut cells()))
            .map_err(Failure::Thread)?;
        kernel.iopub.status(None, "starting");
        until_the_end(&kernel, channels, parent).await;
        Ok(kernel)
    })?;
    kernel.queue.close(CELL_ENDS);
    kernel.iopub.flush_now();
    kernel.publisher.drain(LAST_WORDS);
    runtime.block_on(async {
        let _ = tokio::time::timeout(LAST_WORDS, kernel.shell.sent()).await;
        tokio::time::sleep(SOCKETS_WRITE).await;
    });
    runtime.shutdown_background();
    Ok(())
}

fn read_connection_file(path: &Path) -> Result<ConnectionInfo, Failure> {
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
struct Channels {
    shell: Connection<RouterRecvHalf>,
    control: (Replies, Connection<RouterRecvHalf>),
    stdin: Connection<RouterRecvHalf>,
    heartbeat: KernelHeartbeatConnection,
}

async fn bind(connection: &ConnectionInfo) -> Result<(Arc<Kernel>, Channels), Failure> {
    let session = new_session();
    let iopub = Publisher::bind(connection, &session).await;
    let publisher = iopub.map_err(|error| cannot_bind(&connection.iopub_url(), error))?;
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

/// Starts the tasks, and waits for the first reason to stop.
async fn until_the_end(kernel: &Arc<Kernel>, channels: Channels, parent: Option<String>) {
    let (stop, mut stopped) = mpsc::channel::<()>(1);
    let (control, from_control) = channels.control;
    tokio::spawn(kernel.iopub.clone().flush_regularly());
    tokio::spawn(echo_heartbeats(channels.heartbeat));
    tokio::spawn(follow(
        Arc::clone(kernel),
        kernel.shell.clone(),
        channels.shell,
        stop.clone(),
    ));
    tokio::spawn(follow(Arc::clone(kernel), control.clone(), from_control, stop));
    tokio::spawn(listen(Arc::clone(kernel), channels.stdin));
    tokio::spawn(interrupt_on_signal(Arc::clone(kernel)));
    tokio::select! {
        _ = stopped.recv() => control.sent().await,
        () = parent::is_gone(parent) => {}
        () = terminated() => {}
    }
}

/// Answers the requests of one channel.
async fn follow(
    kernel: Arc<Kernel>,
    replies: Replies,
    mut connection: Connection<RouterRecvHalf>,
    stop: mpsc::Sender<()>,
) {
    loop {
        let request: Request = next_request(&mut connection).await;
        if requests::answer(&kernel, &replies, request).await {
            let _ = stop.send(()).await;
        }
    }
}

async fn listen(kernel: Arc<Kernel>, mut connection: Connection<RouterRecvHalf>) {
    loop {
        let message = next_request(&mut connection).await;
        kernel.stdin.receive(&message);
    }
}

/// Ctrl-C in the terminal of the server reaches the kernel too: it interrupts the cell and never ends the kernel.
#[cfg(unix)]
async fn interrupt_on_signal(kernel: Arc<Kernel>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut interrupts) = signal(SignalKind::interrupt()) else {
        return;
    };
    while interrupts.recv().await.is_some() {
        kernel.queue.interrupt();
    }
}

#[cfg(not(unix))]
async fn interrupt_on_signal(kernel: Arc<Kernel>) {
    while tokio::signal::ctrl_c().await.is_ok() {
        kernel.queue.interrupt();
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminations) => {
            terminations.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
