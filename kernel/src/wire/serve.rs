//! A running kernel, and its end.

use crate::wire::bind::{Channels, Failure, bind, read_connection_file};
use crate::wire::cells::Cells;
use crate::wire::execute::run_cells;
use crate::wire::message::Request;
use crate::wire::signals::Signals;
use crate::wire::sockets::{Replies, echo_heartbeats, next_request};
use crate::wire::{Kernel, parent, requests};
use jupyter_zmq_client::Connection;
use std::path::Path;
use std::sync::Arc;
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

/// How long may take what the cells leave behind: other programs that end, temporary folders that go.
const CELLS_GO: Duration = Duration::from_secs(2);

/// Runs a kernel until a client shuts it down, its parent ends or it is terminated. `parent` is the value of
/// [`crate::wire::PARENT_VARIABLE`]. `cells` is called once, on the thread that runs them.
pub fn serve<C: Cells>(
    connection_file: &Path,
    parent: Option<String>,
    cells: impl FnOnce() -> C + Send + 'static,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .map_err(Failure::Thread)?;
    // Nothing is ever sent: it is closed when the thread of the cells has let go of everything.
    let (going, gone) = std::sync::mpsc::channel::<()>();
    let kernel = runtime.block_on(async {
        // First of all, so that a Ctrl-C at the start ends nothing.
        let signals = Signals::catch();
        let connection = read_connection_file(connection_file)?;
        let (kernel, channels) = bind(&connection).await?;
        let of_cells = Arc::clone(&kernel);
        std::thread::Builder::new()
            .name("cells".to_owned())
            .stack_size(STACK)
            .spawn(move || {
                run_cells(&of_cells, &mut cells());
                drop(going);
            })
            .map_err(Failure::Thread)?;
        kernel.iopub.status(None, "starting");
        until_the_end(&kernel, channels, signals, parent).await;
        Ok(kernel)
    })?;
    kernel.queue.close(CELL_ENDS);
    kernel.iopub.flush_now();
    kernel.publisher.drain(LAST_WORDS);
    runtime.block_on(async {
        let _ = tokio::time::timeout(LAST_WORDS, kernel.shell.sent()).await;
        tokio::time::sleep(SOCKETS_WRITE).await;
    });
    let _ = gone.recv_timeout(CELLS_GO);
    runtime.shutdown_background();
    Ok(())
}

/// Starts the tasks, and waits for the first reason to stop.
async fn until_the_end(kernel: &Arc<Kernel>, channels: Channels, signals: Signals, parent: Option<String>) {
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
    tokio::select! {
        _ = stopped.recv() => control.sent().await,
        () = parent::is_gone(parent) => {}
        () = signals.follow(Arc::clone(kernel)) => {}
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
