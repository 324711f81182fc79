//! A script's text with its name and place.

use std::path::PathBuf;

/// A script or a notebook cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// How it is called in messages, for instance `ablation.grn`.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Its folder, where relative paths are looked up first; `None` for texts that are no file.
    pub folder: Option<PathBuf>,
    /// Whether later texts of the session may use its names, as in a notebook.
    pub interactive: bool,
}

impl Source {
    /// A script that stands for itself.
    pub fn new(name: impl Into<String>, text: impl Into<String>, folder: Option<PathBuf>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            folder,
            interactive: false,
        }
    }

    /// A notebook cell or a line of a prompt.
    pub fn cell(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            interactive: true,
            ..Self::new(name, text, None)
        }
    }
}
