//! The program `grn`.

mod cli;

use std::process::ExitCode;

/// Outputs of tensor operations are large and short-lived; the system allocator maps them afresh each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[allow(unsafe_code)]
fn main() -> ExitCode {
    // SAFETY: this is the program's first statement, so no other thread runs.
    unsafe { grn::process::prepare() };
    cli::main()
}
