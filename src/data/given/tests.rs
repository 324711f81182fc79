use super::{Given, read};
use crate::data::teams::LARGEST_TEAM;
use crate::engine::context::RunError;
use grn_nb::{Frame, Ranking};
use std::path::PathBuf;

fn genes() -> Vec<String> {
    (0..6).map(|gene| gene.to_string()).collect()
}

fn symbols() -> Vec<String> {
    ["NANOG", "SOX2", "KLF4", "MYC"].map(str::to_owned).into()
}

/// A file in a folder of its own, which goes with it.
struct File {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn file(name: &str, content: impl AsRef<[u8]>) -> File {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    File { _folder: folder, path }
}

fn frame(frame: impl Into<Frame>) -> File {
    let mut bytes = Vec::new();
    frame.into().encode(&mut bytes).unwrap();
    file("a.grn-columns", bytes)
}

fn given(file: &File) -> Given {
    read(&file.path, &genes()).unwrap()
}

/// Code, message, line and help of what is wrong.
fn wrong(file: &File, genes: &[String]) -> (&'static str, String, Option<usize>, String) {
    match read(&file.path, genes) {
        Err(RunError::Failed(problem)) => {
            let place = problem.file.unwrap();
            assert_eq!(place.path, file.path);
            (problem.code, problem.message, place.line, problem.help.unwrap())
        }
        other => panic!("expected a failure, found {other:?}"),
    }
}

fn csv(content: &str) -> (&'static str, String, Option<usize>, String) {
    wrong(&file("scores.csv", content), &genes())
}

#[test]
fn pairs_are_read_from_csv_tsv_and_columns_alike() {
    let text = "target,regulator,score\n0,1,0.5\n0, 2 ,-1\n3,0,2e3\n\"3\",3,nan\n";
    let Given::Pairs(pairs) = given(&file("scores.csv", text)) else {
        panic!("expected pairs");
    };
    assert_eq!(pairs.of[0], [(1, 0.5), (2, -1.0)]);
    assert_eq!(
        pairs.of[3],
        [(0, 2000.0)],
        "a gene's score as its own regulator isn't looked at"
    );
    assert_eq!((pairs.score(0, 2), pairs.score(0, 4)), (Some(-1.0), None));

    let more = "score\tnote\tregulator\ttarget\n0.5\tx\t1\t0\n-1\t\t2\t0\n2000\t\t0\t3\n";
    assert_eq!(given(&file("scores.tsv", more)), Given::Pairs(pairs.clone()));

    let mut ranking = Ranking::new();
    ranking.add("0", [("2", -1.0), ("1", 0.5)]);
    ranking.add("3", [("0", 2000.0)]);
    assert_eq!(given(&frame(ranking)), Given::Pairs(pairs.clone()));

    let flat = Frame::new("table").with("target", vec!["3", "0", "0"]).unwrap();
    let flat = flat.with("regulator", vec!["0", "1", "2"]).unwrap();
    assert_eq!(
        given(&frame(flat.with("score", vec![2000.0, 0.5, -1.0]).unwrap())),
        Given::Pairs(pairs)
    );
}

#[test]
fn sets_are_read_in_any_order_of_lines_and_members() {
    let text = "target,regulator_1,regulator_2,score\n0,3,1,13\n0,1,2,12\n0,2,3,23\n5,4,,4\n";
    let Given::Sets(sets) = given(&file("sets.csv", text)) else {
        panic!("expected sets");
    };
    let of = &sets.of[&(0, 2)];
    assert_eq!(
        (of.pool.as_slice(), of.scores.as_slice()),
        ([1, 2, 3].as_slice(), [12.0, 13.0, 23.0].as_slice())
    );
    assert_eq!(sets.of[&(5, 1)].scores, [4.0], "a smaller team leaves members empty");
}

#[test]
fn what_is_wrong_with_a_line_is_said_with_its_number() {
    let pairs = |lines: &str| csv(&format!("target,regulator,score\n0,1,0.5\n{lines}"));
    let (code, message, line, help) = pairs("0,G2,1\n");
    assert_eq!((code, line), ("unknown-gene", Some(3)));
    assert_eq!(message, "the data set has no gene `G2`");
    assert_eq!(
        help,
        "its genes are called `0`, `1`, `2`, …: write `2`, if that is meant"
    );
    let (_, _, _, help) = pairs("0,6,1\n");
    assert_eq!(
        help,
        "its genes are called `0`, `1`, `2`, …: numbers begin at 0, so the last is `5`"
    );
    let (_, _, _, help) = pairs("0,2.0,1\n");
    assert_eq!(
        help,
        "its genes are called `0`, `1`, `2`, …: write `2`, if that is meant"
    );
    let (_, message, _, _) = pairs("0,,1\n");
    assert_eq!(message, "expected the name of a gene, found an empty field");

    let (code, message, line, _) = pairs("0,2,NaN\n");
    assert_eq!((code, line), ("score-not-finite", Some(3)));
    assert_eq!(
        message,
        "the score of `2` for target `0` is NaN, expected a finite number"
    );
    assert_eq!(
        pairs("0,2,1e300\n").3,
        "scores are kept in single precision, up to 3.4e38"
    );
    let (code, message, line, _) = pairs("\n0,2,high\n");
    assert_eq!(
        (code, message.as_str(), line),
        ("not-a-number", "expected a score, found `high`", Some(4))
    );
    let (code, message, line, _) = pairs("0,2,1\n0,1,2\n");
    assert_eq!((code, line), ("scored-twice", Some(4)));
    assert_eq!(message, "regulator `1` of target `0` is scored twice, first in line 2");
    let (code, message, line, _) = pairs("0,2\n");
    assert_eq!((code, line), ("uneven-lines", Some(3)));
    assert_eq!(message, "expected 3 fields as in the first line, found 2");
    let symbol = file("scores.csv", "target,regulator,score\nNANGO,SOX2,1\n");
    assert_eq!(wrong(&symbol, &symbols()).3, "did you mean `NANOG`?");
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let (code, message, line, help) = csv("gene,regulator,score\n0,1,2\n");
    assert_eq!((code, line), ("unknown-columns", Some(1)));
    assert_eq!(
        message,
        "there is no column `target`: the first line names `gene`, `regulator`, `score`"
    );
    assert!(help.starts_with("expected `target,regulator,score`"));
    assert!(
        csv("target,score\n0,1\n")
            .1
            .starts_with("there is no column `regulator`")
    );
    assert_eq!(csv("target,regulator,score\n").0, "nothing-scored");
    let latin = file("scores.csv", b"target,regulator,score\n0,\xe9,1\n");
    assert_eq!(wrong(&latin, &genes()).0, "not-text");
    let whole = frame(Ranking::new());
    let bytes = std::fs::read(&whole.path).unwrap();
    let cut = file("a.grn-columns", &bytes[..bytes.len() - 1]);
    assert_eq!(wrong(&cut, &genes()).0, "truncated-columns");
}

#[test]
fn a_set_without_a_score_is_named() {
    let sets = |lines: &str| csv(&format!("target,regulator_1,regulator_2,score\n{lines}"));
    let (code, message, ..) = sets("0,1,2,12\n0,1,3,13\n0,2,3,23\n0,1,4,14\n0,3,4,34\n");
    assert_eq!(code, "set-not-scored");
    assert_eq!(
        message,
        "{2, 4} of target `0` is not scored: its 4 regulators make 6 sets, found 5"
    );
    let (code, message, line, _) = sets("0,1,2,12\n0,2,1,13\n");
    assert_eq!((code, line), ("scored-twice", Some(3)));
    assert_eq!(message, "{1, 2} of target `0` is scored twice, first in line 2");
    assert_eq!(sets("0,1,1,12\n").1, "`1` is in the set twice");
    assert_eq!(sets("0,0,1,12\n").1, "`0` is a member of its own team");
    assert_eq!(sets("0,,,12\n").1, "the line names no regulator");
}

#[test]
fn sets_are_as_large_as_teams_may_be() {
    let genes: Vec<String> = (0..20).map(|gene| gene.to_string()).collect();
    let text = |size: usize| {
        let header: String = (1..=size).map(|number| format!("regulator_{number},")).collect();
        let members: String = (1..=size).map(|gene| format!("{gene},")).collect();
        file("scores.csv", format!("target,{header}score\n0,{members}1\n"))
    };
    let columns = |size: usize| {
        let pool: Vec<String> = (1..=size).map(|gene| gene.to_string()).collect();
        let frame = Frame::new("set-scores").with("target", vec!["0"]).unwrap();
        let frame = frame.with("size", vec![size as u32]).unwrap();
        let frame = frame.with_lists("pool", pool, [size]).unwrap();
        self::frame(frame.with_lists("scores", vec![1.0_f32], [1]).unwrap())
    };
    for file in [text(LARGEST_TEAM), columns(LARGEST_TEAM)] {
        let Given::Sets(sets) = read(&file.path, &genes).unwrap() else {
            panic!("expected sets");
        };
        assert_eq!(sets.of[&(0, LARGEST_TEAM)].scores, [1.0]);
    }
    let message = |file: &File| wrong(file, &genes).1;
    assert!(message(&text(LARGEST_TEAM + 1)).starts_with("sets have at most 16 members, found `regulator_17`"));
    assert!(message(&columns(LARGEST_TEAM + 1)).contains("has sets of 17, expected 1 to 16 members"));
}

#[test]
fn rows_of_columns_are_named_as_lines_are() {
    let sets = |pool: Vec<&str>, scores: Vec<f32>| {
        let (members, count) = (pool.len(), scores.len());
        let frame = Frame::new("set-scores").with("target", vec!["0"]).unwrap();
        let frame = frame.with("size", vec![2_u32]).unwrap();
        let frame = frame.with_lists("pool", pool, [members]).unwrap();
        frame.with_lists("scores", scores, [count]).unwrap()
    };
    let Given::Sets(read) = given(&frame(sets(vec!["3", "1", "2"], vec![31.0, 32.0, 12.0]))) else {
        panic!("expected sets");
    };
    assert_eq!(read.of[&(0, 2)].pool, [3, 1, 2]);
    let message = |found: Frame| wrong(&frame(found), &genes()).1;
    assert_eq!(
        message(sets(vec!["3", "1", "2"], vec![31.0, 32.0])),
        "expected a score for every set of 2 out of 3 candidates of target `0`, found 2 (row 1)"
    );
    assert_eq!(
        message(sets(vec!["3", "1", "2"], vec![31.0, f32::NAN, 1.0])),
        "the score of {3, 2} for target `0` is NaN, expected a finite number (row 1)"
    );
    assert_eq!(
        message(sets(vec!["3", "x", "2"], vec![0.0; 3])),
        "the data set has no gene `x` (row 1)"
    );
    assert_eq!(
        message(sets(vec!["3", "3", "2"], vec![0.0; 3])),
        "the pool of target `0` has a gene twice, or the target itself (row 1)"
    );
    let other = Frame::new("table").with("gene", vec!["0"]).unwrap();
    assert_eq!(message(other), "the table with the columns `gene` holds no scores");
    let typed = Frame::new("ranking").with("target", vec![1_u32]).unwrap();
    let typed = typed
        .with("regulator", vec!["0"])
        .unwrap()
        .with("score", vec![1.0])
        .unwrap();
    assert_eq!(message(typed), "column `target` holds u32, expected text");
}
