//! Whether what is right was found or remembered, and whether popularity stands in for evidence.

use crate::metrics::judged::Tally;
use crate::metrics::paired::fisher;
use crate::report::audit::findings::{Finding, Severity};
use crate::report::audit::subjects::Subject;
use crate::report::audit::words::{p_is, percent, share};
use crate::report::audit::{Crowding, Part, Question, SIGNIFICANT};

/// Fewer novel trials than this show nothing.
const FEWEST_NOVEL: usize = 6;

/// From this difference between seen and novel teams on, memory is told of.
const MEMORY: f64 = 0.1;

/// A share of exact teams that no method reaches without knowing the answers.
const TOO_GOOD: f64 = 0.9;

/// From this excess of hubs among confusers over true members on, it is told of.
const HUB_EXCESS: f64 = 0.1;

/// Fewer confusers than this show nothing.
const FEWEST_CONFUSERS: usize = 20;

/// Seen against novel teams, and numbers that are too good, for every row.
pub fn findings(part: &Part) -> Vec<Finding> {
    let methods = part.subjects.iter().filter(|subject| !subject.baseline);
    let of = |subject: &Subject| {
        let tallies: Vec<(usize, Tally)> = subject
            .sizes()
            .into_iter()
            .map(|size| (size, subject.tally(Some(size))))
            .collect();
        let mut findings: Vec<Finding> = seen_against_novel(part.question, subject, &tallies);
        findings.extend(too_good(part.question, subject, &tallies));
        findings
    };
    methods.flat_map(of).collect()
}

fn seen_against_novel(question: Question, subject: &Subject, tallies: &[(usize, Tally)]) -> Vec<Finding> {
    let mut texts: [Vec<String>; 4] = Default::default();
    for (size, tally) in tallies.iter().filter(|(_, tally)| tally.n_seen > 0) {
        let [remembered, few, none, alike] = &mut texts;
        if tally.n_novel() < FEWEST_NOVEL {
            few.push(format!("R = {size} ({})", tally.n_novel()));
            continue;
        }
        let p = fisher((tally.right_seen, tally.right_novel()), (tally.n_seen, tally.n_novel()));
        let rate = |right: usize, n: usize| right as f64 / n as f64;
        let (seen, novel) = (
            rate(tally.right_seen, tally.n_seen),
            rate(tally.right_novel(), tally.n_novel()),
        );
        let text = format!(
            "R = {size} ({} of seen teams, {} = {}/{} of novel ones, {})",
            share(Some(seen)),
            share(Some(novel)),
            tally.right_novel(),
            tally.n_novel(),
            p_is(p)
        );
        match tally.right_novel() {
            _ if seen - novel >= MEMORY && p < SIGNIFICANT => remembered.push(text),
            0 => none.push(text),
            _ => alike.push(text),
        }
    }
    let name = question.name();
    let kinds = [
        (
            Severity::Problem,
            "far better for teams that training shows than for novel ones, at",
        ),
        (
            Severity::Caution,
            "too few novel teams to tell found from remembered, at",
        ),
        (
            Severity::Caution,
            "no novel team is right, nor enough seen ones to tell that from chance, at",
        ),
        (
            Severity::Fine,
            "novel teams are no worse than seen ones beyond chance, at",
        ),
    ];
    let findings = kinds.into_iter().zip(texts).filter(|(_, texts)| !texts.is_empty());
    findings
        .map(|((severity, words), texts)| {
            Finding::new(severity, &subject.name, format!("{name}: {words} {}", texts.join("; ")))
        })
        .collect()
}

fn too_good(question: Question, subject: &Subject, tallies: &[(usize, Tally)]) -> Option<Finding> {
    if question != Question::Exact {
        return None;
    }
    let good = tallies.iter().filter(|(_, tally)| {
        let enough = tally.n >= FEWEST_NOVEL;
        enough && tally.share().is_some_and(|share| share >= TOO_GOOD)
    });
    let sizes: Vec<String> = good
        .map(|(size, tally)| format!("R = {size} ({})", share(tally.share())))
        .collect();
    (!sizes.is_empty()).then(|| {
        let text = format!(
            "exact: nearly everything is right at {}: look for the answers in what the method was given",
            sizes.join("; ")
        );
        Finding::new(Severity::Caution, &subject.name, text)
    })
}

/// Whether hubs crowd out true regulators, by row.
pub fn hubs(crowding: &[Crowding]) -> Vec<Finding> {
    let rows = crowding.chunk_by(|one, next| one.name == next.name);
    rows.filter_map(hubs_of).collect()
}

fn hubs_of(row: &[Crowding]) -> Option<Finding> {
    let crowded = row.iter().filter_map(|crowding| {
        let (wrong, members) = (crowding.hubs.wrong_share()?, crowding.hubs.true_share()?);
        let names: Vec<&str> = crowding
            .genes
            .iter()
            .take(3)
            .map(|(name, _, _)| name.as_str())
            .collect();
        let text = format!(
            "R = {} ({} of wrong members, {} of true ones; most often {})",
            crowding.size,
            percent(wrong),
            percent(members),
            names.join(", ")
        );
        (crowding.hubs.wrong >= FEWEST_CONFUSERS && wrong - members >= HUB_EXCESS).then_some(text)
    });
    let sizes: Vec<String> = crowded.collect();
    let name = &row.first()?.name;
    match sizes.is_empty() {
        true => None,
        false => {
            let text = format!(
                "hubs crowd out true regulators, popularity stands in for evidence, at {}",
                sizes.join("; ")
            );
            Some(Finding::new(Severity::Caution, name, text))
        }
    }
}
