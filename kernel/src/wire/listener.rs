//! Subscribers of iopub: they connect, say what they want, and are written to.

use crate::wire::log;
use crate::wire::publisher::Publisher;
use crate::wire::zmtp;
use jupyter_protocol::{ConnectionInfo, Transport};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::sync::Notify;

/// A peer that has connected shakes hands within this time.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Binds the iopub port and accepts subscribers from now on. Must be called inside a tokio runtime.
pub async fn listen(publisher: &Publisher, connection: &ConnectionInfo) -> io::Result<()> {
    match connection.transport {
        Transport::TCP => listen_tcp(publisher.clone(), connection).await,
        Transport::IPC => listen_ipc(publisher.clone(), connection),
    }
}

async fn listen_tcp(publisher: Publisher, connection: &ConnectionInfo) -> io::Result<()> {
    let host = if connection.ip == "*" {
        "0.0.0.0"
    } else {
        &connection.ip
    };
    let listener = TcpListener::bind((host, connection.iopub_port)).await?;
    tokio::spawn(async move {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    // Outputs are gathered here already; waiting for more would only delay states.
                    let _ = stream.set_nodelay(true);
                    serve(publisher.clone(), stream);
                }
                Err(error) => pause_after(&error).await,
            }
        }
    });
    Ok(())
}

#[cfg(unix)]
fn listen_ipc(publisher: Publisher, connection: &ConnectionInfo) -> io::Result<()> {
    let listener = UnixListener::bind(format!("{}-{}", connection.ip, connection.iopub_port))?;
    tokio::spawn(async move {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => serve(publisher.clone(), stream),
                Err(error) => pause_after(&error).await,
            }
        }
    });
    Ok(())
}

#[cfg(not(unix))]
fn listen_ipc(_publisher: Publisher, _connection: &ConnectionInfo) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn serve(publisher: Publisher, mut stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
    tokio::spawn(async move {
        // A peer that is no subscriber (a port scanner, say) is let go.
        if let Ok(Ok(())) = tokio::time::timeout(HANDSHAKE, zmtp::accept(&mut stream)).await {
            let (reader, writer) = split(stream);
            let (id, more) = publisher.admit();
            tokio::select! {
                () = read(&publisher, id, reader) => {}
                () = write(&publisher, id, &more, writer) => {}
            }
            publisher.dismiss(id);
        }
    });
}

/// Follows a subscriber's wishes until it leaves.
async fn read(publisher: &Publisher, id: u64, mut reader: ReadHalf<impl AsyncRead>) {
    while let Ok(change) = zmtp::next_subscription(&mut reader).await {
        publisher.change(id, change);
    }
}

/// Writes a subscriber's queue until it leaves.
async fn write(publisher: &Publisher, id: u64, more: &Notify, mut writer: WriteHalf<impl AsyncWrite>) {
    while let Some(batch) = publisher.batch(id) {
        if batch.is_empty() {
            more.notified().await;
            continue;
        }
        // In pieces, so that a slow reader of a large message is not taken for a stopped one.
        for piece in batch.chunks(1 << 16) {
            if writer.write_all(piece).await.is_err() {
                return;
            }
            publisher.has_read(id, piece.len());
        }
    }
}

/// Where the system has no more handles, trying again at once would only keep it busy.
async fn pause_after(error: &io::Error) {
    log::line(format_args!("connection not accepted: {error}"));
    tokio::time::sleep(Duration::from_millis(100)).await;
}
