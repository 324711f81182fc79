//! Reading a matrix of DS3's size.

use crate::bench::measure::{Case, Run, Work};
use crate::bench::{Settings, Workload};
use crate::data::matrix_csv::{MatrixFormat, read_matrix};
use crate::engine::context::{RunError, RunResult, alone};
use crate::lang::arguments::Arguments;
use crate::lang::diagnostics::Diagnostic;
use crate::random::Random;
use std::fmt::Write as _;
use std::fs;
use std::io;
use tempfile::TempDir;

/// CSV.
pub const LOAD: Workload = Workload {
    name: "load",
    summary: "A CSV file of 1200 genes × 2700 cells read (plain text, in the page cache)",
    cases: load,
};

fn load(_settings: &Settings) -> RunResult<Vec<Case>> {
    Ok(vec![Case::new("1200 × 2700", "B", || reading(1200, 2700))])
}

/// Writes a file of `genes` × `cells` and reads it.
///
/// # Errors
/// A folder for temporary files that can't be written.
pub fn reading(genes: usize, cells: usize) -> RunResult<Run> {
    let text = csv(genes, cells);
    let folder = TempDir::new().map_err(unwritable)?;
    let path = folder.path().join("expression.csv");
    fs::write(&path, &text).map_err(unwritable)?;
    let bytes = text.len() as f64;
    drop(text);
    Ok(Box::new(move || {
        // The folder lives as long as its file is read.
        let path = folder.path().join(&path);
        let format = MatrixFormat {
            delimiter: b',',
            allow_negative: false,
        };
        alone(&Arguments::default(), |context| read_matrix(&path, format, context))?;
        Ok(Work {
            count: bytes,
            ..Work::default()
        })
    }))
}

/// Five significant digits and many zeros, as SERGIO's files have them.
fn csv(genes: usize, cells: usize) -> String {
    let mut random = Random::new(1, "bench load");
    let mut text = String::with_capacity(genes * cells * 8);
    for cell in 0..cells {
        let _ = write!(text, ",{cell}");
    }
    for gene in 0..genes {
        let _ = write!(text, "\n{gene}");
        for _ in 0..cells {
            let value = random.exponential();
            let _ = match random.uniform() < 0.15 {
                true => write!(text, ",0"),
                false if value < 1.0 => write!(text, ",{value:.5}"),
                false => write!(text, ",{value:.4}"),
            };
        }
    }
    text.push('\n');
    text
}

fn unwritable(error: io::Error) -> RunError {
    Diagnostic::error(
        "unwritable-file",
        format!("the workload's file can't be written: {error}"),
    )
    .help("make room in the folder for temporary files, or set TMPDIR to another")
    .into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{csv, reading};

    #[test]
    fn the_file_is_read_whole() {
        let text = csv(3, 4);
        assert_eq!(text.lines().count(), 4);
        assert!(text.lines().all(|line| line.split(',').count() == 5), "{text}");
        assert_eq!(reading(3, 4).unwrap()().unwrap().count, text.len() as f64);
    }
}
