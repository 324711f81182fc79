//! `%commands`: the commands themselves.

use super::{COMMANDS, CommandSpec};
use crate::display::page::page;
use grn::lang::page::{Block, Definition, Page};

pub const SPEC: CommandSpec = CommandSpec {
    name: "%commands",
    usage: "%commands",
    summary: "Lists these commands.",
    words: &[],
    most: 0,
    least: 0,
    run: |_, call| {
        call.frontend.display(page(&overview()), None);
        Ok(())
    },
};

fn overview() -> Page {
    let definition = |command: &CommandSpec| Definition {
        name: command.usage.to_owned(),
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
