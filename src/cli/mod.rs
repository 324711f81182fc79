//! The command line: reads arguments, scripts and the environment, prints, and decides the exit code.

mod arguments;
mod bench;
mod cache;
mod check;
mod completions;
mod diagnostics;
mod environment;
mod explain;
mod format;
mod help;
mod interrupt;
mod output;
mod progress;
mod results;
mod run;
mod source;
mod stages;

use arguments::{Command, CommandLine};
use clap::Parser;
use diagnostics::Reporter;
use grn::engine::defect;
use output::Output;
use std::process::ExitCode;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    /// Everything was done.
    Fine = 0,
    /// The run failed or was interrupted, or `fmt --check` found something to format.
    Failed = 1,
    /// The script or the command line is wrong; nothing ran.
    Wrong = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    defect::install_hook(environment::wants_backtrace());
    let command = match CommandLine::try_parse() {
        Ok(command_line) => command_line.command,
        Err(error) => return usage(&error).into(),
    };
    let reporter = Reporter::new();
    let mut output = Output::new();
    let exit = defect::guard("grn", || dispatch(command, &reporter, &mut output)).unwrap_or_else(|diagnostic| {
        reporter.report(None, &[diagnostic]);
        Exit::Failed
    });
    match output.finish() {
        Ok(()) => exit.into(),
        Err(diagnostic) => {
            reporter.report(None, &[diagnostic]);
            exit.max(Exit::Failed).into()
        }
    }
}

fn dispatch(command: Command, reporter: &Reporter, output: &mut Output) -> Exit {
    match command {
        Command::Run(arguments) => run::run(&arguments, reporter, output),
        Command::Check { files } => check::check(&files, reporter),
        Command::Fmt { files, check } => format::format(&files, check, reporter, output),
        Command::Explain(script) => explain::explain(&script, reporter, output),
        Command::Stages { markdown, json } => stages::stages(markdown, json, output),
        Command::Help { verb, method } => help::help(verb.as_deref(), method.as_deref(), reporter, output),
        Command::Cache(command) => cache::cache(&command, reporter, output),
        Command::Bench(arguments) => bench::bench(&arguments, reporter, output),
        Command::Completions { shell } => completions::completions(shell, output),
    }
}

/// Prints clap's message: help and version go to standard output, errors to standard error.
fn usage(error: &clap::Error) -> Exit {
    let printed = error.print();
    match (error.use_stderr(), printed) {
        (true, _) => Exit::Wrong,
        (false, Err(error)) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Reporter::new().report(None, &[output::unwritten(&error)]);
            Exit::Failed
        }
        (false, _) => Exit::Fine,
    }
}
