//! `%who`: the names of the session.

use super::CommandSpec;
use crate::display::Bundle;

pub const SPEC: CommandSpec = CommandSpec {
    name: "%who",
    usage: "%who",
    summary: "Lists names with their type, the size of what was computed for them, and the time it took.",
    words: &[],
    most: 0,
    least: 0,
    run: |_, call| {
        call.frontend.display(Bundle::text("todo"), None);
        Ok(())
    },
};
