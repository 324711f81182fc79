//! The program `grn-kernel`: installs the Jupyter kernel, and is it.

mod arguments;
mod environment;

use arguments::{Arguments, Command};
use clap::Parser;
use grn_kernel::install;
use grn_kernel::notebook::Notebook;
use grn_kernel::wire;
use std::fmt::Display;
use std::process::ExitCode;

/// Outputs of tensor operations are large and short-lived; the system allocator maps them afresh each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    environment::keep_candle_single_threaded();
    let done = match Arguments::parse().command {
        Command::Run { connection_file } => {
            let parent = environment::variable(wire::PARENT_VARIABLE);
            let variables = environment::variables();
            told(wire::serve(&connection_file, parent, || Notebook::new(variables)).map(|()| None))
        }
        Command::Install(place) => {
            let (target, name) = place.target_and_name();
            told(install::install(&target, name, &environment::places()).map(Some))
        }
        Command::Uninstall(place) => {
            let (target, name) = place.target_and_name();
            told(install::uninstall(&target, name, &environment::places()).map(Some))
        }
    };
    match done {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(text)) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(text) => {
            eprintln!("error: {text}");
            ExitCode::FAILURE
        }
    }
}

fn told<T: Display, E: Display>(result: Result<Option<T>, E>) -> Result<Option<String>, String> {
    match result {
        Ok(done) => Ok(done.map(|done| done.to_string())),
        Err(failure) => Err(failure.to_string()),
    }
}
