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

/// Writes the crate into `folder`, which belongs to the session alone, and gives its place. Whatever is there is written
/// again: what cells compile is what the kernel carries, and a file that was lost comes back.
pub fn write(folder: &Path) -> io::Result<PathBuf> {
    let place = folder.join("grn_nb");
    for (path, text) in SOURCES {
        let path = place.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, with_workspace(text))?;
    }
    Ok(place)
}

fn with_workspace(text: &str) -> String {
    match text.contains("[package]") && !text.contains("[workspace]") {
        true => format!("{text}{WORKSPACE}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{SOURCES, write};
    use std::fs;
    use std::path::Path;

    #[test]
    fn what_is_not_the_crate_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let place = write(folder.path()).unwrap();
        let read = || {
            let text = |path: &&str| fs::read_to_string(place.join(path)).unwrap();
            SOURCES.iter().map(|(path, _)| text(path)).collect::<Vec<_>>()
        };
        let whole = read();
        assert!(whole[0].ends_with("[workspace]\n"), "{}", whole[0]);
        fs::write(place.join("Cargo.toml"), "another crate").unwrap();
        fs::write(place.join("src/lib.rs"), "other code").unwrap();
        fs::remove_file(place.join("src/name.rs")).unwrap();
        assert_eq!(write(folder.path()).unwrap(), place);
        assert_eq!(read(), whole);
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
