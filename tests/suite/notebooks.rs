//! One cell after another in one session, as a notebook runs them.

use grn::engine::observer::{CancelToken, Event, Observer, Silent};
use grn::lang::diagnostics::Diagnostic;
use grn::{Failure, Session, Shown, Source};
use std::collections::BTreeMap;
use std::sync::Mutex;

fn session() -> Session {
    Session::new(BTreeMap::new())
}

fn cell(number: usize, text: &str) -> Source {
    Source::cell(format!("[{number}]"), text)
}

/// Runs a cell; `observer` is told of its stages.
fn run(session: &mut Session, number: usize, text: &str, observer: &dyn Observer) -> Result<Vec<Shown>, Failure> {
    let cancel = CancelToken::default();
    let prepared = session.prepare(&cell(number, text), &cancel)?;
    let mut shown = Vec::new();
    session.run(prepared, observer, &cancel, &mut |one| shown.push(one))?;
    Ok(shown)
}

fn problem(failure: Failure) -> Diagnostic {
    match failure {
        Failure::Script(problems) => problems.into_iter().next().unwrap(),
        Failure::Run(problem) => *problem,
        Failure::Cancelled(_) => panic!("nobody cancelled it"),
    }
}

/// The text that a problem points at, and the cell that it lies in.
fn place(session: &Session, problem: &Diagnostic) -> (String, String) {
    let (source, local) = session.place(problem);
    let (source, (span, _)) = (source.unwrap(), local.label.unwrap());
    (source.name.clone(), source.text[span.start..span.end].to_owned())
}

#[test]
fn a_failure_is_shown_in_the_cell_that_has_the_stage() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session();
    let load = format!("load sergio dir=\"{}\"", folder.path().display());
    assert!(run(&mut session, 1, "help", &Silent).is_ok());
    assert!(run(&mut session, 2, &format!("# the data\nlet data = {load}"), &Silent).is_ok());
    assert!(
        session
            .prepare(&cell(3, "data | nothing"), &CancelToken::default())
            .is_err()
    );
    let failed = problem(run(&mut session, 4, "data | table", &Silent).err().unwrap());
    assert_eq!(place(&session, &failed), ("[2]".to_owned(), load.clone()));
    let drawn = session.draw(&[failed], false);
    assert!(
        drawn.contains("[2]:2:12") && drawn.contains(&format!("let data = {load}")),
        "{drawn}"
    );
}

#[test]
fn a_problem_of_a_later_cell_lies_in_that_cell() {
    let mut session = session();
    assert!(run(&mut session, 1, "let pools = retrieve dot", &Silent).is_ok());
    for (text, at) in [
        ("pools | slect stage1", "slect"),
        ("pools | decode exact", "decode"),
        ("pools |", "|"),
    ] {
        let problems = session.check(&cell(2, text));
        assert_eq!(
            place(&session, &problems[0]),
            ("[2]".to_owned(), at.to_owned()),
            "{text}"
        );
    }
    let (source, problems) = session.help(Some("retreive"), None).unwrap_err();
    let (span, _) = problems[0].label.as_ref().unwrap();
    assert_eq!(source.text.get(span.start..span.end), Some("retreive"));
    let (source, problems) = session.override_option("device=gpu").unwrap_err();
    let (span, _) = problems[0].label.as_ref().unwrap();
    assert_eq!(source.text.get(span.start..span.end), Some("gpu"));
}
