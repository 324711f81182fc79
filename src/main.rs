//! The program `grn`.

mod cli;

use std::process::ExitCode;

/// Outputs of tensor operations are large and short-lived; the system allocator maps them afresh each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    keep_candle_single_threaded();
    cli::main()
}

/// candle spreads elementwise operations over a pool of its own whose threads wait by spinning: on a busy machine that
/// costs three times the whole training. grn's own operations and all matrix products use rayon's threads instead.
#[allow(unsafe_code)]
fn keep_candle_single_threaded() {
    const VARIABLE: &str = "CANDLE_NUM_THREADS";
    if std::env::var_os(VARIABLE).is_none() {
        // SAFETY: this is the first statement of the program, so no other thread reads the environment yet.
        unsafe { std::env::set_var(VARIABLE, "1") };
    }
}
