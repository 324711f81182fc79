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

/// Runs cells one after another; what really ran in the last one, by stage.
fn ran_last(session: &mut Session, cells: &[&str]) -> Vec<String> {
    let ran = Ran::default();
    for (index, text) in cells.iter().enumerate() {
        ran.take();
        run(session, index + 1, text, &ran).unwrap();
    }
    ran.take()
}

fn pipeline(session: &Session, name: &str) -> String {
    let names = session.names();
    names.into_iter().find(|known| known.name == name).unwrap().pipeline
}

#[test]
fn names_follow_a_chain_of_three_and_neighbours_stay() {
    let mut session = session();
    let cells = [
        SMALL,
        "let z = retrieve popularity k=8",
        "let y = z | select stage1",
        "let x = y | decode topr",
        "let other = retrieve correlation k=8\nother | table",
        "x | table",
    ];
    ran_last(&mut session, &cells);
    let nodes = |session: &Session| session.names().into_iter().find(|n| n.name == "other").unwrap().nodes;
    let before = nodes(&session);
    run(&mut session, 7, "let z = retrieve popularity k=10", &Silent).unwrap();
    assert_eq!(
        pipeline(&session, "x"),
        "retrieve popularity k=10 | select stage1 | decode topr"
    );
    let again = [
        "retrieve popularity",
        "select stage1",
        "decode topr",
        "evaluate exact_match",
    ];
    assert_eq!(ran_last(&mut session, &["x | table"]), again);
    assert_eq!(nodes(&session), before);
    assert_eq!(ran_last(&mut session, &["other | table"]), [""; 0]);
    let in_one_cell = "let z = retrieve popularity k=12\ny | decode topr";
    assert_eq!(
        ran_last(&mut session, &[in_one_cell]),
        again,
        "at once, in the same cell"
    );
}

#[test]
fn what_begins_with_the_default_source_follows_it() {
    let mut session = session();
    let genes = |session: &mut Session| {
        let prepared = session.prepare(&cell(9, "y | table"), &CancelToken::default()).unwrap();
        prepared.plan.nodes[0].id
    };
    ran_last(
        &mut session,
        &["let z = retrieve popularity k=8", "let y = z | select stage1"],
    );
    let built_in = genes(&mut session);
    ran_last(
        &mut session,
        &["let own = simulate sergio genes=300 | split stratified"],
    );
    let own = session.names()[0].nodes.clone();
    run(&mut session, 3, SMALL, &Silent).unwrap();
    let small = genes(&mut session);
    assert_ne!(small, built_in);
    assert_eq!(session.names()[1].nodes, own, "it has a source of its own");
    // A source that begins with the former one, and one that begins with a name.
    run(&mut session, 4, "use split stratified", &Silent).unwrap();
    assert_eq!(genes(&mut session), small);
    run(&mut session, 5, "use own", &Silent).unwrap();
    assert_ne!(genes(&mut session), small);
    run(
        &mut session,
        6,
        "let own = simulate sergio genes=90 regulators=20",
        &Silent,
    )
    .unwrap();
    let prepared = session.prepare(&cell(7, "y | table"), &CancelToken::default()).unwrap();
    let alone = session
        .prepare(&cell(8, "own | table"), &CancelToken::default())
        .unwrap();
    assert_eq!(
        prepared.plan.nodes[0].id, alone.plan.nodes[0].id,
        "through the default source"
    );
}

#[test]
fn a_definition_that_comes_back_to_its_name_means_the_former_one() {
    let mut session = session();
    let cells = [
        "let z = retrieve dot k=8",
        "let pools = z",
        "let pools = pools | inject oracle",
        "let best = pools | select stage1",
    ];
    ran_last(&mut session, &cells);
    assert_eq!(
        pipeline(&session, "best"),
        "retrieve dot k=8 | inject oracle | select stage1"
    );
    run(&mut session, 5, "let z = retrieve dot k=9", &Silent).unwrap();
    assert_eq!(
        pipeline(&session, "best"),
        "retrieve dot k=9 | inject oracle | select stage1"
    );

    // A circle: `b` is made of `a`, which was made of the former `b` and stays.
    ran_last(&mut session, &["let b = z", "let a = b | inject oracle", "let b = a"]);
    assert_eq!(pipeline(&session, "a"), "retrieve dot k=9 | inject oracle");
    assert_eq!(pipeline(&session, "b"), pipeline(&session, "a"));
    run(&mut session, 9, "let b = a", &Silent).unwrap();
    run(&mut session, 10, "let z = retrieve dot k=7", &Silent).unwrap();
    assert_eq!(pipeline(&session, "b"), "retrieve dot k=7 | inject oracle");
}

#[test]
fn a_name_that_no_longer_fits_says_why_until_it_is_mended() {
    let mut session = session();
    let cells = [
        "let z = retrieve dot k=8",
        "let y = z | select stage1",
        "let x = y | decode topr",
        "let other = z",
    ];
    ran_last(&mut session, &cells);
    let redefined = "let z = retrieve dot k=8 | select stage1";
    let prepared = session.prepare(&cell(5, redefined), &CancelToken::default()).unwrap();
    let warnings: Vec<&str> = prepared.warnings.iter().map(|w| w.message.as_str()).collect();
    assert_eq!(warnings, ["`x` and `y` depend on `z` and no longer fit"]);
    run(&mut session, 5, redefined, &Silent).unwrap();
    assert_eq!(pipeline(&session, "other"), "retrieve dot k=8 | select stage1");
    for name in ["x", "y"] {
        let problems = session.check(&cell(6, &format!("{name} | table")));
        let places: Vec<(String, String)> = problems.iter().map(|problem| place(&session, problem)).collect();
        let expected = [("[2]", "select"), ("[6]", name)];
        assert_eq!(places, expected.map(|(cell, text)| (cell.to_owned(), text.to_owned())));
        assert_eq!(
            problems[1].message,
            format!("`{name}` has errors since `z` was redefined")
        );
    }
    assert!(
        session
            .names()
            .iter()
            .any(|name| name.name == "x" && name.gives.is_none())
    );
    run(&mut session, 7, "let y = z", &Silent).unwrap();
    assert_eq!(
        pipeline(&session, "x"),
        "retrieve dot k=8 | select stage1 | decode topr"
    );

    // A default source that broke is not silently the built-in one.
    ran_last(&mut session, &["let data = simulate sergio genes=90", "use data"]);
    run(&mut session, 3, "let data = simulate sergio genes=90 | table", &Silent).unwrap();
    assert_eq!(
        (session.names()[0].name.as_str(), session.names()[0].gives),
        ("use", None)
    );
    let problems = session.check(&cell(4, "retrieve dot"));
    assert!(
        problems.iter().any(|problem| problem.code == "broken-name"),
        "{problems:?}"
    );
}

#[test]
fn a_default_source_that_is_too_far_along_says_how_to_go_back() {
    let mut session = session();
    run(&mut session, 1, "use retrieve dot", &Silent).unwrap();
    let problems = session.check(&cell(2, "retrieve attn"));
    assert_eq!(
        problems[0].help.as_deref(),
        Some("`use simulate sergio` goes back to the built-in data")
    );
    let problems = session.check(&cell(3, "use simulate sergio\nretrieve attn | plot response target=12"));
    assert!(
        problems.iter().all(|problem| problem.code != "wrong-type"),
        "{problems:?}"
    );
}
