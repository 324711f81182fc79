//! Writes and removes the kernelspec, the folder by which Jupyter knows a kernel, and the extension of JupyterLab.
//!
//! The program is copied into that folder, so that the kernel neither depends on a build folder nor leaves anything
//! elsewhere.

mod extension;
mod file;
mod place;
mod spec;

pub use place::{Places, Target};

use crate::rust::places as worker;
use spec::Spec;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

const NO_WORKER: &str = "\
not installed: `grn-rust-cells`, which runs Rust cells, is not beside this program; \
`cargo build --profile worker -p grn-rust-cells` builds it, and `grn-kernel install` again takes it along
";

/// What was done, for people.
#[derive(Debug, PartialEq)]
pub enum Done {
    /// Kernel and extension are installed.
    Installed {
        /// The kernel's folder.
        kernel: PathBuf,
        /// The folder of JupyterLab's extension.
        extension: PathBuf,
        /// The program that runs Rust cells, where there was one to install.
        worker: Option<PathBuf>,
        /// What launchers call the kernel.
        shown: String,
    },
    /// The files are in this folder.
    Written(PathBuf),
    /// The folder is gone.
    Removed(PathBuf),
    /// Only files that `install` did not write are left in the folder.
    RemovedBut(PathBuf),
    /// There was nothing to remove.
    Nothing(PathBuf),
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The name can't be one of a kernel.
    #[error("`{0}` can't be a kernel's name: letters, digits, `.`, `-` and `_` make one, and no `.` in front")]
    Name(String),
    /// There is no such place.
    #[error("{0}")]
    Place(&'static str),
    /// The prefix is not a folder.
    #[error("the prefix {} is not a folder", .0.display())]
    NoFolder(PathBuf),
    /// Another kernel has the name.
    #[error("{} holds another kernel, which grn leaves alone; `--name` gives grn's another name", .0.display())]
    Foreign(PathBuf),
    /// A kernelspec is text and can't hold the path.
    #[error("can't install into {}: the path is not UTF-8, and kernel.json must name it; `--prefix` names another folder", .0.display())]
    NotText(PathBuf),
    /// The system refuses.
    #[error("can't {action} {}: {source}{}", path.display(), fix(source))]
    Io {
        /// What was tried, for instance `write`.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Installs the kernel under `name`, in place of an earlier one; its running kernels go on undisturbed.
pub fn install(target: &Target, name: &str, places: &Places) -> Result<Done, Failure> {
    let program = places.program.as_deref();
    let program = program.ok_or(Failure::Place("the system does not say where the program is"))?;
    let spec = Spec::new(place::kernels(target, places)?, name)?;
    let worker = worker::beside(program);
    spec.write(program, worker.as_deref())?;
    let shown = spec.display_name();
    Ok(Done::Installed {
        worker: worker.map(|_| spec.folder.join(worker::FILE)),
        kernel: spec.folder,
        extension: extension::write(&place::extensions(target, places)?)?,
        shown,
    })
}

/// Removes the kernel called `name`: the files that [`install`] writes, and the folder if nothing else is in it. The
/// extension goes with the last kernel of grn.
pub fn uninstall(target: &Target, name: &str, places: &Places) -> Result<Done, Failure> {
    let kernels = place::kernels(target, places)?;
    let done = Spec::new(kernels.clone(), name)?.remove()?;
    if !spec::any_in(&kernels) {
        extension::remove(&place::extensions(target, places)?)?;
    }
    Ok(done)
}

/// Writes what a package for other installers holds into `share/jupyter` of `folder`: the extension, and a kernelspec that
/// expects the program in the folder of programs beside `share`.
pub fn write_assets(folder: &Path) -> Result<Done, Failure> {
    let jupyter = place::below(folder);
    let spec = Spec::new(jupyter.join(place::KERNELS), "grn")?;
    spec.write_for_package()?;
    extension::write(&jupyter.join(place::EXTENSIONS))?;
    Ok(Done::Written(jupyter))
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Installed {
                kernel,
                extension,
                worker,
                shown,
            } => {
                writeln!(f, "installed {}\ninstalled {}", kernel.display(), extension.display())?;
                match worker {
                    Some(worker) => writeln!(f, "installed {} for Rust cells", worker.display())?,
                    None => f.write_str(NO_WORKER)?,
                }
                write!(f, "next: `jupyter lab`, and there a notebook with the kernel `{shown}`")
            }
            Self::Written(folder) => write!(f, "wrote {}", folder.display()),
            Self::Removed(folder) => write!(f, "removed {}", folder.display()),
            Self::RemovedBut(folder) => {
                write!(
                    f,
                    "removed the kernel; {} holds other files and stays",
                    folder.display()
                )
            }
            Self::Nothing(folder) => write!(f, "nothing to remove: there is no kernel in {}", folder.display()),
        }
    }
}

fn fix(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; `--user` installs for the present user alone"
        }
        _ => "",
    }
}

fn failed<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Failure + 'a {
    move |source| Failure::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod logo_tests;
#[cfg(test)]
mod tests;
