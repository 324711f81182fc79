//! Finished stages on the disk, so that a rerun, a widened sweep or a second script runs none of them twice.
//!
//! An entry is a file, named by all that its value depends on ([`address`]), with checksums ([`entry`]). A value that
//! shares memory with one upstream is written without it ([`content`]). The engine knows only [`Keeper`], which
//! [`DiskCache`] is.
//!
//! [`Keeper`]: crate::engine::kept::Keeper

pub mod address;
pub mod content;
pub mod disk;
pub mod entry;
mod eviction;
pub mod folder;
pub mod place;

pub use disk::DiskCache;
pub use folder::{Folder, Listed};
pub use place::default_folder;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
