//! Ctrl-C: the first asks the run to stop, the second ends the program at once.

use grn::engine::observer::CancelToken;

/// Exit code of a program that is ended at once.
const AT_ONCE: i32 = 1;

/// A token that Ctrl-C sets from now on. Where no handler can be installed, Ctrl-C keeps ending the program.
pub fn token() -> CancelToken {
    let token = CancelToken::default();
    let shared = token.clone();
    let _ = ctrlc::set_handler(move || {
        if shared.is_cancelled() {
            std::process::exit(AT_ONCE);
        }
        shared.cancel();
    });
    token
}
