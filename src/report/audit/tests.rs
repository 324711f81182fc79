#![allow(clippy::unwrap_used)]

use super::{Audit, Severity, audit};
use crate::data::pools::Pools;
use crate::data::split::Split;
use crate::data::teams::Teams;
use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::lang::arguments::Argument;
use crate::metrics::exact_match::evaluate;
use crate::metrics::fixtures as by_hand;
use crate::report::fixtures::{self, lone_cell};
use std::sync::Arc;

fn by_hand() -> Audit {
    let report = evaluate(&Arc::new(by_hand::teams()));
    audit(&[lone_cell(Value::Report(Arc::new(report)))], 2)
}

fn says(audit: &Audit, severity: Severity, about: &str, words: &str) -> bool {
    let found = audit.findings.iter().filter(|finding| finding.severity == severity);
    found
        .filter(|finding| finding.about == about)
        .any(|finding| finding.text.contains(words))
}

/// The cells with other pools, split and teams, evaluated anew.
fn changed(cells: Vec<GridCell>, change: impl Fn(&mut Teams, &mut Pools, &mut Split)) -> Vec<GridCell> {
    let anew = |mut cell: GridCell| {
        let mut teams = Teams::clone(cell.value.teams().unwrap());
        let mut pools = Pools::clone(&teams.pools);
        let mut split = Split::clone(&pools.split);
        change(&mut teams, &mut pools, &mut split);
        pools.split = Arc::new(split);
        teams.pools = Arc::new(pools);
        cell.value = Value::Report(Arc::new(evaluate(&Arc::new(teams))));
        cell
    };
    cells.into_iter().map(anew).collect()
}

#[test]
fn counts_by_hand() {
    let audit = by_hand();
    let targets: Vec<_> = audit
        .targets
        .iter()
        .map(|row| (row.size, row.n, row.teams, row.n_seen, row.n_known))
        .collect();
    // 3, which regulates 8, regulates no training target.
    assert_eq!(targets, [(2, 2, 2, 1, 1), (3, 1, 1, 1, 1)]);
    assert!(says(&audit, Severity::Caution, "all", "1 of 2 test teams (R = 2)"));
    // Without features there is nothing to copy: the method, then popularity.
    let exact = &audit.parts[0];
    let right: Vec<_> = exact
        .subjects
        .iter()
        .map(|s| (s.name.as_str(), s.tally(None).right))
        .collect();
    assert_eq!(right, [("attn · pairs2", 1), ("popularity", 2)]);
    // 7 is right in both, 9 in popularity alone, 8 in none.
    let paired = &exact.comparisons[0].all;
    assert_eq!((paired.n, paired.both, paired.first, paired.second), (3, 1, 0, 1));
    assert_eq!(exact.comparisons[0].per_size[&2].discordant(), 0);
    let coverage = &audit.parts[1];
    let right: Vec<_> = coverage.subjects.iter().map(|s| s.tally(None).right).collect();
    assert_eq!(right, [1, 2]);
    // 8 is answered by {0, 1} in place of {1, 3}; 9 by {0, 1, 4} in place of {0, 1, 2}.
    assert_eq!(audit.crowding[0].genes, [("g0".to_owned(), 1, 2)]);
    assert_eq!((audit.crowding[1].hubs.wrong, audit.crowding[1].hubs.members), (1, 3));
}

#[test]
fn what_so_little_shows_is_said() {
    let audit = by_hand();
    let name = "attn · pairs2";
    assert!(says(
        &audit,
        Severity::Problem,
        name,
        "can't be told apart from the popularity baseline"
    ));
    assert!(says(&audit, Severity::Caution, "all", "one seed"));
    assert!(says(
        &audit,
        Severity::Caution,
        "all",
        "R = 2, 3: 2, 1 distinct test targets are few"
    ));
    assert!(says(
        &audit,
        Severity::Problem,
        "all",
        "50 %, 100 % of test targets (R = 2, 3)"
    ));
    assert!(says(
        &audit,
        Severity::Caution,
        name,
        "too few novel teams to tell found from remembered"
    ));
    let severities: Vec<Severity> = audit.findings.iter().map(|finding| finding.severity).collect();
    assert!(severities.is_sorted());
}

#[test]
fn methods_meet_on_the_targets_of_each_seed() {
    let cells = fixtures::sweep();
    let audit = audit(&cells, 5);
    let exact = &audit.parts[0];
    assert_eq!(exact.subjects.len(), 3, "two methods and popularity");
    let pair = exact
        .comparisons
        .iter()
        .find(|found| (found.first, found.second) == (1, 0))
        .unwrap();
    let report = |cell: &GridCell| cell.value.report().unwrap();
    let right = |cells: &[GridCell]| -> usize {
        let counts = cells
            .iter()
            .flat_map(|cell| report(cell).per_size.values().map(|c| c.exact).collect::<Vec<_>>());
        counts.sum()
    };
    assert_eq!(pair.all.both + pair.all.second, right(&cells[..3]));
    assert_eq!(pair.all.both + pair.all.first, right(&cells[3..]));
    assert_eq!(pair.all.n, 159);
    assert!(pair.all.targets < pair.all.n && says(&audit, Severity::Caution, "all", "seeds test targets again"));
    assert!(!says(&audit, Severity::Caution, "all", "one seed"));
}

#[test]
fn rows_without_common_targets_are_not_compared() {
    let mut cells = fixtures::sweep();
    cells.truncate(2);
    for (cell, axis) in cells.iter_mut().zip(["one", "other"]) {
        cell.axes = vec![("split".to_owned(), Argument::Text(axis.to_owned()))];
    }
    let audit = audit(&cells, 5);
    let exact = &audit.parts[0];
    let names: Vec<&str> = exact.subjects.iter().map(|subject| subject.name.as_str()).collect();
    assert_eq!(names, ["one", "other", "popularity · one", "popularity · other"]);
    let pairs: Vec<_> = exact
        .comparisons
        .iter()
        .map(|found| (found.first, found.second))
        .collect();
    assert_eq!(pairs, [(0, 2), (1, 3)]);
    assert_eq!(audit.targets.len(), 6);
}

#[test]
fn help_from_outside_is_a_problem() {
    let cells = changed(vec![fixtures::cell()], |teams, pools, split| {
        pools.method = "attn+oracle".to_owned();
        teams.search.certified = false;
        split.validation = true;
    });
    let audit = audit(&cells, 5);
    let name = "attn+oracle · residual_hos2";
    assert!(says(&audit, Severity::Problem, name, "`inject oracle`"));
    assert!(says(
        &audit,
        Severity::Problem,
        "all",
        "evaluated on validation targets"
    ));
    assert!(says(&audit, Severity::Caution, name, "aren't proved"));
    assert!(audit.protocol.contains("(validation targets)"));
}

#[test]
fn answers_that_are_remembered_or_known_are_told() {
    let remember = |known: bool| {
        changed(fixtures::sweep(), move |teams, _, split| {
            let network = &split.dataset.network;
            let seen: Vec<&[usize]> = split.train.iter().map(|&target| network.team(target)).collect();
            for prediction in &mut teams.predictions {
                let truth = network.team(prediction.target);
                prediction.team = match known || seen.contains(&truth) {
                    true => truth.to_vec(),
                    false => (0..prediction.size).collect(),
                };
            }
        })
    };
    let remembered = audit(&remember(false), 5);
    assert!(says(
        &remembered,
        Severity::Problem,
        "pairs2",
        "far better for teams that training shows"
    ));
    assert!(says(
        &remembered,
        Severity::Fine,
        "pairs2",
        "beats the popularity baseline"
    ));
    let known = audit(&remember(true), 5);
    assert!(says(&known, Severity::Caution, "pairs2", "nearly everything is right"));
    assert!(!says(&known, Severity::Problem, "pairs2", "far better"));
}

#[test]
fn pools_are_audited_for_coverage() {
    let audit = audit(&fixtures::pool_sweep(), 3);
    assert_eq!(audit.parts.len(), 1);
    let names: Vec<&str> = audit.parts[0]
        .subjects
        .iter()
        .map(|subject| subject.name.as_str())
        .collect();
    assert_eq!(names, ["dot", "attn", "popularity"]);
    assert!(audit.crowding.iter().all(|row| row.genes.len() <= 3));
    assert_eq!(audit.tables().len(), 5);
}

#[test]
fn tables_fit_a_terminal_and_records_are_complete() {
    let audit = audit(&fixtures::sweep(), 5);
    for table in audit.tables() {
        let text = table.to_text(100);
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
    let records = audit.records();
    let of = |kind: &str| records.rows.iter().filter(|row| row[0].text == kind).count();
    // Two methods and popularity in both questions; coverage is drawn from six different pools.
    assert_eq!((of("answer"), of("baseline")), (12, 6));
    assert_eq!(
        of("test"),
        4 * (audit.parts[0].comparisons.len() + audit.parts[1].comparisons.len())
    );
    assert_eq!(of("problem") + of("caution") + of("fine"), audit.findings.len());
}
