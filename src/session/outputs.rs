//! The files that a script writes, looked at before anything runs.

use super::Failure;
use crate::lang::catalog::ParameterKind;
use crate::lang::diagnostics::Diagnostic;
use crate::plan::graph::{Plan, Request, View};
use crate::report::save::{check_extension, is_picture};
use crate::report::write::check_writable;
use std::path::Path;

/// Finds out, before anything runs, whether every file that the script writes can be written.
pub(super) fn check_outputs(plan: &Plan) -> Result<(), Failure> {
    let problems: Vec<Diagnostic> = shown(plan)
        .flatten()
        .flat_map(|view| problems_at(view, check_writable))
        .collect();
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Failure::Script(problems)),
    }
}

/// The files whose ending names no format.
pub(super) fn unknown_extensions(plan: &Plan) -> Vec<Diagnostic> {
    let problems = shown(plan).flat_map(|views| {
        let saves = views.iter().enumerate().filter(|(_, view)| view.spec.verb == "save");
        saves.flat_map(|(place, view)| {
            let before = place.checked_sub(1).and_then(|place| views.get(place));
            let drawn = before.is_some_and(|before| before.spec.verb == "plot" && before.nodes == view.nodes);
            problems_at(view, move |path| match drawn && is_picture(path) {
                true => Ok(()),
                false => check_extension(path).map(drop),
            })
        })
    });
    problems.collect()
}

/// The views of every pipeline that is shown.
fn shown(plan: &Plan) -> impl Iterator<Item = &Vec<View>> {
    plan.requests.iter().filter_map(|request| match request {
        Request::Show(show) => Some(&show.views),
        Request::Explain(_) | Request::Help { .. } => None,
    })
}

/// What `check` finds wrong with the files that a view writes.
fn problems_at(view: &View, check: impl Fn(&Path) -> Result<(), Diagnostic>) -> Vec<Diagnostic> {
    let parameters = view.spec.parameters.iter();
    let written = parameters.filter(|parameter| {
        matches!(parameter.kind, ParameterKind::File) && !view.spec.reads.contains(&parameter.name)
    });
    let paths = written.filter_map(|parameter| view.arguments.text(parameter.name));
    let problems = paths.filter_map(|path| check(Path::new(path)).err());
    problems
        .map(|problem| problem.at(view.span, "this writes it"))
        .collect()
}
