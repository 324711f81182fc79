//! `%who`: the names of the session.

use super::{Call, CommandSpec, Takes};
use crate::display::{Bundle, table};
use crate::notebook::{Notebook, Problem};
use grn::NameSummary;
use grn::plan::explain::size_in_words;
use grn::report::duration;
use grn::report::table::{Cell, Column, Table};

pub const SPEC: CommandSpec = CommandSpec {
    name: "%who",
    takes: Takes::Nothing,
    summary: "Lists names with their type, the size of what was computed for them, and the time it took.",
    run,
};

fn run(notebook: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    let names = notebook.session.names();
    let bundle = match names.is_empty() {
        true => Bundle::text("no names yet; `let pools = retrieve attn` makes one"),
        false => table::table(&who(&names)),
    };
    call.frontend.display(bundle, None);
    Ok(())
}

fn who(names: &[NameSummary]) -> Table {
    let columns = vec![
        Column::words("name").key(),
        Column::words("type"),
        Column::words("pipeline"),
        Column::numbers("finished stages"),
        Column::numbers("size"),
        Column::numbers("time"),
    ];
    let mut table = Table::new("Names", columns);
    for name in names {
        table.push(row(name));
    }
    table.note("size and time: of the finished stages of each name; names share stages");
    table
}

fn row(name: &NameSummary) -> Vec<Cell> {
    let gives = name.gives.map(|kind| kind.to_string());
    let kind = gives.or_else(|| name.given.map(|kind| kind.to_string()));
    let kind = kind.map_or_else(Cell::missing, Cell::words);
    let held = &name.held;
    let computed = |cell: Cell| match name.finished {
        0 => Cell::missing(),
        _ => cell,
    };
    let bytes = held.bytes as u64;
    vec![
        Cell::words(name.name.as_str()),
        kind,
        Cell::words(name.pipeline.as_str()),
        match name.given {
            Some(_) => Cell::missing(),
            None => Cell::words(format!("{} of {}", name.finished, name.stages)),
        },
        computed(Cell::shown(size_in_words(bytes), bytes)),
        computed(Cell::shown(duration::words(held.seconds), held.seconds)),
    ]
}
