//! The process's environment, read here and nowhere else.

use grn_kernel::install::Places;
use grn_kernel::rust;
use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// The variables that cells may name as `$NAME`; those that are not UTF-8 are left out.
pub fn variables() -> BTreeMap<String, String> {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// A variable, where it is set to text.
pub fn variable(name: &str) -> Option<String> {
    env::var_os(name)?.into_string().ok()
}

/// What decides where Jupyter looks for kernels.
pub fn places() -> Places {
    Places {
        program: env::current_exe().ok(),
        home: env::home_dir(),
        jupyter_data: folder("JUPYTER_DATA_DIR"),
        xdg_data: folder("XDG_DATA_HOME"),
        app_data: folder("APPDATA"),
        active: folder("VIRTUAL_ENV").or_else(|| folder("CONDA_PREFIX")),
        python: python_prefix,
    }
}

/// What decides where the programs for Rust cells are looked for.
pub fn rust() -> rust::Places {
    let home = env::home_dir();
    let in_home = |name: &str| home.as_ref().map(|home| home.join(name));
    rust::Places {
        named: folder("GRN_RUST_CELLS"),
        kernel: env::current_exe().ok(),
        path: env::var_os("PATH").unwrap_or_default(),
        cargo_home: folder("CARGO_HOME").or_else(|| in_home(".cargo")),
    }
}

fn folder(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The folder that `python3` is installed in.
fn python_prefix() -> Option<PathBuf> {
    let ask = |python| {
        Command::new(python)
            .args(["-c", "import sys; print(sys.prefix)"])
            .output()
            .ok()
    };
    let answer = ["python3", "python"]
        .into_iter()
        .filter_map(ask)
        .find(|answer| answer.status.success())?;
    let prefix = String::from_utf8(answer.stdout).ok()?;
    Some(PathBuf::from(prefix.trim_end())).filter(|prefix| !prefix.as_os_str().is_empty())
}
