//! Where the program that runs Rust cells and the compiler are looked for.

use crate::notebook::Problem;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The program that runs Rust cells.
const PROGRAM: &str = "grn-rust-cells";

/// Its file.
pub const FILE: &str = if cfg!(windows) {
    "grn-rust-cells.exe"
} else {
    "grn-rust-cells"
};

/// The program that belongs to the kernel's own one: in the same folder, or where cargo's profile for it builds it,
/// in `target/worker` for a kernel in `target/release`.
pub fn beside(kernel: &Path) -> Option<PathBuf> {
    let folder = kernel.parent()?;
    let is_build = folder.ends_with("release") || folder.ends_with("debug");
    let built = folder.parent().filter(|_| is_build).map(|target| target.join("worker"));
    let folders = [Some(folder.to_owned()), built].into_iter().flatten();
    folders.map(|folder| folder.join(FILE)).find(|path| path.is_file())
}

/// What the edge of the program knows of its surroundings.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The program, where `GRN_RUST_CELLS` names it.
    pub named: Option<PathBuf>,
    /// The kernel's own program.
    pub kernel: Option<PathBuf>,
    /// `PATH`.
    pub path: OsString,
    /// Where Rust's tools lie if `PATH` doesn't say: `CARGO_HOME`, or `.cargo` in the home folder.
    pub cargo_home: Option<PathBuf>,
}

impl Places {
    /// The program that runs Rust cells.
    pub fn program(&self) -> Result<PathBuf, Problem> {
        if let Some(named) = &self.named {
            return match named.is_file() {
                true => Ok(named.clone()),
                false => Err(missing(&format!(
                    "GRN_RUST_CELLS names `{}`, which is no file",
                    named.display()
                ))),
            };
        }
        let beside = self.kernel.as_deref().and_then(beside);
        beside.or_else(|| self.on_path(PROGRAM)).ok_or_else(|| {
            missing(&format!(
                "`{PROGRAM}` is neither beside the kernel's program nor on PATH"
            ))
        })
    }

    /// `PATH` for the worker: with the folder where cargo and rustc lie, where it lacks them.
    pub fn path_with_rust(&self) -> Result<OsString, Problem> {
        if self.on_path("cargo").is_some() && self.on_path("rustc").is_some() {
            return Ok(self.path.clone());
        }
        let tools = self.cargo_home.as_ref().map(|home| home.join("bin"));
        let name = format!("cargo{}", env::consts::EXE_SUFFIX);
        let tools = tools.filter(|folder| folder.join(name).is_file());
        let folders = tools.into_iter().chain(env::split_paths(&self.path));
        match env::join_paths(folders) {
            Ok(path) if path != self.path => Ok(path),
            _ => Err(problem(
                "rust::no-compiler",
                "Rust cells need the Rust compiler: `cargo` and `rustc` are not on PATH",
                "install Rust from https://rustup.rs (it needs a C compiler as linker), then restart the kernel; \
                 cells of grn run without it",
            )),
        }
    }

    fn on_path(&self, program: &str) -> Option<PathBuf> {
        let name = format!("{program}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&self.path)
            .map(|folder| folder.join(&name))
            .find(|path| path.is_file())
    }
}

fn missing(words: &str) -> Problem {
    problem(
        "rust::no-worker",
        &format!("Rust cells are run by a program of their own that isn't here: {words}"),
        "`cargo build --profile worker -p grn-rust-cells` builds it; then `grn-kernel install` takes it along, or \
         GRN_RUST_CELLS names it",
    )
}

/// A problem that lies outside of the cell.
pub fn problem(name: &str, words: &str, help: &str) -> Problem {
    let mut problem = Problem::plain(name, words);
    problem.traceback.push(format!(" = help: {help}"));
    problem
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Places, beside};
    use std::fs;

    fn name(program: &str) -> String {
        format!("{program}{}", std::env::consts::EXE_SUFFIX)
    }

    #[test]
    fn the_worker_is_named_or_beside_the_kernel_or_on_path() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join(name("grn-rust-cells"));
        let mut places = Places::default();
        assert_eq!(places.program().unwrap_err().name, "rust::no-worker");
        fs::write(&program, "").unwrap();
        places.path = folder.path().into();
        assert_eq!(places.program().unwrap(), program);
        places.path.clear();
        places.kernel = Some(folder.path().join("grn-kernel"));
        assert_eq!(places.program().unwrap(), program);
        places.named = Some(folder.path().join("nothing"));
        assert!(places.program().unwrap_err().value.contains("GRN_RUST_CELLS"));
    }

    #[test]
    fn a_kernel_in_a_build_folder_finds_the_worker_where_cargo_builds_it() {
        let target = tempfile::tempdir().unwrap();
        let built = target.path().join("worker").join(super::FILE);
        fs::create_dir(target.path().join("worker")).unwrap();
        fs::write(&built, "").unwrap();
        for (folder, expected) in [("release", Some(&built)), ("debug", Some(&built)), ("bin", None)] {
            let found = beside(&target.path().join(folder).join("grn-kernel"));
            assert_eq!(found.as_ref(), expected, "{folder}");
        }
        let nearer = target.path().join("release").join(super::FILE);
        fs::create_dir(target.path().join("release")).unwrap();
        fs::write(&nearer, "").unwrap();
        assert_eq!(beside(&target.path().join("release/grn-kernel")), Some(nearer));
    }

    #[test]
    fn the_compiler_is_found_where_rustup_puts_it() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places {
            path: "/nothing".into(),
            cargo_home: Some(folder.path().to_owned()),
            ..Places::default()
        };
        assert_eq!(places.path_with_rust().unwrap_err().name, "rust::no-compiler");
        fs::create_dir(folder.path().join("bin")).unwrap();
        fs::write(folder.path().join("bin").join(name("cargo")), "").unwrap();
        let path = places.path_with_rust().unwrap();
        assert!(path.to_string_lossy().ends_with("nothing") && path.len() > "/nothing".len());
    }
}
