//! Cells of one session, shown to a frontend that takes notes.

#![allow(clippy::unwrap_used)]

use grn::engine::observer::CancelToken;
use grn_kernel::display::Bundle;
use grn_kernel::notebook::{Executed, Frontend, Notebook, Question, StdinRefused, StreamName};
use std::collections::BTreeMap;
use std::sync::Mutex;

const SOURCE: &str = "use simulate sergio genes=80 regulators=20 masters=8 types=3 cells=10 | split stratified";

/// What a cell sent, in order.
#[derive(Default)]
struct Notes {
    sent: Mutex<Vec<(&'static str, String)>>,
    answer: Option<&'static str>,
}

impl Notes {
    fn add(&self, kind: &'static str, bundle: &Bundle) {
        let text = bundle.text_of("text/plain");
        self.sent.lock().unwrap().push((kind, text.to_owned()));
    }

    fn kinds(&self) -> Vec<&'static str> {
        self.sent.lock().unwrap().iter().map(|(kind, _)| *kind).collect()
    }

    fn texts(&self) -> Vec<String> {
        self.sent.lock().unwrap().iter().map(|(_, text)| text.clone()).collect()
    }
}

impl Frontend for Notes {
    fn display(&self, bundle: Bundle, _id: Option<&str>) {
        self.add("display", &bundle);
    }

    fn update(&self, bundle: Bundle, _id: &str) {
        self.add("update", &bundle);
    }

    fn result(&self, bundle: Bundle) {
        self.add("result", &bundle);
    }

    fn stream(&self, name: StreamName, text: &str) {
        let kind = match name {
            StreamName::Out => "stdout",
            StreamName::Err => "stderr",
        };
        self.sent.lock().unwrap().push((kind, text.to_owned()));
    }

    fn ask(&self, _question: &Question<'_>) -> Result<String, StdinRefused> {
        self.answer.map(str::to_owned).ok_or(StdinRefused::NotAllowed)
    }
}

fn notebook() -> Notebook {
    Notebook::new(BTreeMap::new())
}

fn run(notebook: &mut Notebook, code: &str) -> (Executed, Notes) {
    run_answering(notebook, code, None)
}

fn run_answering(notebook: &mut Notebook, code: &str, answer: Option<&'static str>) -> (Executed, Notes) {
    let notes = Notes {
        answer,
        ..Notes::default()
    };
    let executed = notebook.execute(code, 7, false, &notes, &CancelToken::default());
    (executed, notes)
}

#[test]
fn a_second_run_is_all_from_cache() {
    let mut notebook = notebook();
    let code = format!("{SOURCE}\nretrieve popularity k=12 | select stage1 | decode exact cap=12");
    let (executed, first) = run(&mut notebook, &code);
    assert_eq!(executed.problem, None);
    let summary = &first.texts()[0];
    assert!(
        summary.contains(" stages in ") && summary.ends_with(" s · cpu"),
        "{summary}"
    );
    assert!(first.texts().iter().any(|text| text.contains("Exact match")));
    assert!(first.kinds().contains(&"result"));
    let (_, second) = run(
        &mut notebook,
        "retrieve popularity k=12 | select stage1 | decode exact cap=12",
    );
    assert!(second.texts()[0].contains("all from cache"), "{:?}", second.texts());
    assert_eq!(first.texts()[1..], second.texts()[1..], "the same results");
}

#[test]
fn names_live_across_cells_and_define_silently() {
    let mut notebook = notebook();
    let (executed, notes) = run(
        &mut notebook,
        &format!("{SOURCE}\nlet pools = retrieve popularity k=12"),
    );
    assert_eq!((executed.problem, notes.kinds()), (None, vec![]));
    let (executed, notes) = run(&mut notebook, "pools");
    assert_eq!(executed.problem, None);
    assert!(
        notes.texts().iter().any(|text| text.contains("Recall")),
        "{:?}",
        notes.texts()
    );
}

#[test]
fn all_problems_come_at_once_and_nothing_runs() {
    let mut notebook = notebook();
    let (executed, notes) = run(
        &mut notebook,
        "%device cpu\nretrieve atn k=80\nretrieve dot k=zero\n%whoo",
    );
    let problem = executed.problem.unwrap();
    assert_eq!(problem.name, "grn::unknown-command");
    assert!(problem.value.ends_with("(and 2 more errors)"), "{}", problem.value);
    let traceback = problem.traceback.join("\n");
    for part in [
        "cell 7:2:10",
        "cell 7:3:16",
        "cell 7:4:1",
        "did you mean `attn`?",
        "\u{1b}[",
    ] {
        assert!(traceback.contains(part), "{part} in {traceback}");
    }
    assert_eq!(notes.kinds(), Vec::<&str>::new());
}

#[test]
fn a_failure_points_into_the_cell_that_wrote_the_stage() {
    let mut notebook = notebook();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display();
    run(&mut notebook, "# first\n\n");
    let wrong = format!("let data = load sergio dir=\"{path}\"");
    let (executed, _) = run(&mut notebook, &wrong);
    assert_eq!(executed.problem, None);
    let (executed, _) = run(
        &mut notebook,
        "# a longer text than the one above, so that its places lie behind\ndata",
    );
    let traceback = executed.problem.unwrap().traceback.join("\n");
    assert!(traceback.contains("let data"), "{traceback}");
}

#[test]
fn questions_go_to_the_pager() {
    let (executed, notes) = run(&mut notebook(), "decode exact?");
    assert_eq!(executed.payload[0]["source"], "page");
    let text = executed.payload[0]["data"]["text/plain"].as_str().unwrap();
    assert!(text.starts_with("decode exact"), "{text}");
    assert!(notes.kinds().is_empty());
    let (executed, _) = run(&mut notebook(), "decod exakt?");
    assert_eq!(executed.problem.unwrap().name, "grn::unknown-name");
}

#[test]
fn reset_asks_first() {
    let mut notebook = notebook();
    let define = format!("{SOURCE}\nlet pools = retrieve popularity k=12");
    run(&mut notebook, &define);
    let (executed, _) = run(&mut notebook, "%reset");
    assert_eq!(executed.problem.unwrap().name, "grn::cannot-ask");
    run_answering(&mut notebook, "%reset", Some("n"));
    assert_eq!(run(&mut notebook, "pools").0.problem, None);
    run_answering(&mut notebook, "%reset", Some("y"));
    assert!(run(&mut notebook, "pools").0.problem.is_some());
    run(&mut notebook, &define);
    run(&mut notebook, "%reset -f");
    assert!(run(&mut notebook, "pools").0.problem.is_some());
}

/// Interrupts the cell as soon as it shows progress.
struct Impatient<'a>(&'a CancelToken);

impl Frontend for Impatient<'_> {
    fn display(&self, bundle: Bundle, _id: Option<&str>) {
        if bundle.text_of("text/plain").contains("epoch") {
            self.0.cancel();
        }
    }

    fn update(&self, bundle: Bundle, id: &str) {
        self.display(bundle, Some(id));
    }

    fn result(&self, _bundle: Bundle) {}

    fn stream(&self, _name: StreamName, _text: &str) {}

    fn ask(&self, _question: &Question<'_>) -> Result<String, StdinRefused> {
        Err(StdinRefused::NotAllowed)
    }
}

#[test]
fn an_interrupt_keeps_what_was_finished() {
    let mut notebook = notebook();
    let cancel = CancelToken::default();
    let code = format!("{SOURCE}\nlet pools = retrieve popularity k=12\npools\nretrieve attn k=12 epochs=10000");
    let executed = notebook.execute(&code, 1, false, &Impatient(&cancel), &cancel);
    let problem = executed.problem.unwrap();
    assert_eq!(problem.name, "Interrupted");
    assert!(
        problem.value.starts_with("retrieve attn was stopped; "),
        "{}",
        problem.value
    );
    let (executed, notes) = run(&mut notebook, "pools");
    assert_eq!(executed.problem, None);
    assert!(notes.texts()[0].contains("all from cache"), "{:?}", notes.texts());
}

/// Falls over its first table.
struct Broken;

impl Frontend for Broken {
    fn display(&self, _bundle: Bundle, _id: Option<&str>) {}

    fn update(&self, _bundle: Bundle, _id: &str) {}

    fn result(&self, _bundle: Bundle) {
        panic!("no paper left");
    }

    fn stream(&self, _name: StreamName, _text: &str) {}

    fn ask(&self, _question: &Question<'_>) -> Result<String, StdinRefused> {
        Err(StdinRefused::NotAllowed)
    }
}

#[test]
fn a_defect_ends_the_cell_and_not_the_session() {
    let mut notebook = notebook();
    let code = format!("{SOURCE}\nlet pools = retrieve popularity k=12\npools");
    let executed = notebook.execute(&code, 1, false, &Broken, &CancelToken::default());
    let problem = executed.problem.unwrap();
    assert_eq!(problem.name, "grn::internal");
    assert!(problem.value.contains("no paper left"), "{}", problem.value);
    assert_eq!(run(&mut notebook, "pools").0.problem, None);
}

#[test]
fn names_and_the_default_source_can_be_forgotten() {
    let mut notebook = notebook();
    run(
        &mut notebook,
        &format!("{SOURCE}\nlet pools = retrieve popularity k=12"),
    );
    assert_eq!(run(&mut notebook, "%forget use pools").0.problem, None);
    let (_, notes) = run(&mut notebook, "%who");
    assert!(notes.texts()[0].starts_with("no names yet"), "{:?}", notes.texts());
    let (executed, _) = run(&mut notebook, "%forget use");
    assert_eq!(executed.problem.unwrap().name, "grn::unknown-name");
}

#[test]
fn silence_is_silent() {
    let mut notebook = notebook();
    let notes = Notes::default();
    let executed = notebook.execute("help", 1, true, &notes, &CancelToken::default());
    assert_eq!((executed.problem, notes.kinds()), (None, vec![]));
    let executed = notebook.execute("retrieve atn", 1, true, &notes, &CancelToken::default());
    assert!(executed.problem.is_some());
}

#[test]
fn reports_hold_what_was_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.html");
    let mut notebook = notebook();
    let code = format!("{SOURCE}\nretrieve popularity k=12\n%report {}", path.display());
    assert_eq!(run(&mut notebook, &code).0.problem, None);
    assert!(std::fs::read_to_string(path).unwrap().contains("retrieve popularity"));
    let (executed, _) = run(&mut notebook, "%report /nowhere/at/all.html");
    let traceback = executed.problem.unwrap().traceback.join("\n");
    assert!(traceback.contains("cell 7:1:9"), "{traceback}");
    let (executed, _) = run(&mut notebook, "%forget pool pools");
    assert_eq!(executed.problem.unwrap().name, "grn::unknown-name");
}

#[test]
fn words_go_to_the_streams() {
    let (_, notes) = run(&mut notebook(), "%echo hello  there\n%echo -e oh");
    assert_eq!(notes.texts(), ["hello there\n", "oh\n"]);
    assert_eq!(notes.kinds(), ["stdout", "stderr"]);
}

#[test]
fn time_lists_every_stage() {
    let mut notebook = notebook();
    let (_, notes) = run(&mut notebook, &format!("{SOURCE}\n%time retrieve popularity k=12"));
    let last = notes.texts().pop().unwrap();
    assert!(
        last.contains("retrieve popularity") && last.contains("in all"),
        "{last}"
    );
}
