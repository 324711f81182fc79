//! `%commands`: the commands themselves.

use super::{COMMANDS, CommandSpec, Takes};
use crate::display::page::page;
use grn::lang::page::{Block, Definition, Page};

pub const SPEC: CommandSpec = CommandSpec {
    name: "%commands",
    takes: Takes::Nothing,
    summary: "Lists these commands.",
    run: |_, call| {
        call.frontend.display(page(&overview()), None);
        Ok(())
    },
};

fn overview() -> Page {
    let definition = |command: &CommandSpec| Definition {
        name: command.usage(),
        kind: String::new(),
        text: command.summary.to_owned(),
    };
    let about = "Commands stand on lines of their own: above code they run before it, beneath code after it. \
                 A word or a stage with `?` behind it, such as `decode exact?`, shows its page.";
    Page {
        title: "Commands of the notebook".to_owned(),
        blocks: vec![
            Block::Prose(about.to_owned()),
            Block::Definitions(COMMANDS.iter().map(definition).collect()),
        ],
    }
}
