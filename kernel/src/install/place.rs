//! Where Jupyter looks for kernels and extensions (<https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs>).

use crate::install::Failure;
use std::path::{Path, PathBuf};

/// Of kernelspecs, in Jupyter's folder.
pub const KERNELS: &str = "kernels";
/// Of extensions for JupyterLab 4 and Notebook 7, in Jupyter's folder.
pub const EXTENSIONS: &str = "labextensions";

/// Where to install.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// The active environment where there is one, and else the present user's folder.
    Usual,
    /// The present user's folder.
    User,
    /// The active environment, or else the one of `python3`.
    SysPrefix,
    /// This folder.
    Prefix(PathBuf),
}

/// What the process's environment says about places.
pub struct Places {
    /// The program that is running.
    pub program: Option<PathBuf>,
    /// The user's home.
    pub home: Option<PathBuf>,
    /// `JUPYTER_DATA_DIR`.
    pub jupyter_data: Option<PathBuf>,
    /// `XDG_DATA_HOME`.
    pub xdg_data: Option<PathBuf>,
    /// `APPDATA`.
    pub app_data: Option<PathBuf>,
    /// The active virtual or conda environment.
    pub active: Option<PathBuf>,
    /// Asks `python3` for its prefix.
    pub python: fn() -> Option<PathBuf>,
}

/// The folder of kernelspecs.
pub fn kernels(target: &Target, places: &Places) -> Result<PathBuf, Failure> {
    Ok(data(target, places)?.join(KERNELS))
}

/// The folder of extensions for JupyterLab 4 and Notebook 7.
pub fn extensions(target: &Target, places: &Places) -> Result<PathBuf, Failure> {
    Ok(data(target, places)?.join(EXTENSIONS))
}

/// The folder of everything that Jupyter looks for.
fn data(target: &Target, places: &Places) -> Result<PathBuf, Failure> {
    let prefix = match target {
        Target::User => return user(places),
        Target::Usual => match &places.active {
            Some(active) => active.clone(),
            None => return user(places),
        },
        Target::SysPrefix => places.active.clone().or_else(places.python).ok_or(Failure::Place(
            "there is no active environment and no `python3`; `--user` or `--prefix PATH` say where to install",
        ))?,
        Target::Prefix(prefix) => prefix.clone(),
    };
    if prefix.exists() && !prefix.is_dir() {
        return Err(Failure::NoFolder(prefix));
    }
    absolute(&below(&prefix))
}

fn user(places: &Places) -> Result<PathBuf, Failure> {
    let below_home = |parts: &[&str]| {
        let home = places.home.clone();
        home.map(|home| parts.iter().fold(home, |path, part| path.join(part)))
    };
    let usual = || {
        if cfg!(target_os = "macos") {
            below_home(&["Library", "Jupyter"])
        } else if cfg!(windows) {
            places.app_data.as_ref().map(|data| data.join("jupyter"))
        } else {
            let data = places.xdg_data.clone().or_else(|| below_home(&[".local", "share"]));
            data.map(|data| data.join("jupyter"))
        }
    };
    let data = places.jupyter_data.clone().or_else(usual).ok_or(Failure::Place(
        "the present user has no home folder; `JUPYTER_DATA_DIR` or `--prefix PATH` say where to install",
    ))?;
    absolute(&data)
}

/// Jupyter's folder below a prefix.
pub fn below(prefix: &Path) -> PathBuf {
    prefix.join("share").join("jupyter")
}

/// kernel.json names the program, and Jupyter starts it from any folder.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(super::failed("find", path))
}
