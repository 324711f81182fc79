//! Runs the Rust cells of a notebook with evcxr, in a process of their own.
//!
//! One program plays three parts. The *worker* is started by the kernel: it reads requests as JSON lines on standard
//! input, compiles cells, and writes events as JSON lines on standard output (`protocol`). The *runtime* is evcxr's
//! child that loads and runs the compiled cells. The *relay* stands between them: what the runtime prints is one stream
//! of bytes, of which it makes text, displays, panics and evcxr's own words.

mod cell;
mod groups;
mod panic;
mod problems;
mod protocol;
mod relay;
mod session;
mod sorter;
mod worker;

use std::process::ExitCode;

/// The program. Does not return in evcxr's own child processes.
pub fn main() -> ExitCode {
    if relay::is_wanted() {
        return relay::run();
    }
    groups::end_with_parent(relay::is_runtime());
    evcxr::runtime_hook();
    worker::run()
}
