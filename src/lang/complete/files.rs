//! Entries of folders, for parameters that name a file or a folder.

use super::{Candidate, CandidateKind, Completer, Completions};
use crate::lang::catalog::{ParameterKind, ParameterSpec};
use crate::lang::check::paths::{at_home, expand};
use crate::lang::checked::Environment;
use grn_grammar::Inside;
use grn_grammar::span::Span;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// More entries than this help nobody.
const MOST: usize = 1000;

/// A path that is being typed.
struct Typed {
    /// The folders before the part at the cursor, as they are written; empty or with a `/` at the end.
    folders: String,
    /// The part at the cursor, left of it, without escapes.
    name: String,
    /// The part on both sides of the cursor, and the `/` after it where there is one.
    span: Span,
    /// Whether a `/` comes after the part.
    goes_on: bool,
    /// What must come before and after a candidate, so that a string begins and ends.
    quotes: (&'static str, &'static str),
}

impl Completer<'_> {
    /// The entries that can stand at the cursor.
    pub(super) fn files(&self, parameter: &ParameterSpec, is_read: bool) -> Completions {
        let typed = self.typed();
        let only_folders = !matches!(parameter.kind, ParameterKind::File) || typed.goes_on;
        let mut entries: BTreeMap<String, bool> = BTreeMap::new();
        for folder in folders(&self.upstream.environment, &unescaped(&typed.folders), is_read) {
            entries.extend(entries_of(&folder, &typed.name));
        }
        if typed.folders.is_empty() {
            entries.extend(beginnings(&self.upstream.environment, &typed.name));
        }
        let fitting = entries.into_iter().filter(|(_, is_folder)| *is_folder || !only_folders);
        let candidates = fitting
            .take(MOST)
            .map(|(name, is_folder)| typed.candidate(&name, is_folder));
        Completions {
            span: typed.span,
            candidates: candidates.collect(),
        }
    }

    fn typed(&self) -> Typed {
        let (word, whole) = (&self.context.word, self.context.whole);
        let in_string = self.context.inside == Inside::String;
        let (folders, name) = match word.node.rfind('/') {
            Some(slash) => word.node.split_at(slash + 1),
            None => ("", word.node.as_str()),
        };
        let right = self.source.get(word.span.end..whole.end).unwrap_or_default();
        let part = right.find(['/', ' ', '\t']).unwrap_or(right.len());
        let goes_on = right.get(part..).is_some_and(|rest| rest.starts_with('/'));
        let end = word.span.end + part + usize::from(goes_on);
        let closed = self.source.get(whole.end..).is_some_and(|rest| rest.starts_with('"'));
        let quotes = match (in_string, closed) {
            (true, true) => ("", ""),
            (true, false) => ("", "\""),
            (false, _) => ("\"", "\""),
        };
        let start = if in_string {
            word.span.start + folders.len()
        } else {
            word.span.start
        };
        Typed {
            folders: folders.to_owned(),
            name: unescaped(name),
            span: Span::new(start, end),
            goes_on,
            quotes,
        }
    }
}

impl Typed {
    fn candidate(&self, name: &str, is_folder: bool) -> Candidate {
        let (before, after) = self.quotes;
        let text = match is_folder {
            true => format!("{before}{}/", escaped(name)),
            false => format!("{before}{}{after}", escaped(name)),
        };
        Candidate::new(text, CandidateKind::Path, if is_folder { "a folder" } else { "a file" })
    }
}

/// The folders that a path may lie in: the script's, for files that are read, and the working directory.
fn folders(environment: &Environment, written: &str, is_read: bool) -> Vec<PathBuf> {
    let Ok(expanded) = expand(environment, written) else {
        return Vec::new();
    };
    let path = PathBuf::from(at_home(environment, expanded));
    let here = if path.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        path.clone()
    };
    let of_script = environment.folder.as_ref().filter(|_| is_read && path.is_relative());
    of_script
        .map(|folder| folder.join(&path))
        .into_iter()
        .chain([here])
        .collect()
}

/// The entries of a folder that begin with `typed`, and whether they are folders; hidden ones only where it begins
/// with a point. Names that are not UTF-8 can't be written in a script.
fn entries_of(folder: &Path, typed: &str) -> Vec<(String, bool)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let lower = typed.to_lowercase();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let fitting = names.filter(|name| {
        let wanted = !name.starts_with('.') || typed.starts_with('.');
        wanted && name.to_lowercase().starts_with(&lower) && !name.contains(char::is_control)
    });
    fitting
        .map(|name| {
            let is_folder = folder.join(&name).is_dir();
            (name, is_folder)
        })
        .collect()
}

/// What a path may begin with that is no entry: `~`, and variables whose value is a folder.
fn beginnings(environment: &Environment, typed: &str) -> Vec<(String, bool)> {
    let variables = environment.variables.iter();
    let variables = variables.filter(|(_, value)| value.starts_with('/') && Path::new(value).is_dir());
    let names = variables.map(|(name, _)| format!("${name}"));
    let names = names.filter(|name| typed.starts_with('$') && name.starts_with(typed));
    let home = (typed == "~").then(|| "~".to_owned());
    names.chain(home).map(|name| (name, true)).collect()
}

fn escaped(name: &str) -> String {
    name.replace('\\', "\\\\").replace('"', "\\\"")
}

fn unescaped(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut characters = written.chars();
    while let Some(character) = characters.next() {
        text.extend(if character == '\\' {
            characters.next()
        } else {
            Some(character)
        });
    }
    text
}
