//! `%time`: part of how a cell is read (`notebook/cell.rs`); here it is only described.

use super::{CommandSpec, Takes};

pub const SPEC: CommandSpec = CommandSpec {
    name: "%time",
    takes: Takes::Code,
    summary: "Runs the cell, then shows what each of its stages took; `%%time` is the same.",
    run: |_, _| Ok(()),
};
