//! `save`: a result as a file, in the format that its extension names.

use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::lang::diagnostics::Diagnostic;
use crate::report::audit::Audit;
use crate::report::figures::Figure;
use crate::report::page::{Page, Section, page};
use crate::report::picture::{WIDTH, draw};
use crate::report::render::Rendered;
use crate::report::table::Table;
use crate::report::tables::{records::records, table_of};
use crate::report::write::write_atomically;
use std::path::Path;

/// The extensions that `save` knows.
pub const EXTENSIONS: [&str; 5] = ["csv", "tsv", "json", "html", "md"];

/// The extension that `save` knows right after a `plot`.
pub const PICTURE: &str = "svg";

/// Writes `cells` to `path`: `.csv`, `.tsv` and `.json` hold records for programs, `.html` and `.md` what people read.
///
/// # Errors
/// An extension that is not known; a file that can't be written. Nothing is left behind.
pub fn save(cells: &[GridCell], path: &Path) -> Result<(), Diagnostic> {
    write_atomically(path, &content(cells, path)?)
}

/// Writes an audit: `.csv` and `.tsv` hold its records, `.json` all of it, `.html` and `.md` its tables.
///
/// # Errors
/// As [`save`].
pub fn save_audit(audit: &Audit, path: &Path) -> Result<(), Diagnostic> {
    let bytes = match check_extension(path)? {
        "csv" => delimited(&audit.records(), b',', path)?,
        "tsv" => delimited(&audit.records(), b'\t', path)?,
        "json" => format!("{:#}\n", audit.to_json()).into_bytes(),
        "md" => {
            let tables: Vec<String> = audit.tables().iter().map(Table::to_markdown).collect();
            tables.join("\n").into_bytes()
        }
        _ => html(&format!("Audit of {}", audit.data), audit.tables()),
    };
    write_atomically(path, &bytes)
}

/// Writes a figure as SVG.
///
/// # Errors
/// A file that can't be written.
pub fn save_figure(figure: &Figure, path: &Path) -> Result<(), Diagnostic> {
    write_atomically(path, draw(figure, WIDTH).svg.as_bytes())
}

/// Whether the extension of `path` is that of pictures.
pub fn is_picture(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case(PICTURE))
}

/// Finds out whether `save` knows the extension of `path`, before a long run.
///
/// # Errors
/// The extensions that it knows.
pub fn check_extension(path: &Path) -> Result<&'static str, Diagnostic> {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    let known = EXTENSIONS.iter().find(|known| known.eq_ignore_ascii_case(extension));
    known.copied().ok_or_else(|| {
        let found = match extension {
            "" => "no extension".to_owned(),
            extension => format!("`.{extension}`"),
        };
        let message = format!("`save` can't tell the format of `{}`: found {found}", path.display());
        Diagnostic::error("unknown-extension", message).help(
            "expected `.csv`, `.tsv` or `.json` for programs, `.html` or `.md` for people, `.svg` right after `plot`",
        )
    })
}

fn content(cells: &[GridCell], path: &Path) -> Result<Vec<u8>, Diagnostic> {
    match check_extension(path)? {
        "csv" => delimited(&records(cells), b',', path),
        "tsv" => delimited(&records(cells), b'\t', path),
        "json" => Ok(format!("{:#}\n", records(cells).to_json()).into_bytes()),
        "md" => Ok(readable(cells).to_markdown().into_bytes()),
        _ => {
            let table = readable(cells);
            let title = table.title.clone();
            Ok(html(&title, vec![table]))
        }
    }
}

fn delimited(table: &Table, separator: u8, path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let failed =
        |error: csv::Error| Diagnostic::error("cannot-write", format!("cannot write `{}`: {error}", path.display()));
    table.to_delimited(separator).map_err(failed)
}

fn html(title: &str, tables: Vec<Table>) -> Vec<u8> {
    let sections = [Section {
        heading: String::new(),
        items: tables.into_iter().map(Rendered::Table).collect(),
    }];
    let content = Page {
        title,
        script: "",
        sections: &sections,
    };
    page(&content).into_bytes()
}

/// Teams are shown one by one, everything else as its table.
fn readable(cells: &[GridCell]) -> Table {
    match cells.first().map(|cell| &cell.value) {
        Some(Value::Teams(_)) => records(cells),
        _ => table_of(cells, false),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{EXTENSIONS, save};
    use crate::report::fixtures;
    use std::fs;
    use std::path::Path;

    #[test]
    fn writes_every_format() {
        let folder = tempfile::tempdir().unwrap();
        for extension in EXTENSIONS {
            let path = folder.path().join(format!("report.{extension}"));
            save(&fixtures::sweep(), &path).unwrap();
            let text = fs::read_to_string(&path).unwrap();
            // Markdown escapes the underscore.
            assert!(text.replace('\\', "").contains("residual_hos2"), "{extension}: {text}");
        }
        let upper = folder.path().join("REPORT.CSV");
        save(&fixtures::sweep(), &upper).unwrap();
        let json: serde_json::Value =
            serde_json::from_slice(&fs::read(folder.path().join("report.json")).unwrap()).unwrap();
        assert_eq!(json["rows"].as_array().map(Vec::len), Some(36));
    }

    #[test]
    fn unknown_extensions_are_named() {
        for (path, found) in [
            ("a.xlsx", "`.xlsx`"),
            ("teams", "no extension"),
            (".csv", "no extension"),
        ] {
            let error = save(&fixtures::sweep(), Path::new(path)).unwrap_err();
            assert!(error.message.contains(found), "{}", error.message);
            assert!(!Path::new(path).exists());
        }
    }

    #[test]
    fn a_missing_folder_is_an_error() {
        let error = save(&fixtures::sweep(), Path::new("no/such/folder/a.csv")).unwrap_err();
        assert!(error.message.contains("does not exist"), "{}", error.message);
    }
}
