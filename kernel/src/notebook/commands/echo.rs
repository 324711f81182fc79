//! `%echo`: printing words.

use super::{Call, CommandSpec, Takes};
use crate::notebook::{Notebook, Problem, StreamName};

pub const SPEC: CommandSpec = CommandSpec {
    name: "%echo",
    takes: Takes::Text,
    summary: "Prints words, for logs of notebooks that run unattended; `-e` prints them to standard error.",
    run,
};

fn run(_: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    let words: Vec<&str> = call.words.iter().map(|(word, _)| word.as_str()).collect();
    let (name, words) = match words.split_first() {
        Some((&"-e", words)) => (StreamName::Err, words),
        _ => (StreamName::Out, words.as_slice()),
    };
    call.frontend.stream(name, &format!("{}\n", words.join(" ")));
    Ok(())
}
