//! What a program does first that runs models: settings of the whole process.

// The function that is declared below is in it.
use mimalloc as _;

/// Makes candle and mimalloc behave as training wants them. For the first statement of `main`.
///
/// candle spreads elementwise operations over a pool of its own whose threads wait by spinning: on a busy machine that costs
/// three times the whole training, so it is kept to one thread; grn's own operations and all matrix products use rayon's.
/// `CANDLE_NUM_THREADS` still decides where it is set.
///
/// mimalloc, where it is the program's allocator, gives freed memory back to the system after a second at most, and a step
/// of training takes longer than that on large data or a busy machine: then every step's tensors are mapped and cleared
/// again. Ten seconds bridge such steps. `MIMALLOC_PURGE_DELAY` still decides where it is set.
///
/// # Safety
/// No other thread may run yet: the environment is changed.
#[allow(unsafe_code)]
pub unsafe fn prepare() {
    keep_candle_single_threaded();
    keep_freed_memory();
}

#[allow(unsafe_code)]
fn keep_candle_single_threaded() {
    const VARIABLE: &str = "CANDLE_NUM_THREADS";
    if std::env::var_os(VARIABLE).is_none() {
        // SAFETY: the caller promises that no other thread runs yet, so none reads the environment.
        unsafe { std::env::set_var(VARIABLE, "1") };
    }
}

#[allow(unsafe_code)]
fn keep_freed_memory() {
    /// `mi_option_purge_delay` of mimalloc's versions 2 and 3, in milliseconds.
    const PURGE_DELAY: std::ffi::c_int = 15;
    unsafe extern "C" {
        fn mi_option_set_default(option: std::ffi::c_int, value: std::ffi::c_long);
    }
    // SAFETY: mimalloc, which the library links, brings the function; it takes two plain numbers.
    unsafe { mi_option_set_default(PURGE_DELAY, 10_000) };
}
