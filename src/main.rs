//! The program `grn`.

mod cli;

use std::process::ExitCode;

/// Outputs of tensor operations are large and short-lived; the system allocator maps them afresh each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    grn::process::prepare();
    cli::main()
}
