//! Scores that other programs give: of single regulators, or of sets of them.
//!
//! A file is `.grn-columns`, or CSV whose first line names its columns: `target,regulator,score` for pairs,
//! `target,regulator_1,…,regulator_R,score` for sets.

mod columns;
mod csv;
mod genes;
mod pairs;
mod set_order;
mod sets;

pub use pairs::PairScores;
pub use set_order::SetOrder;
pub use sets::{SetScores, TargetSets};

use crate::data::columns::{decode, is_columns};
use crate::data::file::Input;
use crate::engine::context::{RunError, RunResult};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::given::GivenKind;
use genes::Genes;
use std::path::Path;

/// What a file of scores holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// A score for each of some regulators of a target.
    Pairs(PairScores),
    /// A score for every set of some regulators of a target.
    Sets(SetScores),
}

/// Reads scores of the genes of a data set.
///
/// # Errors
/// A file that can't be read or isn't of this form, a gene that the data set doesn't have, something scored twice, a score
/// that isn't a finite number, a set that is left out: each with its line or row.
pub fn read(path: &Path, genes: &[String]) -> RunResult<Given> {
    let bytes = read_bytes(path)?;
    let file = File { path, unit: "row" };
    if is_columns(&bytes) {
        return columns::read(file, decode(path, &bytes)?, &Genes::new(genes));
    }
    csv::read(File { path, unit: "line" }, &bytes, &Genes::new(genes))
}

/// What a `.grn-columns` file of scores holds, by its columns alone.
///
/// # Errors
/// A file that can't be read or isn't sound.
pub fn kind(path: &Path) -> RunResult<GivenKind> {
    Ok(columns::kind(&decode(path, &read_bytes(path)?)?))
}

fn read_bytes(path: &Path) -> RunResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut input = Input::open(path)?;
    while input.append(&mut bytes, 1 << 22)? > 0 {}
    Ok(bytes)
}

/// A file that is read, and what its entries are called: lines or rows, counted from 1.
#[derive(Clone, Copy)]
struct File<'a> {
    path: &'a Path,
    unit: &'static str,
}

impl File<'_> {
    /// An error at an entry.
    fn error(&self, code: &'static str, message: impl Into<String>, entry: usize) -> Diagnostic {
        match self.unit {
            "line" => Diagnostic::error(code, message).in_file(self.path, Some(entry), None),
            unit => {
                let message = format!("{} ({unit} {entry})", message.into());
                Diagnostic::error(code, message).in_file(self.path, None, None)
            }
        }
    }

    /// A score as it is kept.
    fn score(&self, score: f64, what: impl FnOnce() -> String, entry: usize) -> RunResult<f32> {
        let kept = score as f32;
        if kept.is_finite() {
            return Ok(kept);
        }
        let message = format!("the score of {} is {score}, expected a finite number", what());
        let help = match score.is_nan() {
            true => "leave out what has no score, or give it the lowest",
            false => "scores are kept in single precision, up to 3.4e38",
        };
        Err(self.error("score-not-finite", message, entry).help(help).into())
    }

    /// An error of the file as a whole.
    fn wrong(&self, code: &'static str, message: impl Into<String>, help: impl Into<String>) -> RunError {
        let error = Diagnostic::error(code, message).in_file(self.path, None, None);
        error.help(help).into()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
