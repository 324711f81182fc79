//! The extension of JupyterLab 4 and Notebook 7: the files of `frontend/labextension/`, which are shipped as they are
//! written, and plotly.js, which the plotly crate carries.

use crate::install::{Failure, file};
use grn::report::page::plotly_js;
use std::path::{Path, PathBuf};

/// Jupyter knows an extension by its folder, which has the name that package.json says.
const NAME: &str = "grn";
const STATIC: &str = "static";
const PLOTLY: &str = "plotly.min.js";

macro_rules! files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../frontend/labextension/", $folder, $name)))),+]
    };
}

/// The files of the folder itself. package.json, which Jupyter looks for, is the last to be written.
const ROOT: &[(&str, &str)] = files!("": "install.json", "package.json");

/// The scripts.
const SCRIPTS: &[(&str, &str)] = files!("static/":
    "cursor.js",
    "figures.js",
    "grammar.js",
    "highlight.js",
    "index.js",
    "language.js",
    "lexer.js",
    "reader.js",
    "remoteEntry.js",
    "theme.js",
    "values.js",
);

/// Writes the extension into the folder of all extensions; returns its own folder.
pub fn write(extensions: &Path) -> Result<PathBuf, Failure> {
    let folder = extensions.join(NAME);
    let scripts = folder.join(STATIC);
    file::create_folder(&scripts)?;
    file::write(&scripts, PLOTLY, &mut plotly_js().as_bytes(), 0o644)?;
    write_all(&scripts, SCRIPTS)?;
    write_all(&folder, ROOT)?;
    Ok(folder)
}

/// Removes the files that [`write`] writes, and the folders that are empty then.
pub fn remove(extensions: &Path) -> Result<(), Failure> {
    let folder = extensions.join(NAME);
    let scripts = folder.join(STATIC);
    for (name, _) in ROOT.iter().rev() {
        file::remove(&folder.join(name))?;
    }
    for name in SCRIPTS.iter().map(|(name, _)| *name).chain([PLOTLY]) {
        file::remove(&scripts.join(name))?;
    }
    if file::remove_folder(&scripts)? {
        file::remove_folder(&folder)?;
    }
    Ok(())
}

fn write_all(folder: &Path, files: &[(&str, &str)]) -> Result<(), Failure> {
    for (name, content) in files {
        file::write(folder, name, &mut content.as_bytes(), 0o644)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ROOT, SCRIPTS};
    use serde_json::Value;
    use std::path::Path;

    fn names(folder: &str) -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let entries = std::fs::read_dir(folder).expect("the sources are there");
        let files = entries.filter_map(|entry| entry.ok().filter(|entry| entry.path().is_file()));
        let mut names: Vec<String> = files.filter_map(|file| file.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    #[test]
    fn every_source_is_shipped() {
        let shipped = |files: &[(&str, &str)]| files.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(shipped(ROOT), names("frontend/labextension"));
        assert_eq!(shipped(SCRIPTS), names("frontend/labextension/static"));
    }

    #[test]
    fn the_description_has_this_version_and_names_its_entry() {
        let text = ROOT
            .iter()
            .find(|(name, _)| *name == "package.json")
            .map(|(_, text)| *text);
        let package: Value = serde_json::from_str(text.unwrap_or_default()).expect("package.json is JSON");
        assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(package["name"], super::NAME);
        assert_eq!(package["jupyterlab"]["_build"]["load"], "static/remoteEntry.js");
    }
}
