//! `grn completions`: what a shell needs to complete command lines.

use super::Exit;
use super::arguments::CommandLine;
use super::output::Output;
use clap::CommandFactory;
use clap_complete::{Shell, generate};

/// Prints a shell's completion script.
pub fn completions(shell: Shell, output: &mut Output) -> Exit {
    let mut script = Vec::new();
    generate(shell, &mut CommandLine::command(), "grn", &mut script);
    output.print(&String::from_utf8_lossy(&script));
    Exit::Fine
}
