//! `%device`: where models run.

use super::{Call, CommandSpec, Takes};
use crate::display::Bundle;
use crate::notebook::{Notebook, Problem};
use grn::Source;
use grn::engine::device;
use grn::lang::catalog::ParameterKind;
use grn::lang::options::OPTIONS;

pub const SPEC: CommandSpec = CommandSpec {
    name: "%device",
    takes: Takes::Choice { of: devices, most: 1 },
    summary: "Shows where models run, or changes it as `set device=…` does.",
    run,
};

fn devices() -> Vec<&'static str> {
    let choices = OPTIONS.iter().find(|option| option.name == "device");
    match choices.map(|option| option.kind) {
        Some(ParameterKind::Choice(devices)) => devices.to_vec(),
        _ => Vec::new(),
    }
}

fn run(notebook: &mut Notebook, call: &Call<'_>) -> Result<(), Problem> {
    if let Some(device) = call.first() {
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
