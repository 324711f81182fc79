//! Defects of grn itself: a panic inside a stage becomes a diagnostic, never a raw backtrace.

use crate::lang::diagnostics::Diagnostic;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// Where the last panic happened; written by the hook of [`install_hook`].
static LAST_PLACE: Mutex<Option<String>> = Mutex::new(None);

/// Makes panics silent and remembers their place, for [`guard`] to report. With `backtrace` the standard hook runs
/// too. Called once, by the edge (`main.rs`, the kernel).
pub fn install_hook(backtrace: bool) {
    let standard = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(|at| format!("{}:{}", at.file(), at.line()));
        *LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
        if backtrace {
            standard(panic);
        }
    }));
}

/// Runs `work`; a panic in it becomes an `internal` error that names `what`.
pub fn guard<T>(what: &str, work: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let place = LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner).take();
        let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
        internal(format!("{what} broke off: {}{place}", message(payload.as_ref())))
    })
}

/// An error that no user can be blamed for.
pub fn internal(message: impl Into<String>) -> Diagnostic {
    let help = concat!(
        "this is a defect of grn ",
        env!("CARGO_PKG_VERSION"),
        ": a report with the script is welcome at ",
        env!("CARGO_PKG_REPOSITORY"),
        "/issues"
    );
    Diagnostic::error("internal", message).help(help)
}

fn message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::guard;

    #[test]
    fn a_panic_becomes_an_internal_error() {
        let diagnostic = guard("`retrieve attn`", || panic!("no {}", "rows")).unwrap_err();
        assert_eq!(diagnostic.code, "internal");
        assert!(
            diagnostic.message.starts_with("`retrieve attn` broke off: no rows"),
            "{}",
            diagnostic.message
        );
    }

    #[test]
    fn without_a_panic_the_value_comes_through() {
        assert_eq!(guard("nothing", || 3).unwrap(), 3);
    }
}
