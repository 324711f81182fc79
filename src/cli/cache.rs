//! `grn cache`: the stages that are kept between runs.

use super::Exit;
use super::arguments::{CacheCommand, CachePlace};
use super::diagnostics::Reporter;
use super::environment;
use super::output::Output;
use grn::cache::{Folder, Listed, default_folder};
use grn::lang::diagnostics::Diagnostic;
use grn::lang::types::Type;
use grn::plan::explain::size_in_words;
use grn::report::duration;
use grn::report::table::{Cell, Column, Table};
use serde_json::{Value, json};
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

/// Columns of the table.
const WIDTH: usize = 140;

/// Does one of the things that can be done with kept stages.
pub fn cache(command: &CacheCommand, reporter: &Reporter, output: &mut Output) -> Exit {
    let folder = match folder(command.place()) {
        Ok(folder) => folder,
        Err(problem) => {
            reporter.report(None, &[problem]);
            return Exit::Wrong;
        }
    };
    let done = match command {
        CacheCommand::List { .. } => list(&folder, output),
        CacheCommand::Size { .. } => size(&folder, output),
        CacheCommand::Clear { .. } => clear(&folder, output),
        CacheCommand::Verify { .. } => verify(&folder, reporter, output),
    };
    done.unwrap_or_else(|error| {
        let message = format!("`{}` can't be used: {error}", folder.path().display());
        let problem = Diagnostic::error("cache", message).help("check its permissions");
        reporter.report(None, &[problem]);
        Exit::Failed
    })
}

/// The folder that is named, otherwise the one that runs use.
fn folder(place: &CachePlace) -> Result<Folder, Diagnostic> {
    let known = || default_folder(&environment::variables());
    let folder = place.folder.clone().or_else(known).ok_or_else(|| {
        Diagnostic::error("cache", "no folder of kept stages is known")
            .help("`--folder DIR` names one; `GRN_CACHE` is `off`, or there is no home folder")
    })?;
    match folder.is_file() {
        true => Err(
            Diagnostic::error("cache", format!("`{}` is a file, expected a folder", folder.display()))
                .help("`set cache` and `--folder` name the folder itself"),
        ),
        false => Ok(Folder::new(folder)),
    }
}

fn list(folder: &Folder, output: &mut Output) -> io::Result<Exit> {
    let mut entries = folder.list()?;
    entries.sort_by(|a, b| b.used.cmp(&a.used).then_with(|| a.path.cmp(&b.path)));
    let total = entries.iter().map(|entry| entry.bytes).sum();
    let columns = [
        Column::words("stage").key(),
        Column::words("gives"),
        Column::numbers("took"),
        Column::numbers("size"),
        Column::numbers("last used"),
        Column::words("made on"),
        Column::words("file"),
    ];
    let table = Table {
        title: format!("stages kept in {}", folder.path().display()),
        columns: columns.into(),
        rows: entries.iter().map(row).collect(),
        notes: vec![in_words(entries.len(), total)],
    };
    output.print(&table.to_text(WIDTH));
    Ok(Exit::Fine)
}

fn row(entry: &Listed) -> Vec<Cell> {
    let cell = |text: String, value: Value| Cell { text, value };
    let word = |text: &str| cell(text.to_owned(), json!(text));
    let used = entry.used.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let age = SystemTime::now().duration_since(entry.used).unwrap_or_default();
    let (stage, kind, took, machine) = match &entry.header {
        Ok(header) => (
            word(&header.stage),
            word(header.kind().map_or("?", Type::name)),
            cell(duration::words(header.seconds), json!(header.seconds)),
            word(&header.machine),
        ),
        Err(reason) => (word("damaged"), word("?"), word("?"), word(reason)),
    };
    let file = entry.path.file_name().unwrap_or_default().to_string_lossy();
    vec![
        stage,
        kind,
        took,
        cell(size_in_words(entry.bytes), json!(entry.bytes)),
        cell(format!("{} ago", duration::about(age.as_secs_f64())), json!(used)),
        machine,
        word(&file),
    ]
}

fn size(folder: &Folder, output: &mut Output) -> io::Result<Exit> {
    let (count, bytes) = folder.size()?;
    output.print(&format!("{}: {}", folder.path().display(), in_words(count, bytes)));
    Ok(Exit::Fine)
}

fn clear(folder: &Folder, output: &mut Output) -> io::Result<Exit> {
    let (count, bytes) = folder.clear()?;
    output.print(&format!(
        "{}: {} removed",
        folder.path().display(),
        in_words(count, bytes)
    ));
    Ok(Exit::Fine)
}

fn verify(folder: &Folder, reporter: &Reporter, output: &mut Output) -> io::Result<Exit> {
    let (count, damaged) = folder.verify()?;
    for (path, reason) in &damaged {
        let message = format!("`{}` is damaged: {reason}", path.display());
        let problem = Diagnostic::error("damaged-stage", message);
        reporter.report(
            None,
            &[problem.help("a run that needs it makes it again; it may be deleted")],
        );
    }
    let sound = count - damaged.len();
    output.print(&format!(
        "{}: {sound} of {} are sound",
        folder.path().display(),
        stages(count)
    ));
    Ok(match damaged.is_empty() {
        true => Exit::Fine,
        false => Exit::Failed,
    })
}

fn in_words(count: usize, bytes: u64) -> String {
    format!("{}, {}", stages(count), size_in_words(bytes))
}

fn stages(count: usize) -> String {
    match count {
        1 => "1 stage".to_owned(),
        count => format!("{count} stages"),
    }
}
