//! Scores from other programs: CSV files that a pipeline reads.

use crate::support::{Place, assert_contains};

const DATA: &str = "simulate sergio genes=80 types=3 cells=20 regulators=20 masters=8 team_mix=(10, 20, 20, 20)";

/// A score of every gene for every other: the lower the gene's number, the better.
fn ranking() -> String {
    let pairs = (0..80).flat_map(|target| (0..80).map(move |regulator| (target, regulator)));
    let lines =
        pairs.map(|(target, regulator)| format!("g{target:02},g{regulator:02},{}\n", 1.0 / f64::from(regulator + 1)));
    format!("target,regulator,score\n{}", lines.collect::<String>())
}

#[test]
fn a_ranking_from_another_program_is_judged_like_any_method() {
    let place = Place::new();
    place.write("genie3.csv", ranking());
    let script = format!(
        "let mine = {DATA} | retrieve given file=\"genie3.csv\" k=12\n\
         mine | select [stage1, given] file=\"genie3.csv\" name=GENIE | decode exact cap=12\n"
    );
    place.write("mine.grn", script);
    let ended = place.grn(&["run", "mine.grn"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_contains(&ended.stderr, "retrieve given");
    assert_contains(&ended.stdout, "GENIE");
    let checked = place.grn(&["check", "mine.grn"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
}

#[test]
fn saved_pools_are_read_back() {
    let place = Place::new();
    let pools = format!("{DATA} | retrieve correlation k=12");
    let run = |pools: &str, json: &str| {
        let script = format!("{pools} | select stage1 | decode exact cap=12");
        let ended = place.grn(&["run", "-q", "-e", &script, "--json", json]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let text = place.read(json);
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        document["results"][0].clone()
    };
    let saved = place.grn(&["run", "-q", "-e", &format!("{pools} | save path=\"pools.csv\"")]);
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    let expected = run(&pools, "a.json");
    let found = run(&format!("{DATA} | retrieve given file=\"pools.csv\" k=12"), "b.json");
    assert_eq!(found["per_r"], expected["per_r"]);
    assert!(found["per_r"]["2"]["n"].as_u64() > Some(0));
    assert_eq!(found["methods"]["retrieve"], "pools");
}

#[test]
fn a_wrong_line_is_shown_with_its_file() {
    let place = Place::new();
    place.write("ranking.csv", ranking() + "g07,G08,0.5\n");
    let ended = place.grn(&[
        "run",
        "-e",
        &format!("{DATA} | retrieve given file=\"ranking.csv\" k=12"),
    ]);
    assert_eq!(ended.code, 1);
    assert_contains(
        &ended.stderr,
        "error[grn::unknown-gene]: the data set has no gene `G08`",
    );
    assert_contains(&ended.stderr, "ranking.csv:6402");
    assert_contains(&ended.stderr, "did you mean `g08`?");
    let sets = "target,regulator_1,regulator_2,score\ng07,g08,g09,1\n";
    place.write("sets.csv", sets);
    let ended = place.grn(&["run", "-e", &format!("{DATA} | retrieve given file=\"sets.csv\" k=12")]);
    assert_contains(&ended.stderr, "the file scores sets, which `retrieve` can't rank by");
    let ended = place.grn(&["run", "-e", "retrieve given k=12"]);
    assert_contains(&ended.stderr, "`retrieve given` needs `file`");
}
