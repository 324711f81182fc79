//! The program `grn`.

mod cli;

use std::process::ExitCode;

/// Outputs of tensor operations are large and short-lived; the system allocator maps them afresh each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    keep_candle_single_threaded();
    keep_freed_memory();
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

/// mimalloc gives freed memory back to the system after a second at most, and a step of training takes longer than that on
/// large data or a busy machine: then every step's tensors are mapped and cleared again. Ten seconds bridge such steps.
/// `MIMALLOC_PURGE_DELAY` still decides where it is set.
#[allow(unsafe_code)]
fn keep_freed_memory() {
    /// `mi_option_purge_delay` of mimalloc's versions 2 and 3, in milliseconds.
    const PURGE_DELAY: std::ffi::c_int = 15;
    unsafe extern "C" {
        fn mi_option_set_default(option: std::ffi::c_int, value: std::ffi::c_long);
    }
    // SAFETY: the allocator above brings the function, which takes two plain numbers; no other thread runs yet.
    unsafe { mi_option_set_default(PURGE_DELAY, 10_000) };
}
