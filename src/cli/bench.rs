//! `grn bench`: named workloads, measured.

use super::Exit;
use super::arguments::BenchArguments;
use super::diagnostics::Reporter;
use super::output::Output;
use grn::bench::machine::Machine;
use grn::bench::measure::Measurement;
use grn::bench::{Settings, Workload, named, report, run};
use grn::engine::context::{RunError, RunResult};
use grn::lang::diagnostics::Diagnostic;
use grn::report::write::{check_writable, write_atomically};
use serde_json::Value;
use std::path::Path;

/// Columns of the table.
const WIDTH: usize = 140;

/// Runs the named workloads, or lists them.
pub fn bench(arguments: &BenchArguments, reporter: &Reporter, output: &mut Output) -> Exit {
    if arguments.workloads.is_empty() {
        output.print(&report::list().to_text(WIDTH));
        return Exit::Fine;
    }
    let workloads = match named(&arguments.workloads) {
        Ok(workloads) => workloads,
        Err(problem) => {
            reporter.report(None, &[problem]);
            return Exit::Wrong;
        }
    };
    let measured = measured(&workloads, arguments, reporter);
    let written = measured.and_then(|(machine, measurements)| {
        output.print(&report::table(&measurements, &machine).to_text(WIDTH));
        match &arguments.json {
            Some(path) => Ok(write(path, &report::json(&measurements, &machine))?),
            None => Ok(()),
        }
    });
    match written {
        Ok(()) => Exit::Fine,
        Err(RunError::Failed(problem)) => {
            reporter.report(None, &[*problem]);
            Exit::Failed
        }
        Err(RunError::Cancelled) => Exit::Failed,
    }
}

fn measured(
    workloads: &[&'static Workload],
    arguments: &BenchArguments,
    reporter: &Reporter,
) -> RunResult<(Machine, Vec<Measurement>)> {
    let settings = Settings {
        repeat: usize::from(arguments.repeat),
        long: arguments.long,
        program: std::env::current_exe().ok(),
    };
    if let Some(path) = &arguments.json {
        check_writable(path)?;
    }
    reporter.note("measuring the machine …");
    let machine = Machine::measure()?;
    let mut told = |workload: &str, case: &str| reporter.note(&format!("{workload} {case} …"));
    let measurements = run(workloads, &settings, &machine, &mut told)?;
    Ok((machine, measurements))
}

/// Written whole or not at all.
fn write(path: &Path, value: &Value) -> Result<(), Diagnostic> {
    write_atomically(path, format!("{value:#}\n").as_bytes())
}
