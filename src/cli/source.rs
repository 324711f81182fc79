//! Where scripts come from: files, standard input, the command line.

use super::arguments::ScriptArguments;
use grn::Source;
use grn::lang::diagnostics::Diagnostic;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The script that the command line names.
pub fn script(arguments: &ScriptArguments) -> Result<Source, Diagnostic> {
    match (&arguments.expression, &arguments.file) {
        (Some(text), _) => Ok(Source::new("pipeline", text.clone(), None)),
        (None, Some(file)) => read(file),
        (None, None) => {
            Err(Diagnostic::error("script", "no script is given").help("`grn run FILE` or `grn run -e TEXT`"))
        }
    }
}

/// Reads a script; `-` is standard input.
pub fn read(path: &Path) -> Result<Source, Diagnostic> {
    if is_stdin(path) {
        let mut bytes = Vec::new();
        let read = io::stdin().read_to_end(&mut bytes);
        read.map_err(|error| Diagnostic::error("script", format!("standard input can't be read: {error}")))?;
        let text = decode(bytes, Path::new("standard input"))?;
        return Ok(Source::new("stdin", text, None));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let text = decode(bytes, path)?;
    Ok(Source::new(
        path.to_string_lossy(),
        text,
        Some(folder.unwrap_or(Path::new(".")).to_owned()),
    ))
}

/// Whether a path stands for standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let shown = path.display();
    match error.kind() {
        ErrorKind::NotFound => Diagnostic::error("script", format!("there is no script `{shown}`"))
            .help("expected the path of a text file in the grn language, or `-` for standard input"),
        ErrorKind::IsADirectory => Diagnostic::error("script", format!("`{shown}` is a folder, expected a script"))
            .help(format!(
                "name one file in it, for instance `{}`",
                path.join("script.grn").display()
            )),
        ErrorKind::PermissionDenied => {
            Diagnostic::error("script", format!("`{shown}` can't be read: permission denied"))
                .help(format!("`ls -l {shown}` shows who may read it"))
        }
        _ => Diagnostic::error("script", format!("`{shown}` can't be read: {error}")),
    }
}

fn decode(bytes: Vec<u8>, path: &Path) -> Result<String, Diagnostic> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let (before, after) = error.as_bytes().split_at(valid);
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let column = valid - before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1) + 1;
        let byte = after.first().copied().unwrap_or_default();
        let message = format!(
            "`{}` is not UTF-8 text: byte 0x{byte:02x} at line {line}, byte {column}",
            path.display()
        );
        Diagnostic::error("not-utf8", message).help("save the script as UTF-8")
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::decode;
    use std::path::Path;

    #[test]
    fn a_foreign_byte_is_named_with_its_place() {
        let error = decode(b"# one\nlet \xe9 = 1".to_vec(), Path::new("a.grn")).unwrap_err();
        assert_eq!(error.message, "`a.grn` is not UTF-8 text: byte 0xe9 at line 2, byte 5");
    }
}
