//! The files that a run leaves behind: the page and the JSON document.

use grn::Source;
use grn::engine::outcome::Outcome;
use grn::lang::diagnostics::Diagnostic;
use grn::report::json::document;
use grn::report::page::{Page, Section, page};
use grn::report::render::Rendered;
use grn::report::write::{check_writable, write_atomically};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Columns of a table on standard output.
const TEXT_WIDTH: usize = 100;

/// What a run gave.
#[derive(Default)]
pub struct Results {
    /// `cpu` or `cuda`.
    pub device: &'static str,
    /// The values, in script order.
    pub outcomes: Vec<Outcome>,
    /// What each pipeline shows, in script order.
    pub sections: Vec<Section>,
}

/// Where the results go. Dropped without [`Files::write`], it takes away the folder that it made.
pub struct Files {
    page: PathBuf,
    json: Option<PathBuf>,
    made: Option<PathBuf>,
}

impl Files {
    /// Makes the page's folder and finds out, before a long run, whether everything can be written.
    pub fn prepare(folder: &Path, json: Option<&Path>, source: &Source) -> Result<Self, Diagnostic> {
        let made = (!folder.exists()).then(|| folder.to_owned());
        fs::create_dir_all(folder).map_err(|error| unmade(folder, &error))?;
        let files = Self {
            page: folder.join(format!("{}.html", title(source))),
            json: json.map(Path::to_owned),
            made,
        };
        check_writable(&files.page)?;
        files.json.as_deref().map_or(Ok(()), check_writable)?;
        Ok(files)
    }

    /// Writes the JSON document and the page; the page's path comes back.
    pub fn write(mut self, source: &Source, results: &Results, timings: bool) -> Result<PathBuf, Diagnostic> {
        if let Some(path) = &self.json {
            let document = document(&results.outcomes, results.device, timings);
            write_atomically(path, format!("{document:#}\n").as_bytes())?;
        }
        let page = page(&Page {
            title: &title(source),
            script: &source.text,
            sections: &results.sections,
        });
        write_atomically(&self.page, page.as_bytes())?;
        self.made = None;
        Ok(std::mem::take(&mut self.page))
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        if let Some(folder) = &self.made {
            // A folder that is no longer empty stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

fn unmade(folder: &Path, error: &io::Error) -> Diagnostic {
    let shown = folder.display();
    let reason = match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => "a file stands in the way".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    Diagnostic::error("cannot-write", format!("the folder `{shown}` can't be made: {reason}"))
        .help("`--out` takes the folder of the HTML page")
}

/// What a table says on standard output; figures are for the page alone.
pub fn text(rendered: &Rendered) -> Option<String> {
    match rendered {
        Rendered::Table(table) => Some(table.to_text(TEXT_WIDTH)),
        Rendered::Wrote(path) => Some(format!("wrote {}\n", path.display())),
        Rendered::Figure(_) => None,
    }
}

/// The script's name without folder and extension.
fn title(source: &Source) -> String {
    let stem = Path::new(&source.name).file_stem();
    stem.map_or_else(|| "script".to_owned(), |stem| stem.to_string_lossy().into_owned())
}
