//! Named workloads that measure grn on a machine: how long, how many operations, what share of what the machine can do.
//!
//! A workload is its file and one line in [`WORKLOADS`]; `grn bench` runs them, and `cargo bench` times their inner
//! parts. Counts of operations are formulas beside each workload.

pub mod data;
pub mod decode;
pub mod machine;
pub mod measure;
pub mod report;
pub mod simulate;
pub mod small;
pub mod training;

use crate::engine::context::RunResult;
use crate::lang::diagnostics::Diagnostic;
use crate::lang::suggest::{nearest, one_of};
use machine::Machine;
use measure::{Case, Measurement, measure};
use std::path::PathBuf;

/// How workloads are run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Timed runs of each case, at least one; one more warms up.
    pub repeat: usize,
    /// Whether cases that take minutes are run as well.
    pub long: bool,
    /// The program whose start is timed.
    pub program: Option<PathBuf>,
}

/// One thing to measure.
pub struct Workload {
    /// Its name on the command line.
    pub name: &'static str,
    /// One line, without a full stop.
    pub summary: &'static str,
    /// What it runs, in order.
    pub cases: fn(&Settings) -> RunResult<Vec<Case>>,
}

/// Every workload, in the order of `grn bench`. Adding one means its file and one line here.
pub static WORKLOADS: &[Workload] = &[
    machine::GEMM,
    machine::MEMORY,
    decode::DECODE,
    decode::SCALING,
    training::ATTENTION,
    training::RESIDUAL,
    data::LOAD,
    simulate::SIMULATE,
    small::CHECK,
    small::START,
];

/// The workloads of these names, in order.
///
/// # Errors
/// A name that no workload has, with the nearest one.
pub fn named(names: &[String]) -> Result<Vec<&'static Workload>, Diagnostic> {
    names.iter().map(|name| workload(name)).collect()
}

fn workload(name: &str) -> Result<&'static Workload, Diagnostic> {
    let found = WORKLOADS.iter().find(|workload| workload.name == name);
    found.ok_or_else(|| {
        let names = || WORKLOADS.iter().map(|workload| workload.name);
        let help = match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("expected {}", one_of(names())),
        };
        Diagnostic::error("unknown-workload", format!("there is no workload `{name}`")).help(help)
    })
}

/// Runs workloads; `told` hears of every case before it starts.
///
/// # Errors
/// What a workload's own stages fail with.
pub fn run(
    workloads: &[&'static Workload],
    settings: &Settings,
    machine: &Machine,
    told: &mut dyn FnMut(&str, &str),
) -> RunResult<Vec<Measurement>> {
    let mut measurements = Vec::new();
    for workload in workloads {
        for case in (workload.cases)(settings)? {
            told(workload.name, &case.name);
            measurements.push(measure(workload.name, case, settings.repeat, machine)?);
        }
    }
    Ok(measurements)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{WORKLOADS, named};
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_wrong_ones_are_answered() {
        let names: BTreeSet<&str> = WORKLOADS.iter().map(|workload| workload.name).collect();
        assert_eq!(names.len(), WORKLOADS.len());
        let all: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(named(&all).unwrap().len(), WORKLOADS.len());
        let problem = |name: &str| named(&[name.to_owned()]).err().unwrap();
        assert_eq!(problem("decod").help.unwrap(), "did you mean `decode`?");
        let far = problem("xyzzy");
        assert_eq!(
            (far.code, far.message.as_str()),
            ("unknown-workload", "there is no workload `xyzzy`")
        );
        assert!(far.help.unwrap().starts_with("expected `gemm`, `memory`"));
    }
}
