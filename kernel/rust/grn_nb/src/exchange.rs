//! The notebook's end of the line: one request a connection, one line each way.

use crate::name::check_name;
use crate::{Error, Frame};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The value of a name of the notebook: `let pools = retrieve attn k=80` in one cell, `grn_nb::get("pools")?` in the next.
/// What isn't computed yet is computed now, with its progress shown below the cell.
///
/// # Errors
/// A name that the notebook doesn't know, a pipeline that fails, an interrupt; or no notebook at all.
pub fn get(name: &str) -> Result<Frame, Error> {
    check_name(name)?;
    let path = ask(&format!("get {name}"))?;
    Frame::read(path)
}

/// Gives the notebook a value under a name: a [`Ranking`](crate::Ranking), [`SetScores`](crate::SetScores) or a
/// [`Frame`]. `retrieve NAME` and `select NAME` then stand for it; a name that was put before gets the new value.
///
/// # Errors
/// A name that can't be given or is taken, a value that can't be used; or no notebook at all.
pub fn put(name: &str, value: impl Into<Frame>) -> Result<(), Error> {
    check_name(name)?;
    let path = PathBuf::from(variable("GRN_NB_FOLDER")?).join(fresh_file(name));
    value.into().write(&path)?;
    let answer = ask(&format!("put {name} {}", path.display()));
    if answer.is_err() {
        let _ = std::fs::remove_file(&path);
    }
    answer.map(drop)
}

/// A file name that no other put has: by process, time and count.
fn fresh_file(name: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!(
        "put-{}-{}-{count}-{name}.grn-columns",
        std::process::id(),
        since.as_nanos()
    )
}

// This is the edge of the user's process: the kernel tells it by its environment where to connect.
#[allow(clippy::disallowed_methods)]
fn variable(name: &str) -> Result<String, Error> {
    let found = env::var(name).ok().filter(|value| !value.is_empty());
    found
        .ok_or_else(|| Error::new("there is no grn notebook here: values are exchanged in a cell that begins `%%rust`"))
}

/// Sends a request; gives what follows `ok` in the answer.
fn ask(request: &str) -> Result<String, Error> {
    let (address, token) = (variable("GRN_NB_ADDRESS")?, variable("GRN_NB_TOKEN")?);
    if request.contains(['\n', '\r']) {
        return Err(Error::new("the notebook's folder has a line break in its name"));
    }
    let lost = |error: std::io::Error| Error::new(format!("the notebook doesn't answer: {error}"));
    let mut stream = TcpStream::connect(&address).map_err(lost)?;
    stream
        .write_all(format!("{token} {request}\n").as_bytes())
        .map_err(lost)?;
    stream.flush().map_err(lost)?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).map_err(lost)?;
    let line = line.trim_end_matches(['\n', '\r']);
    match line.split_once(' ') {
        Some(("ok", rest)) => Ok(rest.to_owned()),
        Some(("error", message)) => Err(Error::new(unescaped(message))),
        _ if line == "ok" => Ok(String::new()),
        _ if line.is_empty() => Err(Error::new("the notebook has ended the exchange without an answer")),
        _ => Err(Error::new(format!(
            "the notebook gave an answer that isn't known: {line}"
        ))),
    }
}

/// `\n` and `\\` as what they stand for.
fn unescaped(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut characters = message.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('n') => text.push('\n'),
                Some(other) => text.push(other),
                None => text.push('\\'),
            },
            (character, false) => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn messages_of_several_lines_come_in_one() {
        assert_eq!(unescaped(r"a\nb\\n c"), "a\nb\\n c");
        assert_eq!(unescaped("end\\"), "end\\");
    }
}
