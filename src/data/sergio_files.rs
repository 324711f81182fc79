//! Finds the files of a SERGIO data set in the folder in which its authors publish it.

use crate::data::file::list_folder;
use crate::engine::context::RunResult;
use crate::lang::diagnostics::Diagnostic;
use std::path::{Path, PathBuf};

/// One kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SergioFile {
    /// `Interaction_cID_*.txt`: who regulates whom.
    Interactions,
    /// `Regs_cID_*.txt`: the production rates of master regulators.
    MasterRates,
    /// `simulated_noNoise_*.csv`: clean expression.
    Expression,
}

impl SergioFile {
    fn prefix(self) -> &'static str {
        match self {
            Self::Interactions => "Interaction_cID_",
            Self::MasterRates => "Regs_cID_",
            Self::Expression => "simulated_noNoise_",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Interactions | Self::MasterRates => ".txt",
            Self::Expression => ".csv",
        }
    }

    /// The parameter that names such a file.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Interactions => "interactions",
            Self::MasterRates => "master_rates",
            Self::Expression => "expression",
        }
    }

    /// What `*` stands for in `name`, if it is a file of this kind.
    fn number(self, name: &str) -> Option<&str> {
        let name = name.strip_suffix(".gz").unwrap_or(name);
        name.strip_prefix(self.prefix())?.strip_suffix(self.extension())
    }

    fn pattern(self) -> String {
        format!("{}*{}", self.prefix(), self.extension())
    }
}

/// The one file of this `kind` in `folder`, plain or `.gz` (plain where both are there); `None` where there is none.
/// `replicate` picks `simulated_noNoise_<replicate>.csv` among several.
///
/// # Errors
/// An unreadable folder; several matches, all listed; no expression file with the wanted replicate.
pub fn find_file(folder: &Path, kind: SergioFile, replicate: Option<usize>) -> RunResult<Option<PathBuf>> {
    let mut matches: Vec<String> = list_folder(folder)?;
    matches.retain(|name| kind.number(name).is_some());
    let all = matches.clone();
    if let Some(replicate) = replicate.filter(|_| kind == SergioFile::Expression) {
        let wanted = replicate.to_string();
        matches.retain(|name| kind.number(name) == Some(&wanted));
        if matches.is_empty() && !all.is_empty() {
            let message = format!("`{}` holds no `{}{wanted}.csv`", folder.display(), kind.prefix());
            let help = format!("found {}", listed(&all));
            return Err(Diagnostic::error("replicate-not-found", message).help(help).into());
        }
    }
    // A plain file sorts directly before its compressed twin.
    matches.dedup_by(|second, first| *second == format!("{first}.gz"));
    if matches.len() > 1 {
        let message = format!(
            "expected one `{}` in `{}`, found {}: {}",
            kind.pattern(),
            folder.display(),
            matches.len(),
            listed(&matches)
        );
        return Err(Diagnostic::error("several-files", message)
            .help(choose(kind, &matches))
            .into());
    }
    Ok(matches.first().map(|name| folder.join(name)))
}

/// As [`find_file`], where the file must be there.
///
/// # Errors
/// As [`find_file`], and none found.
pub fn require_file(folder: &Path, kind: SergioFile, replicate: Option<usize>) -> RunResult<PathBuf> {
    find_file(folder, kind, replicate)?.ok_or_else(|| {
        let message = format!("`{}` holds no `{}` (or `.gz`)", folder.display(), kind.pattern());
        let help = format!(
            "expected a folder as SERGIO's authors publish it, or the file's path as `{}=`",
            kind.parameter()
        );
        Diagnostic::error("file-not-found", message).help(help).into()
    })
}

fn choose(kind: SergioFile, matches: &[String]) -> String {
    let numbered = matches
        .iter()
        .filter_map(|name| kind.number(name)?.parse::<usize>().ok())
        .next();
    match numbered {
        Some(number) if kind == SergioFile::Expression => format!("`replicate={number}` picks one"),
        _ => format!("`{}=` names the file", kind.parameter()),
    }
}

fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(8).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
