//! The program `grn-kernel`: installs the Jupyter kernel, and is it.

mod arguments;
mod environment;

use arguments::{Arguments, Command};
use clap::Parser;
use grn::cache::default_folder;
use grn::engine::defect;
use grn_kernel::install;
use grn_kernel::notebook::Notebook;
use grn_kernel::wire;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

/// Outputs of tensor operations are large and short-lived; the system allocator maps them afresh each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[allow(unsafe_code)]
fn main() -> ExitCode {
    // SAFETY: this is the program's first statement, so no other thread runs.
    unsafe { grn::process::prepare() };
    defect::install_hook(environment::variable("RUST_BACKTRACE").is_some_and(|value| value != "0"));
    match run(Arguments::parse().command) {
        Ok(done) => {
            if let Some(done) = done {
                // What is done is done, whether or not somebody reads it.
                let _ = writeln!(io::stdout(), "{done}");
            }
            ExitCode::SUCCESS
        }
        Err(failure) => {
            let _ = writeln!(io::stderr(), "error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<Option<install::Done>, Box<dyn Error>> {
    match command {
        Command::Run { connection_file } => {
            let parent = environment::variable(wire::PARENT_VARIABLE);
            let variables = environment::variables();
            let rust = environment::rust();
            let kept = default_folder(&variables);
            let notebook = || Notebook::new(variables).with_rust(rust).keeping_stages_in(kept);
            wire::serve(&connection_file, parent, notebook)?;
            Ok(None)
        }
        Command::Install(place) => {
            let (target, name) = place.target_and_name();
            Ok(Some(install::install(&target, name, &environment::places())?))
        }
        Command::Assets { folder } => Ok(Some(install::write_assets(&folder)?)),
        Command::Uninstall(place) => {
            let (target, name) = place.target_and_name();
            Ok(Some(install::uninstall(&target, name, &environment::places())?))
        }
    }
}
