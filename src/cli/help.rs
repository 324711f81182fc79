//! `grn help`: the catalog's pages, and the commands' own.

use super::Exit;
use super::arguments::CommandLine;
use super::diagnostics::Reporter;
use super::output::Output;
use clap::CommandFactory;
use grn::Session;
use std::collections::BTreeMap;

/// Shows the page for a verb or method of the catalog, or for a command of the program.
pub fn help(verb: Option<&str>, method: Option<&str>, reporter: &Reporter, output: &mut Output) -> Exit {
    let session = Session::new(BTreeMap::new());
    match (session.help(verb, method), verb) {
        (Ok(page), _) => {
            output.print(&page);
            Exit::Fine
        }
        (Err(_), Some(command)) if method.is_none() && print_command(command, output) => Exit::Fine,
        (Err(problem), _) => {
            reporter.report(None, &[problem]);
            Exit::Wrong
        }
    }
}

/// Prints the help of one of the program's commands; false where there is none of that name.
fn print_command(name: &str, output: &mut Output) -> bool {
    let mut program = CommandLine::command();
    program.build();
    match program.find_subcommand_mut(name) {
        Some(command) => {
            output.print(&command.render_long_help().to_string());
            true
        }
        None => false,
    }
}
