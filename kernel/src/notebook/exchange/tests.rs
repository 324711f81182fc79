use crate::notebook::{Mute, Notebook};
use crate::rust::exchange::Exchange;
use grn::engine::observer::CancelToken;
use grn_nb::{Frame, Ranking};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

const DATA: &str = "use simulate sergio genes=60 types=2 cells=10 regulators=16 masters=6 team_mix=(5, 20, 15, 10)";

fn run(notebook: &mut Notebook, code: &str) -> String {
    let executed = notebook.execute(code, 1, false, &Mute, &CancelToken::default());
    executed.problem.map_or_else(String::new, |problem| problem.value)
}

fn get(notebook: &mut Notebook, name: &str) -> Result<Frame, String> {
    let path = notebook.get(name, &Mute, &CancelToken::default())?;
    Frame::read(path).map_err(|error| error.to_string())
}

/// As the helper crate does it: a fresh file in the session's folder.
fn put(notebook: &mut Notebook, name: &str, value: impl Into<Frame>) -> Result<(), String> {
    let path = notebook.exchange_folder()?.join(format!("put-1-{name}.grn-columns"));
    value.into().write(&path).map_err(|error| error.to_string())?;
    notebook.put(name, &path)
}

#[test]
fn pools_go_out_and_scores_come_in() {
    let mut notebook = Notebook::new(BTreeMap::new());
    assert_eq!(
        run(&mut notebook, &format!("{DATA}\nlet pools = retrieve correlation k=10")),
        ""
    );
    let frame = get(&mut notebook, "pools").unwrap();
    assert_eq!((frame.kind(), frame.attribute("k")), ("pools", Some("10")));
    let pools = frame.pools().unwrap();
    assert_eq!(pools.targets.len(), 60);
    assert!(pools.test().count() > 0 && pools.train().count() > 0);

    let sets = pools
        .score_sets(|_, set| set.members().map(|member| member.score).sum())
        .unwrap();
    put(&mut notebook, "mine", sets).unwrap();
    assert_eq!(
        run(&mut notebook, "let teams = pools | select mine | decode exact\nteams"),
        ""
    );
    let teams = get(&mut notebook, "teams").unwrap();
    let (targets, predicted) = (teams.text("target").unwrap(), teams.text_lists("predicted").unwrap());
    for (row, target) in targets.iter().enumerate() {
        let target = pools.target(target).unwrap();
        let mut best: Vec<&str> = target
            .candidates
            .iter()
            .take(target.size)
            .map(|c| c.name.as_str())
            .collect();
        let mut found: Vec<&str> = predicted.row(row).iter().map(String::as_str).collect();
        best.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, best, "{}", target.name);
    }
    assert_eq!(get(&mut notebook, "mine").unwrap().kind(), "set-scores");
    let page = notebook.snapshot().look_up("mine").unwrap();
    assert!(page.text_of("text/plain").contains("Set scores, given to the session"));
    assert_eq!(run(&mut notebook, "%who"), "");
    let wrong = run(&mut notebook, "retrieve mine k=10");
    assert_eq!(wrong, "`mine` is set scores, which `retrieve` doesn't take");
    assert_eq!(
        run(&mut notebook, "%forget mine\npools | select mine"),
        "`select` has no method `mine`"
    );
}

#[test]
fn a_value_that_is_put_again_changes_what_depends_on_it() {
    let mut notebook = Notebook::new(BTreeMap::new());
    assert_eq!(
        run(&mut notebook, &format!("{DATA}\nlet pools = retrieve correlation k=10")),
        ""
    );
    let pools = get(&mut notebook, "pools").unwrap().pools().unwrap();
    put(&mut notebook, "mine", pools.rank(|_, candidate| candidate.score)).unwrap();
    assert_eq!(run(&mut notebook, "let again = retrieve mine k=5"), "");
    let first = get(&mut notebook, "again").unwrap().pools().unwrap();
    put(&mut notebook, "mine", pools.rank(|_, candidate| -candidate.score)).unwrap();
    let second = get(&mut notebook, "again").unwrap().pools().unwrap();
    assert_eq!((first.method.as_str(), second.method.as_str()), ("mine", "mine"));
    for (first, second) in first.test().zip(second.test()) {
        let pool = &pools.target(&first.name).unwrap().candidates;
        assert_eq!(first.candidates, pool[..5]);
        assert_eq!(second.candidates[0].name, pool[9].name);
    }
}

#[test]
fn values_of_similar_names_have_files_of_their_own() {
    let mut notebook = Notebook::new(BTreeMap::new());
    assert_eq!(
        run(&mut notebook, &format!("{DATA}\nlet pools = retrieve correlation k=10")),
        ""
    );
    let names = ["get-pools", "put-pools", "Mine", "mine", "MINE", "größe"];
    for (place, name) in names.iter().enumerate() {
        put(&mut notebook, name, ranking(place as f32)).unwrap();
    }
    assert_eq!(get(&mut notebook, "pools").unwrap().kind(), "pools");
    let files: Vec<_> = names.iter().map(|name| given(&notebook, name)).collect();
    let lower: BTreeSet<String> = files
        .iter()
        .map(|file| file.to_str().unwrap().to_ascii_lowercase())
        .collect();
    assert_eq!(lower.len(), names.len(), "{lower:?}");
    for (place, name) in names.iter().enumerate() {
        let expected = encoded(&mut notebook, ranking(place as f32));
        assert_eq!(std::fs::read(&files[place]).unwrap(), expected, "{name}");
        put(&mut notebook, name, ranking(9.0)).unwrap();
        assert_eq!(given(&notebook, name), files[place], "{name}");
    }
}

/// One score.
fn ranking(score: f32) -> Ranking {
    let mut ranking = Ranking::new();
    ranking.add("g1", [("g2", score)]);
    ranking
}

/// The bytes of a file.
fn encoded(notebook: &mut Notebook, value: impl Into<Frame>) -> Vec<u8> {
    let path = notebook.exchange_folder().unwrap().join("encoded");
    value.into().write(&path).unwrap();
    std::fs::read(path).unwrap()
}

fn given(notebook: &Notebook, name: &str) -> PathBuf {
    notebook.session.environment().given[name].path.clone()
}

#[test]
fn only_files_of_the_session_are_taken_over() {
    let mut notebook = Notebook::new(BTreeMap::new());
    let folder = notebook.exchange_folder().unwrap().to_owned();
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("scores.grn-columns");
    Frame::from(ranking(1.0)).write(&path).unwrap();
    let beneath = folder.join("beneath");
    std::fs::create_dir(&beneath).unwrap();
    std::fs::copy(&path, beneath.join("scores.grn-columns")).unwrap();
    let upward = folder.join("..").join(elsewhere.path().file_name().unwrap());
    let mut refused = vec![
        path.clone(),
        upward.join("scores.grn-columns"),
        beneath.join("scores.grn-columns"),
        beneath.clone(),
        folder.clone(),
        folder.join("nothing.grn-columns"),
        PathBuf::from("scores.grn-columns"),
    ];
    #[cfg(unix)]
    {
        let link = folder.join("link.grn-columns");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        refused.push(link);
    }
    for refused in refused {
        let message = notebook.put("mine", &refused).unwrap_err();
        assert!(message.contains("is no file of this session"), "{message}");
    }
    assert!(path.is_file() && notebook.session.environment().given.is_empty());
    put(&mut notebook, "mine", ranking(1.0)).unwrap();
    assert_eq!(given(&notebook, "mine"), folder.join("put").join("mine.grn-columns"));
}

#[test]
fn what_can_not_be_exchanged_is_said_in_words() {
    let mut notebook = Notebook::new(BTreeMap::new());
    assert_eq!(
        run(
            &mut notebook,
            &format!("{DATA}\nlet pools = retrieve [correlation, popularity] k=10")
        ),
        ""
    );
    let mut message = |name: &str| get(&mut notebook, name).map(|_| ()).unwrap_err();
    assert_eq!(
        message("pols"),
        "the notebook has no name `pols`\nhelp: did you mean `pools`?"
    );
    assert_eq!(
        message("pools"),
        "`pools` is a sweep of 2 values: retrieve=correlation, retrieve=popularity; expected a single one\n\
         help: `let one = …` names a pipeline without lists; `pools` stays"
    );
    let mut message = |name: &str| put(&mut notebook, name, Ranking::new()).unwrap_err();
    assert_eq!(
        message("pools"),
        "`pools` is the name of a pipeline and can't name a value as well\n\
         help: expected another name; `%forget pools` frees this one in a notebook"
    );
    assert_eq!(
        message("attn"),
        "`attn` is a method of `retrieve` and can't name a value\nhelp: expected another name"
    );
    assert!(message("decode").starts_with("`decode` is a verb"));
    let path = notebook.exchange_folder().unwrap().join("broken.grn-columns");
    std::fs::write(&path, "target,score").unwrap();
    let message = notebook.put("mine", &path).unwrap_err();
    assert!(message.contains("isn't a `.grn-columns` file"), "{message}");
    let cancel = CancelToken::default();
    cancel.cancel();
    assert_eq!(run(&mut notebook, "let one = retrieve correlation k=10"), "");
    let message = notebook.get("one", &Mute, &cancel).unwrap_err();
    assert!(message.starts_with("interrupted: "), "{message}");
}
