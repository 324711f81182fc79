//! `%echo`: printing words.

use super::{Call, CommandSpec};
use crate::notebook::{Notebook, Problem, StreamName};

pub const SPEC: CommandSpec = CommandSpec {
    name: "%echo",
    usage: "%echo [-e] WORD …",
    summary: "Prints words, for logs of notebooks that run unattended; `-e` prints them to standard error.",
    words: &[],
    most: usize::MAX,
    least: 0,
    run,
};

fn run(_: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    let (name, words) = match call.words.split_first() {
        Some((&"-e", words)) => (StreamName::Err, words),
        _ => (StreamName::Out, call.words.as_slice()),
    };
    call.frontend.stream(name, &format!("{}\n", words.join(" ")));
    Ok(())
}
