//! How the numbers came about: which targets, how many, what was known beforehand.

use crate::engine::outcome::GridCell;
use crate::report::audit::TestTargets;
use crate::report::audit::findings::{ALL, Finding, Severity};
use crate::report::audit::words::{percent, sizes};
use crate::report::groups::group;
use crate::report::tables::notes::distinct;

/// From this share of test targets with a team that training shows whole, a caution; from half, a problem.
const LEAKED: f64 = 0.1;

/// Paired differences up to this are usual between methods; what can't tell them apart is small.
const USUAL_DIFFERENCE: f64 = 0.05;

/// What is to say of the targets, the seeds, the pools and the decoders.
pub fn findings(cells: &[GridCell], targets: &[TestTargets]) -> Vec<Finding> {
    let mut findings = vec![evaluated_on(cells)];
    findings.extend(seen_teams(targets));
    findings.extend(unknown_regulators(targets));
    findings.extend(too_few_targets(targets));
    findings.extend(replicates(targets));
    findings.extend(
        group(cells, false)
            .iter()
            .flat_map(|group| {
                let mut pools = group.cells.iter().filter_map(|cell| cell.value.pools());
                let injected = pools.any(|pools| pools.method.contains("+oracle"));
                let name = group.label();
                [
                    injected.then(|| oracle(&name)),
                    given(&group.cells, &name),
                    uncertified(&group.cells, &name),
                ]
            })
            .flatten(),
    );
    findings
}

fn evaluated_on(cells: &[GridCell]) -> Finding {
    let validation = cells
        .iter()
        .filter_map(|cell| cell.value.split())
        .any(|split| split.validation);
    match validation {
        true => Finding::new(
            Severity::Problem,
            ALL,
            "evaluated on validation targets: these numbers choose settings, they are no result".to_owned(),
        ),
        false => Finding::new(
            Severity::Fine,
            ALL,
            "evaluated on test targets, which no training used; that settings were chosen without them can't be seen \
             from here"
                .to_owned(),
        ),
    }
}

/// The sizes of those that `chosen` picks, each once.
fn sizes_of<'a>(targets: impl Iterator<Item = &'a TestTargets>) -> String {
    let mut found: Vec<usize> = targets.map(|targets| targets.size).collect();
    found.sort_unstable();
    found.dedup();
    sizes(&found)
}

fn of_rows(targets: &TestTargets) -> &str {
    targets.of.as_deref().unwrap_or(ALL)
}

/// Rows with the same targets, in order.
fn by_rows(targets: &[TestTargets]) -> Vec<(&str, Vec<&TestTargets>)> {
    let names = distinct(targets.iter().map(|targets| of_rows(targets).to_owned()));
    let rows = names.iter().filter_map(|name| {
        let own: Vec<&TestTargets> = targets.iter().filter(|targets| of_rows(targets) == name).collect();
        own.first().map(|first| (of_rows(first), own.clone()))
    });
    rows.collect()
}

fn seen_teams(targets: &[TestTargets]) -> Vec<Finding> {
    let of_row = |(name, own): (&str, Vec<&TestTargets>)| {
        let leaked: Vec<&&TestTargets> = own.iter().filter(|targets| targets.seen() >= LEAKED).collect();
        if leaked.is_empty() {
            let text = "(nearly) no test target has a team that training shows whole: what is exact isn't remembered";
            return Finding::new(Severity::Fine, name, text.to_owned());
        }
        let shares: Vec<String> = leaked.iter().map(|targets| percent(targets.seen())).collect();
        let severity = match leaked.iter().any(|targets| targets.seen() >= 0.5) {
            true => Severity::Problem,
            false => Severity::Caution,
        };
        let text = format!(
            "{} of test targets ({}) have a team that training shows whole, so that remembering it is enough; \
             `split team_disjoint` has none of these",
            shares.join(", "),
            sizes_of(leaked.iter().map(|targets| **targets))
        );
        Finding::new(severity, name, text)
    };
    by_rows(targets).into_iter().map(of_row).collect()
}

/// Where no knowledge of training teams can be enough.
fn unknown_regulators(targets: &[TestTargets]) -> Vec<Finding> {
    let is_short = |targets: &TestTargets| targets.n_known < targets.n;
    caution_where(targets, is_short, |short| {
        format!(
            "{} test teams ({}) have a regulator that regulates no training target; what goes by training teams alone, such as \
             popularity or copying, doesn't find these",
            listed(short, |targets| format!(
                "{} of {}",
                targets.n - targets.n_known,
                targets.n
            )),
            sizes_of(short.iter().copied())
        )
    })
}

fn too_few_targets(targets: &[TestTargets]) -> Vec<Finding> {
    let is_small = |targets: &TestTargets| targets.least_difference() > USUAL_DIFFERENCE;
    caution_where(targets, is_small, |few| {
        format!(
            "{}: {} distinct test targets are few; two methods that differ in fewer than six of them, that is by less than \
             {}, can't be told apart",
            sizes_of(few.iter().copied()),
            listed(few, |targets| targets.targets.to_string()),
            listed(few, |targets| format!("{:.2}", targets.least_difference())),
        )
    })
}

/// For each row, a caution about those of its targets that are so, where there are any.
fn caution_where(
    targets: &[TestTargets],
    is_so: impl Fn(&TestTargets) -> bool,
    words: impl Fn(&[&TestTargets]) -> String,
) -> Vec<Finding> {
    let of_row = |(name, own): (&str, Vec<&TestTargets>)| {
        let found: Vec<&TestTargets> = own.into_iter().filter(|targets| is_so(targets)).collect();
        (!found.is_empty()).then(|| Finding::new(Severity::Caution, name, words(&found)))
    };
    by_rows(targets).into_iter().filter_map(of_row).collect()
}

fn listed(targets: &[&TestTargets], number: impl Fn(&TestTargets) -> String) -> String {
    targets
        .iter()
        .map(|targets| number(targets))
        .collect::<Vec<_>>()
        .join(", ")
}

fn replicates(targets: &[TestTargets]) -> Option<Finding> {
    let most = targets.iter().map(|targets| targets.replicates).max()?;
    if most < 2 {
        let text = "one seed: how much results vary with split and initialisation isn't known; `seed=42..44` shows it";
        return Some(Finding::new(Severity::Caution, ALL, text.to_owned()));
    }
    let (n, distinct) = targets
        .iter()
        .fold((0, 0), |(n, distinct), row| (n + row.n, distinct + row.targets));
    (n > distinct).then(|| {
        let text = format!(
            "seeds test targets again: n counts {n} trials of {distinct} distinct targets, so that intervals, and p of \
             McNemar's test, are somewhat too small; p by target keeps a target's trials together, and verdicts go by it"
        );
        Finding::new(Severity::Caution, ALL, text)
    })
}

fn oracle(name: &str) -> Finding {
    let text = "true regulators were put into the pools (`inject oracle`): coverage is 1 by construction, and exact match \
                shows what selection could do, not what the pipeline does";
    Finding::new(Severity::Problem, name, text.to_owned())
}

fn given(cells: &[&GridCell], name: &str) -> Option<Finding> {
    let mut stages = cells.iter().flat_map(|cell| &cell.seconds);
    let from_file = stages.any(|(stage, _)| GIVEN.contains(&stage.as_str()));
    let text = "scores come from a file: whether they were made without the test targets can't be seen from here";
    from_file.then(|| Finding::new(Severity::Caution, name, text.to_owned()))
}

/// The stages that read scores.
const GIVEN: [&str; 2] = ["retrieve given", "select given"];

fn uncertified(cells: &[&GridCell], name: &str) -> Option<Finding> {
    let mut teams = cells.iter().filter_map(|cell| cell.value.teams());
    let text = "teams aren't proved to be the best of all sets: what is wrong may be the search, not the score";
    teams
        .any(|teams| !teams.search.certified)
        .then(|| Finding::new(Severity::Caution, name, text.to_owned()))
}
