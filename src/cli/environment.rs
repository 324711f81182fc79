//! The process's environment, read here and nowhere else.

use std::collections::BTreeMap;
use std::env;

/// The variables that scripts may name as `$NAME`; those that are not UTF-8 are left out.
pub fn variables() -> BTreeMap<String, String> {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Whether a defect is to show its backtrace (`RUST_BACKTRACE`).
pub fn wants_backtrace() -> bool {
    env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0")
}

/// Whether colour is unwanted (<https://no-color.org>, and terminals that have none).
pub fn forbids_colour() -> bool {
    env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || env::var_os("TERM").is_some_and(|value| value == "dumb")
}
