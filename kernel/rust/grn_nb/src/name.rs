//! Which names a value may have.

use crate::Error;

/// The statements of grn, which no name may be.
const KEYWORDS: [&str; 5] = ["let", "use", "set", "explain", "help"];

/// Fails unless `name` is a letter or `_`, then letters, digits and `_`, with single `-` or `.` between them. Whether it
/// is already a verb, a method or a pipeline of the notebook, the kernel knows.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    if KEYWORDS.contains(&name) {
        return Err(Error::new(format!(
            "`{name}` is a statement of grn, expected another name"
        )));
    }
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    let begins = name.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    match begins && name.split(['-', '.']).all(is_part) {
        true => Ok(()),
        false => Err(Error::new(format!(
            "`{}` is no name, expected a letter or `_`, then letters, digits and `_`, such as `my_scores`",
            name.escape_debug()
        ))),
    }
}
