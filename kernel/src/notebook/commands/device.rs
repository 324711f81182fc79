//! `%device`: where models run.

use super::{Call, CommandSpec};
use crate::display::Bundle;
use crate::notebook::{Notebook, Problem};
use grn::Source;
use grn::engine::device;

pub const SPEC: CommandSpec = CommandSpec {
    name: "%device",
    usage: "%device [auto | cpu | cuda]",
    summary: "Shows where models run, or changes it as `set device=…` does.",
    words: &["auto", "cpu", "cuda"],
    most: 1,
    least: 0,
    run,
};

fn run(notebook: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    if let Some(device) = call.words.first() {
        let source = Source::cell("%device", format!("set device={device}"));
        notebook.run_script(&source, call.frontend, call.cancel, false)?;
    }
    let option = notebook.session.environment().options.device.clone();
    let (resolved, remark) = device::resolve(&option);
    let words = match remark {
        Some(remark) => remark,
        None => format!("device={option}: models run on {}", device::name(&resolved)),
    };
    call.frontend.display(Bundle::text(words), None);
    Ok(())
}
