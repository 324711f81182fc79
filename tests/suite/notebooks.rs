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

const SMALL: &str = "use simulate sergio genes=80 regulators=20 masters=8 types=3 cells=10";

/// Counts what really ran.
#[derive(Default)]
struct Ran(Mutex<Vec<String>>);

impl Ran {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Observer for Ran {
    fn event(&self, event: &Event) {
        if let Event::StageStarted { label, .. } = event {
            self.0.lock().unwrap().push(label.clone());
        }
    }
}

#[test]
fn a_name_bound_again_reruns_what_depends_on_it_and_nothing_else() {
    let (mut session, ran) = (session(), Ran::default());
    let mut ran_by = |number, text: &str| {
        run(&mut session, number, text, &ran).unwrap();
        ran.take()
    };
    ran_by(1, SMALL);
    ran_by(
        2,
        "let pools = retrieve popularity k=12\nlet other = retrieve correlation k=12",
    );
    let all = ran_by(3, "pools | select stage1 | decode topr");
    let verbs: Vec<&str> = all.iter().filter_map(|label| label.split(' ').next()).collect();
    assert_eq!(
        verbs,
        [
            "simulate", "features", "split", "retrieve", "select", "decode", "evaluate"
        ]
    );
    assert_eq!(ran_by(4, "other | table"), ["retrieve correlation"]);
    assert_eq!(ran_by(5, "pools | select stage1 | decode topr"), [""; 0]);
    ran_by(6, "let pools = retrieve popularity k=10");
    assert_eq!(ran_by(7, "other | table"), [""; 0]);
    let again = [
        "retrieve popularity",
        "select stage1",
        "decode topr",
        "evaluate exact_match",
    ];
    assert_eq!(ran_by(8, "pools | select stage1 | decode topr"), again);
}

#[test]
fn a_cell_that_is_wrong_changes_nothing() {
    let mut session = session();
    run(&mut session, 1, "let pools = retrieve popularity k=12", &Silent).unwrap();
    let text = "let pools = retrieve dot\nlet more = pools\nset device=cpu\nretrieve nope";
    assert!(run(&mut session, 2, text, &Silent).is_err());
    let names = session.names();
    let known: Vec<(&str, &str)> = names
        .iter()
        .map(|name| (name.name.as_str(), name.pipeline.as_str()))
        .collect();
    assert_eq!(known, [("pools", "retrieve popularity k=12")]);
    assert_eq!(session.environment().options.device, "auto");
}

/// Stops the run when a stage of this verb starts.
struct StopAt(&'static str, CancelToken);

impl Observer for StopAt {
    fn event(&self, event: &Event) {
        if matches!(event, Event::StageStarted { label, .. } if label.starts_with(self.0)) {
            self.1.cancel();
        }
    }
}

#[test]
fn a_cell_that_is_stopped_or_fails_keeps_its_names_and_what_was_finished() {
    let (mut session, cancel) = (session(), CancelToken::default());
    let source = cell(
        1,
        &format!("{SMALL}\nlet pools = retrieve attn k=12 epochs=2\npools | table"),
    );
    let prepared = session.prepare(&source, &cancel).unwrap();
    let observer = StopAt("retrieve", cancel.clone());
    let stopped = session.run(prepared, &observer, &cancel, &mut |_| {});
    assert!(matches!(stopped, Err(Failure::Cancelled(_))));
    let names = session.names();
    assert_eq!(names[1].name, "pools");
    assert_eq!((names[1].stages, names[1].finished), (4, 3), "all but the retriever");

    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "let broken = load sergio dir=\"{}\"\nbroken | table",
        folder.path().display()
    );
    assert!(matches!(run(&mut session, 2, &text, &Silent), Err(Failure::Run(_))));
    assert_eq!(session.names()[1].name, "broken");
}

#[test]
fn names_say_what_they_are_and_what_is_there() {
    let mut session = session();
    let text = format!("{SMALL}\nlet pools = retrieve popularity k=[8, 12]\nlet scorer = pools | select stage1");
    run(&mut session, 1, &text, &Silent).unwrap();
    let names = session.names();
    let summary: Vec<_> = names
        .iter()
        .map(|name| (name.name.as_str(), name.gives.unwrap().name(), name.finished))
        .collect();
    assert_eq!(
        summary,
        [("use", "Dataset", 0), ("pools", "Pools", 0), ("scorer", "Scorer", 0)]
    );
    assert_eq!(names[2].pipeline, "retrieve popularity k=[8, 12] | select stage1");
    assert_eq!(
        (names[1].uses.as_slice(), names[2].uses.as_slice()),
        (&["use".to_owned()][..], &["pools".to_owned()][..])
    );
    assert_eq!(
        (names[2].nodes.len(), names[2].stages),
        (2, 7),
        "two cells that share three stages"
    );

    run(&mut session, 2, "pools | table", &Silent).unwrap();
    let names = session.names();
    assert_eq!((names[1].finished, names[2].finished), (5, 5));
    assert!(names[1].held.bytes > 0 && names[1].held.seconds > 0.0);
    assert!(session.forget("pools") && !session.forget("pools"));
    assert_eq!(session.names().len(), 2);
    assert!(
        session
            .prepare(&cell(3, "scorer | decode topr"), &CancelToken::default())
            .is_ok()
    );

    session.reset();
    assert_eq!(session.names().len(), 0);
    let ran = Ran::default();
    run(&mut session, 4, &format!("{SMALL}\nretrieve popularity k=8"), &ran).unwrap();
    assert_eq!(ran.take().len(), 4, "finished values are gone as well");
}

#[test]
fn explain_in_a_session_says_what_is_there() {
    let mut session = session();
    run(&mut session, 1, &format!("{SMALL}\nretrieve popularity k=12"), &Silent).unwrap();
    let shown = run(
        &mut session,
        2,
        "explain retrieve popularity k=12 | select stage1",
        &Silent,
    )
    .unwrap();
    let Shown::Explanation(explanation) = &shown[0] else {
        panic!("an explanation");
    };
    let cached: Vec<bool> = explanation.stages.iter().map(|row| row.cached).collect();
    assert_eq!(cached, [true, true, true, true, false]);
    assert_eq!(explanation.to_text().matches("cached").count(), 4);
    let (alone, _) = session.explain(&cell(3, "retrieve popularity k=12")).unwrap();
    assert!(!alone[0].to_text().contains("cached"));
}

#[test]
fn a_file_that_changes_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("expression.csv");
    let mut session = session();
    let text = format!(
        "let data = load sergio expression=\"{0}\" interactions=\"{0}\"",
        path.display()
    );
    std::fs::write(&path, "1,2,3").unwrap();
    run(&mut session, 1, &text, &Silent).unwrap();
    let identity = |session: &mut Session| {
        let prepared = session
            .prepare(&cell(2, "data | table"), &CancelToken::default())
            .unwrap();
        prepared.plan.nodes[0].id
    };
    let first = identity(&mut session);
    assert_eq!(identity(&mut session), first);
    assert_eq!(session.names()[0].nodes, [[first]]);
    std::fs::write(&path, "1,2,4").unwrap();
    assert_ne!(session.names()[0].nodes, [[first]]);
    assert_ne!(identity(&mut session), first);
}

#[test]
fn an_interrupt_ends_the_planning_of_a_sweep() {
    let mut session = session();
    let cancel = CancelToken::default();
    cancel.cancel();
    let stopped = session.prepare(&cell(1, "retrieve dot k=[1, 2, 3] seed=1..1000"), &cancel);
    assert!(matches!(stopped.err(), Some(Failure::Cancelled(_))));
}
