//! The helper crate `grn_nb` that every Rust cell knows: the kernel carries its sources and writes them out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

macro_rules! sources {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../rust/grn_nb/", $path)))),*]
    };
}

/// Its files.
const SOURCES: &[(&str, &str)] = sources![
    "Cargo.toml",
    "src/column.rs",
    "src/dataset.rs",
    "src/decode.rs",
    "src/display.rs",
    "src/encode.rs",
    "src/error.rs",
    "src/exchange.rs",
    "src/frame.rs",
    "src/lib.rs",
    "src/name.rs",
    "src/pools.rs",
    "src/ranking.rs",
    "src/scoring.rs",
    "src/set_scores.rs",
    "src/sets.rs",
    "src/table.rs",
];

/// What a workspace of its own says of itself: a folder above may hold another one.
const WORKSPACE: &str = "\n[workspace]\n";

/// Writes the crate to a folder by version and content beneath `folder`, unless it is there, and gives that back.
pub fn write(folder: &Path) -> io::Result<PathBuf> {
    let place = folder.join(format!("grn_nb-{}-{:016x}", env!("CARGO_PKG_VERSION"), fingerprint()));
    if place.join("Cargo.toml").is_file() {
        return Ok(place);
    }
    fs::create_dir_all(folder)?;
    let fresh = tempfile::Builder::new().prefix(".grn_nb-").tempdir_in(folder)?;
    for (path, text) in SOURCES {
        let path = fresh.path().join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, with_workspace(text))?;
    }
    match fs::rename(fresh.path(), &place) {
        Ok(()) => {}
        // Another kernel was faster.
        Err(_) if place.join("Cargo.toml").is_file() => {}
        Err(error) => return Err(error),
    }
    Ok(place)
}

fn with_workspace(text: &str) -> String {
    match text.contains("[package]") && !text.contains("[workspace]") {
        true => format!("{text}{WORKSPACE}"),
        false => text.to_owned(),
    }
}

/// FNV-1a over all files: another build of the same version may carry other sources.
fn fingerprint() -> u64 {
    let bytes = SOURCES.iter().flat_map(|(path, text)| path.bytes().chain(text.bytes()));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{SOURCES, write};
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_crate_is_written_once_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let place = write(folder.path()).unwrap();
        assert!(place.join("src/lib.rs").is_file());
        fs::write(place.join("mark"), "").unwrap();
        assert_eq!(write(folder.path()).unwrap(), place);
        assert!(place.join("mark").is_file());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn no_file_of_the_crate_is_left_out() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rust/grn_nb/src");
        for file in fs::read_dir(root).unwrap() {
            let path = format!("src/{}", file.unwrap().file_name().to_string_lossy());
            assert!(SOURCES.iter().any(|(known, _)| *known == path), "{path}");
        }
    }
}
