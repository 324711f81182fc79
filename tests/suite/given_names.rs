//! Names that stand for values from outside: what the checker, completion and inspection make of them.

use grn::lang::check::check;
use grn::lang::checked::{CheckedKind, Environment};
use grn::lang::complete::complete;
use grn::lang::given::{GivenKind, GivenName};
use grn::lang::inspect::inspect;

fn environment() -> Environment {
    let given = |name: &str, kind| {
        let path = format!("/tmp/{name}.grn-columns").into();
        (name.to_owned(), GivenName { kind, path })
    };
    Environment {
        interactive: true,
        given: [
            given("mine", GivenKind::Pairs),
            given("teams2", GivenKind::Sets),
            given("notes", GivenKind::Other),
        ]
        .into(),
        ..Environment::default()
    }
}

/// Code, message, words beneath and help of the first problem.
fn problem(script: &str) -> [String; 4] {
    let checked = check(
        &grn_grammar::parse(script).script,
        &grn::stages::catalog(),
        &environment(),
    );
    let problem = checked.diagnostics.into_iter().next().unwrap();
    let (_, label) = problem.label.unwrap();
    [
        problem.code.to_owned(),
        problem.message,
        label,
        problem.help.unwrap_or_default(),
    ]
}

#[test]
fn a_given_name_stands_for_its_file() {
    let script = "let best = retrieve mine k=20 | select [teams2, mine, stage1]\nbest | decode exact";
    let checked = check(
        &grn_grammar::parse(script).script,
        &grn::stages::catalog(),
        &environment(),
    );
    assert_eq!(checked.diagnostics, []);
    let CheckedKind::Show(pipeline) = &checked.statements[0].kind else {
        panic!("expected a pipeline");
    };
    assert_eq!(
        pipeline.text,
        "retrieve mine k=20 | select [teams2, mine, stage1] | decode exact"
    );
    let best = checked.environment.names["best"].as_ref().unwrap();
    assert_eq!(best.uses, ["mine", "teams2"]);
    let plan = grn::plan::build::build(&checked, &|_| Ok([7; 32])).unwrap();
    let names: Vec<String> = plan.nodes.iter().map(|node| node.name()).collect();
    assert!(names.contains(&"retrieve mine".to_owned()) && names.contains(&"select teams2".to_owned()));
    let axes: Vec<String> = plan
        .shows()
        .flat_map(|show| &show.cells)
        .map(|cell| cell.axes[0].1.to_string())
        .collect();
    assert_eq!(axes, ["teams2", "mine", "stage1"]);
    let file = plan.nodes.iter().find(|node| node.name() == "select mine").unwrap();
    assert_eq!(file.arguments.text("file"), Some("/tmp/mine.grn-columns"));
}

#[test]
fn a_given_name_in_the_wrong_place_is_said() {
    assert_eq!(
        problem("retrieve teams2 k=20"),
        [
            "wrong-kind",
            "`teams2` is set scores, which `retrieve` doesn't take",
            "expected a ranking: a score for each regulator of a target",
            "`select teams2` uses it"
        ]
    );
    assert_eq!(
        problem("retrieve attn | select notes")[1],
        "`notes` is a table, which `select` doesn't take"
    );
    assert_eq!(
        problem("mine | plot coverage"),
        [
            "given-as-pipeline",
            "`mine` is a ranking and no pipeline",
            "expected a verb or the name of a pipeline",
            "`retrieve mine` and `select mine` use it"
        ]
    );
    assert_eq!(problem("retrieve mina k=20")[2], "did you mean `mine`?");
    assert_eq!(problem("retrieve attn | select stage1 | decode mine")[0], "wrong-kind");
    assert_eq!(problem("let mine = retrieve attn")[0], "shadows-given");
    assert_eq!(
        problem("retrieve mine file=\"tests/suite.rs\""),
        [
            "given-twice",
            "`mine` already says what `file` is",
            "expected no such argument",
            "`retrieve given` takes a file"
        ]
    );
    assert_eq!(problem("retrieve [mine, mine] k=20")[0], "repeated-value");
}

#[test]
fn completion_and_inspection_know_given_names() {
    let (catalog, environment) = (grn::stages::catalog(), environment());
    let candidates = |text: &str| -> Vec<String> {
        let found = complete(text, text.len(), &catalog, &environment);
        found.candidates.into_iter().map(|candidate| candidate.text).collect()
    };
    assert_eq!(candidates("retrieve mi"), ["mine"]);
    assert!(!candidates("retrieve ").contains(&"teams2".to_owned()));
    assert!(candidates("retrieve mine | select ").contains(&"teams2".to_owned()));
    assert!(candidates("retrieve mine k").contains(&"k=".to_owned()));
    for text in ["mine", "retrieve mine"] {
        let page = inspect(text, text.len(), &catalog, &environment).unwrap();
        assert_eq!(page.title, "mine");
    }
    let page = inspect("retrieve mine k=20", 15, &catalog, &environment).unwrap();
    assert_eq!(page.title, "k");
}

#[test]
fn a_given_name_is_taken_away_like_any_other() {
    let mut environment = environment();
    assert!(environment.forgettable().any(|name| name == "mine"));
    assert!(environment.forget("mine") && !environment.forget("mine"));
}
