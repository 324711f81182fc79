//! What strings may refer to: environment variables, files and folders.

use crate::lang::arguments::Argument;
use crate::lang::catalog::{ParameterKind, ParameterSpec};
use crate::lang::checked::Environment;
use crate::lang::diagnostics::Diagnostic;
use crate::lang::suggest::nearest;
use grn_grammar::span::Span;
use std::path::{Path, PathBuf};

/// Expands `$NAME` in a text and, for paths, looks whether what the stage reads is there.
///
/// `$NAME` is a letter or `_`, then letters, digits and `_`; any other `$` stands for itself. A path may begin with `~/`.
pub fn resolve(
    environment: &Environment,
    parameter: &ParameterSpec,
    is_read: bool,
    argument: Argument,
    span: Span,
) -> Result<Argument, Box<Diagnostic>> {
    let Argument::Text(text) = argument else {
        return Ok(argument);
    };
    match parameter.kind {
        ParameterKind::Choice(_) => return Ok(Argument::Text(text)),
        ParameterKind::ChoiceOrFolder(choices) if choices.contains(&text.as_str()) => return Ok(Argument::Text(text)),
        _ => {}
    }
    let text = expand(environment, &text).map_err(|name| undefined_variable(environment, &name, span))?;
    let text = match parameter.kind {
        ParameterKind::File | ParameterKind::Folder => at_home(environment, text),
        ParameterKind::ChoiceOrFolder(_) => {
            let path = PathBuf::from(at_home(environment, text));
            return made_folder(parameter, path, span).map(Argument::Text);
        }
        _ => return Ok(Argument::Text(text)),
    };
    if !is_read {
        return writable_place(parameter, text, span).map(Argument::Text);
    }
    let path = locate(environment, &text);
    if !path.exists() || text.is_empty() {
        return Err(missing(environment, parameter, &text, span));
    }
    right_kind(parameter, &path, span)?;
    Ok(Argument::Text(path.to_string_lossy().into_owned()))
}

/// A text with its `$NAME`s replaced by their values; where one has none, its name.
pub fn expand(environment: &Environment, text: &str) -> Result<String, String> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let length = variable_length(after);
        let (name, tail) = after.split_at(length);
        match environment.variables.get(name) {
            _ if name.is_empty() => expanded.push('$'),
            Some(value) => expanded.push_str(value),
            None => return Err(name.to_owned()),
        }
        rest = tail;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// A path with a leading `~` replaced by the home folder, where there is one.
pub fn at_home(environment: &Environment, path: String) -> String {
    let rest = path
        .strip_prefix('~')
        .filter(|rest| rest.is_empty() || rest.starts_with('/'));
    match (rest, environment.variables.get("HOME")) {
        (Some(rest), Some(home)) => format!("{}{rest}", home.trim_end_matches('/')),
        _ => path,
    }
}

/// The length in bytes of the variable's name that `text` begins with.
fn variable_length(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(text.len())
}

fn undefined_variable(environment: &Environment, name: &str, span: Span) -> Box<Diagnostic> {
    let label = match nearest(name, environment.variables.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `${near}`?"),
        None => "not set in this environment".to_owned(),
    };
    Box::new(
        Diagnostic::error(
            "undefined-variable",
            format!("the environment variable `{name}` is not set"),
        )
        .at(span, label)
        .help(format!("set it before grn starts, for instance `export {name}=…`")),
    )
}

/// The file in the script's folder if it is there, otherwise the path as it is.
fn locate(environment: &Environment, text: &str) -> PathBuf {
    let path = PathBuf::from(text);
    match &environment.folder {
        Some(folder) if path.is_relative() && folder.join(&path).exists() => folder.join(path),
        _ => path,
    }
}

fn missing(environment: &Environment, parameter: &ParameterSpec, text: &str, span: Span) -> Box<Diagnostic> {
    let kind = kind_of_path(parameter);
    let problem = if text.is_empty() {
        "the path is empty".to_owned()
    } else {
        format!("there is no {kind} `{text}`")
    };
    let path = Path::new(text);
    let in_folder = environment.folder.as_ref().map(|folder| folder.join(path));
    let label = match in_folder
        .as_deref()
        .and_then(nearest_sibling)
        .or_else(|| nearest_sibling(path))
    {
        Some(near) if !text.is_empty() => format!("did you mean `{}`?", path.with_file_name(near).display()),
        _ => format!("expected the path of an existing {kind}"),
    };
    Box::new(
        Diagnostic::error("missing-file", problem)
            .at(span, label)
            .help("a relative path starts at the script's folder or at the working directory"),
    )
}

fn right_kind(parameter: &ParameterSpec, path: &Path, span: Span) -> Result<(), Box<Diagnostic>> {
    let wants_folder = kind_of_path(parameter) == "folder";
    if if wants_folder { path.is_dir() } else { path.is_file() } {
        return Ok(());
    }
    let found = match path {
        path if path.is_dir() => "folder",
        path if path.is_file() => "file",
        _ => "device or pipe",
    };
    let kind = kind_of_path(parameter);
    let problem = format!(
        "`{}` is a {found}, but `{}` takes a {kind}",
        path.display(),
        parameter.name
    );
    let label = format!("expected the path of a {kind}");
    Err(Box::new(Diagnostic::error("missing-file", problem).at(span, label)))
}

fn kind_of_path(parameter: &ParameterSpec) -> &'static str {
    match parameter.kind {
        ParameterKind::Folder | ParameterKind::ChoiceOrFolder(_) => "folder",
        _ => "file",
    }
}

/// The entry of the same folder with the nearest name.
fn nearest_sibling(path: &Path) -> Option<String> {
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort_unstable();
    nearest(path.file_name()?.to_str()?, names.iter().map(String::as_str)).map(str::to_owned)
}

/// A folder that is made where it isn't there yet.
fn made_folder(parameter: &ParameterSpec, path: PathBuf, span: Span) -> Result<String, Box<Diagnostic>> {
    if path.as_os_str().is_empty() {
        let message = format!("the path of `{}` is empty", parameter.name);
        let diagnostic = Diagnostic::error("missing-folder", message);
        return Err(Box::new(diagnostic.at(span, "expected the path of a folder")));
    }
    if path.exists() {
        right_kind(parameter, &path, span)?;
    }
    Ok(path.to_string_lossy().into_owned())
}

/// What a stage writes needs no file, but the folder it goes to.
fn writable_place(parameter: &ParameterSpec, text: String, span: Span) -> Result<String, Box<Diagnostic>> {
    let path = Path::new(&text);
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let (problem, label) = if path.file_name().is_none() {
        (
            format!("`{}` is no path of a file", parameter.name),
            "expected a file name".to_owned(),
        )
    } else if let Some(folder) = folder.filter(|f| !f.is_dir()) {
        (
            format!("there is no folder `{}`", folder.display()),
            "expected a file in an existing folder".to_owned(),
        )
    } else if path.is_dir() && matches!(parameter.kind, ParameterKind::File) {
        (
            format!("`{text}` is a folder"),
            "expected the path of a file".to_owned(),
        )
    } else {
        return Ok(text);
    };
    Err(Box::new(Diagnostic::error("missing-folder", problem).at(span, label)))
}
