//! Finds the files of a data set by the names that they have in a published layout.

use crate::data::file::list_folder;
use crate::engine::context::RunResult;
use crate::lang::diagnostics::Diagnostic;
use std::path::{Path, PathBuf};

/// The first of `names` that `folder` holds, plain or with `.gz` (plain where both are there).
///
/// # Errors
/// An unreadable folder.
pub fn find_named(folder: &Path, names: &[&str]) -> RunResult<Option<PathBuf>> {
    let present = list_folder(folder)?;
    let spellings = names.iter().flat_map(|name| [(*name).to_owned(), format!("{name}.gz")]);
    let found = spellings.into_iter().find(|name| present.contains(name));
    Ok(found.map(|name| folder.join(name)))
}

/// As [`find_named`], where one must be there; `parameter` names the file otherwise.
///
/// # Errors
/// As [`find_named`], and none found; the folder above is looked at for a hint.
pub fn require_named(folder: &Path, names: &[&str], parameter: &str) -> RunResult<PathBuf> {
    if let Some(found) = find_named(folder, names)? {
        return Ok(found);
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("`{}` holds no {} (or `.gz`)", folder.display(), quoted.join(" or "));
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
    let help = match above.map(|above| find_named(above, names)) {
        Some(Ok(Some(found))) => format!("the folder above has it: add `{parameter}=\"{}\"`", found.display()),
        _ => format!("`{parameter}=\"…\"` names the file where it has another name"),
    };
    Err(Diagnostic::error("file-not-found", message).help(help).into())
}

/// How a data set is called after a file or folder: its last part without extensions of tables.
pub fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut name = name.as_str();
    for extension in [".gz", ".csv", ".tsv", ".txt"] {
        name = name.strip_suffix(extension).unwrap_or(name);
    }
    name.to_owned()
}
