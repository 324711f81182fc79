//! Where stages are kept where nothing else is said.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The environment variable that names the folder, or is `off`.
pub const VARIABLE: &str = "GRN_CACHE";

/// The folder of kept stages that the environment asks for: `GRN_CACHE`, otherwise the one that the platform has for
/// such files. `None` where `GRN_CACHE` is `off`, or where there is no home folder.
pub fn default_folder(variables: &BTreeMap<String, String>) -> Option<PathBuf> {
    match variables.get(VARIABLE).map(String::as_str) {
        Some("off") => None,
        Some(folder) if !folder.is_empty() => Some(PathBuf::from(folder)),
        _ => platform_folder(variables).map(|folder| folder.join("grn").join("stages")),
    }
}

/// Where programs keep what they can make again.
fn platform_folder(variables: &BTreeMap<String, String>) -> Option<PathBuf> {
    // A relative path in these variables has no meaning, as the base directory specification says.
    let folder = |name: &str| {
        let folder = Path::new(variables.get(name)?);
        folder.is_absolute().then(|| folder.to_owned())
    };
    let home = |within: &str| Some(folder("HOME")?.join(within));
    if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home("Library/Caches")
    } else {
        folder("XDG_CACHE_HOME").or_else(|| home(".cache"))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::default_folder;
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    fn folder(variables: &[(&str, &str)]) -> Option<PathBuf> {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        default_folder(&variables.collect::<BTreeMap<_, _>>())
    }

    #[test]
    fn the_nearest_wish_counts() {
        let home = ("HOME", "/home/a");
        assert_eq!(folder(&[home]), Some("/home/a/.cache/grn/stages".into()));
        assert_eq!(folder(&[home, ("XDG_CACHE_HOME", "/x")]), Some("/x/grn/stages".into()));
        assert_eq!(
            folder(&[home, ("XDG_CACHE_HOME", "x")]),
            Some("/home/a/.cache/grn/stages".into())
        );
        assert_eq!(folder(&[home, ("GRN_CACHE", "/c")]), Some("/c".into()));
        assert_eq!(
            folder(&[home, ("GRN_CACHE", "")]),
            Some("/home/a/.cache/grn/stages".into())
        );
        assert_eq!(folder(&[home, ("GRN_CACHE", "off")]), None);
        assert_eq!(folder(&[]), None);
    }
}
