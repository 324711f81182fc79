//! Completion and inspection, on the real catalog.

use grn::lang::check::check;
use grn::lang::checked::Environment;
use grn::lang::complete::{Candidate, CandidateKind, Completions, complete};
use grn::lang::inspect::inspect;
use std::path::Path;

fn session(script: &str) -> Environment {
    let environment = Environment {
        interactive: true,
        ..Environment::default()
    };
    check(
        &grn_grammar::parse(script).script,
        &grn::stages::catalog(),
        &environment,
    )
    .environment
}

fn split(marked: &str) -> (String, usize) {
    let offset = marked.find('^').unwrap();
    (marked.replacen('^', "", 1), offset)
}

fn completions(marked: &str, environment: &Environment) -> Completions {
    let (source, offset) = split(marked);
    complete(&source, offset, &grn::stages::catalog(), environment)
}

fn texts(marked: &str, environment: &Environment) -> Vec<String> {
    let candidates = completions(marked, environment).candidates.into_iter();
    candidates.map(|candidate| candidate.text).collect()
}

fn here(marked: &str) -> Vec<String> {
    texts(marked, &Environment::default())
}

fn find(marked: &str, text: &str, environment: &Environment) -> Candidate {
    let candidates = completions(marked, environment).candidates;
    candidates.into_iter().find(|candidate| candidate.text == text).unwrap()
}

/// The text with the only candidate in place.
fn accept(marked: &str, environment: &Environment) -> String {
    let (mut source, _) = split(marked);
    let Completions { span, candidates } = completions(marked, environment);
    let [only] = &candidates[..] else {
        panic!("{marked}: {candidates:?}");
    };
    source.replace_range(span.start..span.end, &only.text);
    source
}

/// Views fit nearly everywhere.
fn without_views(mut verbs: Vec<String>) -> Vec<String> {
    verbs.retain(|verb| !["plot", "table", "audit", "save"].contains(&verb.as_str()));
    verbs
}

#[test]
fn stages_fit_what_flows() {
    let after = |left: &str| without_views(here(&format!("{left} | ^")));
    assert_eq!(after("retrieve attn"), ["inject", "select", "evaluate"]);
    assert_eq!(after("retrieve [attn, dot] | select stage1"), ["decode", "predict"]);
    assert_eq!(after("simulate sergio"), ["features", "split", "retrieve"]);
    assert_eq!(after("retrieve attn | plot coverage"), ["inject", "select", "evaluate"]);
    assert!(here("retrieve dot | select stage1 | decode topr | plot ^").contains(&"exact".to_owned()));
    assert!(!here("retrieve dot | select stage1 | predict | plot ^").contains(&"exact".to_owned()));
    assert!(here("^").contains(&"retrieve".to_owned()) && here("^").contains(&"let".to_owned()));
    assert!(!here("^").contains(&"decode".to_owned()), "nothing begins with decode");
    assert_eq!(here("retrieve attn\n  | sel^"), ["select"]);
    assert_eq!(here("let x = ret^"), ["retrieve"]);
    assert_eq!(here("use lo^"), ["load"]);
    assert!(here("retrieve attn | plot ^").contains(&"coverage".to_owned()));
    assert!(!here("retrieve attn | plot ^").contains(&"exact".to_owned()));
    assert_eq!(here("retrieve attn | sel^ k=3 | decode exact"), ["select"]);
}

#[test]
fn names_are_those_above_with_what_they_are() {
    let environment = session("let pools = retrieve attn k=80\nuse simulate sergio | split stratified");
    let pools = find("po^", "pools", &environment);
    assert_eq!(
        (pools.kind, pools.detail.as_str()),
        (CandidateKind::Name, "Pools, retrieve attn k=80")
    );
    assert_eq!(
        without_views(texts("pools | ^", &environment)),
        ["inject", "select", "evaluate"]
    );
    let local = "let scores = pools | select stage1\nsco^\nlet scorers = pools";
    assert_eq!(texts(local, &environment), ["scores"]);
    assert_eq!(
        texts("let pools = simulate sergio\npools | spl^", &environment),
        ["split"]
    );
    assert!(
        !texts("^", &environment).contains(&"features".to_owned()),
        "the default source gives a Split"
    );
}

#[test]
fn a_completion_replaces_the_whole_word() {
    let none = Environment::default();
    assert_eq!(accept("retr^ieve attn", &none), "retrieve attn");
    assert_eq!(accept("retrieve at^tn k=80", &none), "retrieve attn k=80");
    assert_eq!(accept("retrieve attn epo^=3", &none), "retrieve attn epochs=3");
    assert_eq!(accept("set devi^", &none), "set device=");
    assert_eq!(accept("set device=\"cu^\"", &none), "set device=\"cuda\"");
}

#[test]
fn parameters_come_with_type_range_and_default_and_once() {
    let k = find("retrieve attn ^", "k=", &Environment::default());
    assert_eq!(k.kind, CandidateKind::Parameter);
    assert_eq!(k.detail, "a whole number from 1 to 100000; by default `80`");
    for given in [
        "retrieve attn k=80 ^",
        "retrieve attn ^ k=80",
        "retrieve [attn, dot] k=1 ^",
    ] {
        assert!(!here(given).contains(&"k=".to_owned()), "{given}");
    }
    assert_eq!(here("retrieve [attn, d^"), ["dot"]);
    assert!(!here("split [^").contains(&"test=".to_owned()));
}

#[test]
fn values_are_sensible_and_not_given_yet() {
    assert_eq!(here("split stratified seed=^"), ["42", "42..44"]);
    assert_eq!(here("split stratified seed=42..^"), ["44"]);
    assert_eq!(here("split stratified seed=[42, ^"), ["43", "44"]);
    assert_eq!(here("split stratified sizes=(2, ^"), ["3", "4"]);
    assert_eq!(here("retrieve attn k=[80, ^"), ["40", "160"]);
    assert_eq!(here("retrieve attn k=[80 ^"), Vec::<String>::new());
    assert_eq!(here("decode exact cap={^"), ["2: ", "3: ", "4: "]);
    assert_eq!(here("decode exact cap={2: 80, ^"), ["3: ", "4: "]);
    assert_eq!(here("decode exact cap={4: ^"), ["55"]);
    assert_eq!(here("decode exact verify=^"), ["true", "false"]);
    let two = "split stratified sizes=(2,) | retrieve dot | select stage1 | decode exact cap={^";
    assert_eq!(here(two), ["2: "]);
    assert!(here("decode exact cap=^").contains(&"{2: 80, 3: 80, 4: 55}".to_owned()));
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["data/ds3", "data/.cache", "data/a \"b\""] {
        std::fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    for name in ["data/Interactions.txt", "data/expression.csv", "note.md"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    folder
}

fn in_folder(path: &Path) -> Environment {
    let home = path.to_str().unwrap().to_owned();
    Environment {
        folder: Some(path.to_owned()),
        variables: [("HOME".to_owned(), home.clone()), ("DATA_ROOT".to_owned(), home)].into(),
        ..Environment::default()
    }
}

#[test]
fn paths_are_entries_that_fit() {
    let folder = folder();
    let environment = in_folder(folder.path());
    let dir = |typed: &str| texts(&format!("load sergio dir=\"{typed}\""), &environment);
    assert_eq!(dir("data/^"), ["a \\\"b\\\"/", "ds3/"]);
    assert_eq!(dir("data/.^"), [".cache/"]);
    assert_eq!(dir("dat^"), ["data/"]);
    assert_eq!(dir("data/d^s3"), ["ds3/"]);
    assert_eq!(dir("~/da^"), ["data/"]);
    assert_eq!(dir("~^"), ["~/"]);
    assert_eq!(dir("$DATA_ROOT/data/d^"), ["ds3/"]);
    assert_eq!(dir("$DATA^"), ["$DATA_ROOT/"]);
    assert_eq!(dir("$NOWHERE/^"), Vec::<String>::new());
    let file = |typed: &str| texts(&format!("load sergio interactions=\"{typed}"), &environment);
    assert_eq!(
        file("data/^\""),
        ["Interactions.txt", "a \\\"b\\\"/", "ds3/", "expression.csv"]
    );
    assert_eq!(file("data/int^\""), ["Interactions.txt"]);
    assert_eq!(file("data/int^"), ["Interactions.txt\""], "the string is closed");
}

#[test]
fn a_path_replaces_its_part_alone() {
    let folder = folder();
    let environment = in_folder(folder.path());
    let cases = [
        (
            "load sergio dir=\"$DATA_ROOT/da^\"",
            "load sergio dir=\"$DATA_ROOT/data/\"",
        ),
        (
            "load sergio dir=\"da^ta/ds3\" | split",
            "load sergio dir=\"data/ds3\" | split",
        ),
        ("load sergio dir=\"dat^/ds3\"", "load sergio dir=\"data/ds3\""),
        (
            "load sergio dir=\"data/a \\\"^\"",
            "load sergio dir=\"data/a \\\"b\\\"/\"",
        ),
        ("load sergio dir=dat^", "load sergio dir=\"data/"),
        (
            "load sergio expression=[\"data/exp^",
            "load sergio expression=[\"data/expression.csv\"",
        ),
    ];
    for (marked, accepted) in cases {
        assert_eq!(accept(marked, &environment), accepted, "{marked}");
    }
    // What is written starts at the working directory, not at the script.
    assert!(!texts("retrieve dot | save path=\"note^\"", &environment).contains(&"note.md".to_owned()));
}

fn page(marked: &str) -> Option<String> {
    page_in(marked, &Environment::default())
}

fn page_in(marked: &str, environment: &Environment) -> Option<String> {
    let (source, offset) = split(marked);
    inspect(&source, offset, &grn::stages::catalog(), environment).map(|page| page.to_text())
}

fn title(marked: &str) -> Option<String> {
    page(marked).and_then(|page| page.lines().next().map(str::to_owned))
}

#[test]
fn words_have_their_pages() {
    let cases = [
        ("retr^ieve attn k=80", "retrieve"),
        ("retrieve^ attn", "retrieve"),
        ("retrieve at^tn k=80", "retrieve attn"),
        ("retrieve [dot, ^attn]", "retrieve attn"),
        ("retrieve attn ^", "retrieve attn"),
        ("retrieve attn | ^", "retrieve attn"),
        ("retrieve attn k^=80", "k"),
        ("retrieve attn k=^80", "k"),
        ("split te^st=0.2", "test"),
        ("set dev^ice=cpu", "set device"),
        ("set device=cp^u", "set device"),
        ("ex^plain retrieve dot", "explain"),
        ("help retr^ieve", "retrieve"),
        ("help retrieve do^t", "retrieve dot"),
        ("load sergio dir=\"some^where\"", "dir"),
        ("tab^le", "table"),
    ];
    for (marked, expected) in cases {
        assert_eq!(title(marked).as_deref(), Some(expected), "{marked}");
    }
    for marked in [
        "^",
        "nonsense^",
        "retrieve nonsense^",
        "# retr^ieve",
        "retrieve attn\n^",
        "retrieve attn nonsense=^1",
    ] {
        assert_eq!(title(marked), None, "{marked}");
    }
}

#[test]
fn a_parameter_says_whose_it_is() {
    let text = page("retrieve [attn, dot] k^=80").unwrap();
    assert!(text.contains("`retrieve attn` and `retrieve dot`"), "{text}");
    assert!(
        text.contains("a whole number from 1 to 100000; by default `80`"),
        "{text}"
    );
}

#[test]
fn a_name_shows_its_pipeline() {
    let environment = session("use simulate sergio genes=200\nlet pools = retrieve attn k=20");
    let text = page_in(
        "let scorer = pools | select pairs2\nscor^er | decode exact",
        &environment,
    )
    .unwrap();
    for part in [
        "gives `Scorer`",
        "retrieve attn k=20 | select pairs2",
        "simulate sergio  ",
        "genes=200",
        "filled in",
        "Depends on `pools`",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    assert!(
        page_in("po^ols", &environment)
            .unwrap()
            .contains("the pipeline of the last `use`")
    );
    assert!(
        page_in("let po^ols = retrieve dot", &environment)
            .unwrap()
            .contains("retrieve dot")
    );
    assert!(
        page_in("let pools = po^ols | select stage1", &environment)
            .unwrap()
            .contains("retrieve attn")
    );
    assert_eq!(page_in("lat^er\nlet later = retrieve dot", &environment), None);
}

#[test]
fn every_keyword_has_an_example_that_checks() {
    for keyword in grn::lang::keywords::KEYWORDS {
        let parse = grn_grammar::parse(keyword.example);
        assert_eq!(parse.errors, [], "{}", keyword.word);
        let checked = check(&parse.script, &grn::stages::catalog(), &Environment::default());
        assert_eq!(checked.diagnostics, [], "{}", keyword.word);
        assert!(keyword.example.contains(keyword.word));
    }
}

#[test]
fn what_completion_needs_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Environment>();
    shared::<grn::lang::catalog::Catalog>();
}
