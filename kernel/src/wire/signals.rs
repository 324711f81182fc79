//! Signals of the system.

use crate::wire::Kernel;
use crate::wire::log;
use std::sync::Arc;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Signals that the kernel takes in itself from the moment that this is made.
pub struct Signals {
    #[cfg(unix)]
    interrupts: Option<Signal>,
    #[cfg(unix)]
    terminations: Option<Signal>,
}

#[cfg(unix)]
impl Signals {
    /// Must be called inside a tokio runtime.
    pub fn catch() -> Self {
        Self {
            interrupts: caught(SignalKind::interrupt(), "SIGINT"),
            terminations: caught(SignalKind::terminate(), "SIGTERM"),
        }
    }

    /// Ctrl-C in the terminal of the server reaches the kernel too: it interrupts the cell and never ends the kernel.
    /// Waits for a termination meanwhile.
    pub async fn follow(self, kernel: Arc<Kernel>) {
        if let Some(mut interrupts) = self.interrupts {
            tokio::spawn(async move {
                while interrupts.recv().await.is_some() {
                    kernel.queue.interrupt();
                }
            });
        }
        match self.terminations {
            Some(mut terminations) => {
                terminations.recv().await;
            }
            None => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
fn caught(kind: SignalKind, name: &str) -> Option<Signal> {
    let caught = signal(kind);
    if let Err(error) = &caught {
        log::line(format_args!("{name} is left to the system: {error}"));
    }
    caught.ok()
}

#[cfg(not(unix))]
impl Signals {
    /// Nothing is caught before [`Signals::follow`].
    pub fn catch() -> Self {
        Self {}
    }

    /// Ctrl-C interrupts the cell; nothing terminates the kernel.
    pub async fn follow(self, kernel: Arc<Kernel>) {
        loop {
            if let Err(error) = tokio::signal::ctrl_c().await {
                log::line(format_args!("Ctrl-C is left to the system: {error}"));
                std::future::pending::<()>().await;
            }
            kernel.queue.interrupt();
        }
    }
}
