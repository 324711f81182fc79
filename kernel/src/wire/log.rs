//! One line each on standard error: Jupyter's servers keep it in their log.

use std::fmt::Display;
use std::io::Write;

/// Says something that is worth knowing and that no client can be told.
pub fn line(text: impl Display) {
    // Where nobody reads standard error there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "grn-kernel: {text}");
}
