//! What people wait for without noticing, if it is fast enough.

use crate::bench::measure::{Case, Run, Work};
use crate::bench::{Settings, Workload};
use crate::engine::context::RunResult;
use crate::lang::diagnostics::Diagnostic;
use crate::{Session, Source};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

/// The checker in this process.
pub const CHECK: Workload = Workload {
    name: "check",
    summary: "A script of 100 pipelines parsed and checked",
    cases: check,
};

/// The whole program.
pub const START: Workload = Workload {
    name: "start",
    summary: "`grn --version` and `grn check` from start to end, as processes",
    cases: start,
};

const PIPELINE: &str =
    "retrieve [dot, attn] k=80 | select [pairs2, residual_hos2] m=1.0 | decode exact cap=80 | evaluate\n";

/// A script of `pipelines` pipelines.
pub fn script(pipelines: usize) -> String {
    PIPELINE.repeat(pipelines)
}

fn check(_settings: &Settings) -> RunResult<Vec<Case>> {
    Ok(vec![Case::new("100 pipelines", "scripts", || checking(100))])
}

/// Checks a script of `pipelines` pipelines in a new session.
///
/// # Errors
/// A script that isn't right, which is a defect.
pub fn checking(pipelines: usize) -> RunResult<Run> {
    let source = Source::new("bench", &script(pipelines), None);
    Ok(Box::new(move || {
        match Session::new(BTreeMap::new()).check(&source).into_iter().next() {
            Some(problem) => Err(problem.into()),
            None => Ok(once()),
        }
    }))
}

fn once() -> Work {
    Work {
        count: 1.0,
        ..Work::default()
    }
}

fn start(settings: &Settings) -> RunResult<Vec<Case>> {
    let Some(program) = settings.program.clone() else {
        return Ok(Vec::new());
    };
    let checked = program.clone();
    Ok(vec![
        Case::new("--version", "starts", move || Ok(running(&program, &["--version"], ""))),
        Case::new("check -", "starts", move || {
            Ok(running(&checked, &["check", "-"], PIPELINE))
        }),
    ])
}

/// Runs a program with `input` as its standard input.
fn running(program: &Path, arguments: &'static [&'static str], input: &'static str) -> Run {
    let program = program.to_owned();
    Box::new(move || {
        let failed = |problem: String| Diagnostic::error("bench", format!("`{}` {problem}", program.display()));
        let mut command = Command::new(&program);
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command
            .spawn()
            .map_err(|error| failed(format!("can't be started: {error}")))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that reads nothing may be gone already.
            let _ = std::io::Write::write_all(&mut stdin, input.as_bytes());
        }
        let status = child
            .wait()
            .map_err(|error| failed(format!("can't be waited for: {error}")))?;
        match status.success() {
            true => Ok(once()),
            false => Err(failed(format!("ended with {status}")).into()),
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::checking;

    #[test]
    fn the_script_is_right() {
        assert_eq!(checking(3).unwrap()().unwrap().count, 1.0);
    }
}
