//! The Jupyter kernel of grn.
//!
//! [`notebook`] is a session of cells and knows no wire; [`display`] turns results into MIME bundles; [`wire`] speaks
//! the Jupyter protocol; [`install`] writes the kernelspec and the extension of JupyterLab; [`rust`] is for cells of Rust.

pub mod display;
pub mod install;
pub mod notebook;
pub mod rust;
pub mod wire;
