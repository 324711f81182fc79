//! Data sets from files.

pub mod beeline;
pub mod csv;
pub mod genelink;
mod known_edges;
pub mod sergio;
pub mod tables;

use crate::data::named_files::{name_of, require_named};
use crate::engine::context::RunResult;
use crate::lang::arguments::Arguments;
use crate::lang::catalog::{DefaultValue, ParameterKind, ParameterSpec};
use crate::lang::diagnostics::Diagnostic;
use std::path::{Path, PathBuf};

/// The folder of a published layout.
const fn optional_folder(otherwise: &'static str) -> ParameterSpec {
    ParameterSpec {
        name: "dir",
        kind: ParameterKind::Folder,
        per_size: false,
        default: DefaultValue::Absent(otherwise),
        doc: "The folder that holds the files.",
    }
}

/// A file that is found in the folder unless it is named.
const fn optional_file(name: &'static str, doc: &'static str) -> ParameterSpec {
    ParameterSpec {
        name,
        kind: ParameterKind::File,
        per_size: false,
        default: DefaultValue::Absent("it is found in `dir`"),
        doc,
    }
}

/// The file that the parameter names; otherwise the one of `dir` with one of `names`.
fn required_file(arguments: &Arguments, method: &str, parameter: &str, names: &[&str]) -> RunResult<PathBuf> {
    match (arguments.text(parameter), arguments.text("dir")) {
        (Some(path), _) => Ok(PathBuf::from(path)),
        (None, Some(folder)) => require_named(Path::new(folder), names, parameter),
        (None, None) => {
            let message = format!("`load {method}` has neither `dir` nor `{parameter}`");
            Err(Diagnostic::error("nothing-to-load", message)
                .help("name the folder as `dir=\"…\"`, or the files as `expression=\"…\" network=\"…\"`")
                .into())
        }
    }
}

/// How the data set is called: after its folder, without one after its matrix.
fn folder_name(arguments: &Arguments, expression: &Path) -> String {
    let folder = arguments.text("dir").map(|folder| name_of(Path::new(folder)));
    folder
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| name_of(expression))
}
