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

/// Columns of a table on a standard output that is no terminal.
const TEXT_WIDTH: usize = 100;
/// Columns of a terminal that tables and notes make use of: lines that are longer read badly, and narrower ones hold
/// no table.
const TERMINAL_WIDTHS: std::ops::RangeInclusive<u16> = 60..=120;

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

/// Where the results go.
pub struct Files {
    folder: PathBuf,
    page: PathBuf,
    json: Option<PathBuf>,
}

impl Files {
    /// Finds out, before a long run, whether everything can be written. Leaves nothing behind.
    pub fn prepare(folder: &Path, json: Option<&Path>, source: &Source) -> Result<Self, Diagnostic> {
        let files = Self {
            folder: folder.to_owned(),
            page: folder.join(format!("{}.html", title(source))),
            json: json.map(Path::to_owned),
        };
        let _trial = MadeFolder::make(folder)?;
        check_writable(&files.page)?;
        files.json.as_deref().map_or(Ok(()), check_writable)?;
        Ok(files)
    }

    /// Writes the JSON document, and the page into its folder, which is made where missing; the page's path comes back.
    pub fn write(self, source: &Source, results: &Results, timings: bool) -> Result<PathBuf, Diagnostic> {
        // The document may belong into the same folder.
        let _made = MadeFolder::make(&self.folder)?;
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
        Ok(self.page)
    }
}

/// Folders that were made for what comes; dropped, it takes away those that are still empty.
struct MadeFolder {
    /// From the inside out.
    made: Vec<PathBuf>,
}

impl MadeFolder {
    fn make(folder: &Path) -> Result<Self, Diagnostic> {
        let missing = folder
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let made = missing.map(Path::to_owned).collect();
        fs::create_dir_all(folder).map_err(|error| unmade(folder, &error))?;
        Ok(Self { made })
    }
}

impl Drop for MadeFolder {
    fn drop(&mut self) {
        for folder in &self.made {
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
        Rendered::Table(table) => Some(table.to_text(text_width())),
        Rendered::Wrote(path) => Some(format!("wrote {}\n", path.display())),
        Rendered::Figure(_) => None,
    }
}

fn text_width() -> usize {
    let terminal = console::Term::stdout();
    let size = terminal.size_checked().filter(|_| terminal.is_term());
    size.map_or(TEXT_WIDTH, |(_, columns)| {
        usize::from(columns.clamp(*TERMINAL_WIDTHS.start(), *TERMINAL_WIDTHS.end()))
    })
}

/// The script's name without folder and extension.
fn title(source: &Source) -> String {
    let stem = Path::new(&source.name).file_stem();
    stem.map_or_else(|| "script".to_owned(), |stem| stem.to_string_lossy().into_owned())
}
