//! An audit for programs; `docs/json.md` describes it.

use crate::metrics::judged::Tally;
use crate::metrics::paired::Paired;
use crate::metrics::summary::summarise;
use crate::report::audit::comparisons::{Comparison, Verdict};
use crate::report::audit::subjects::Subject;
use crate::report::audit::{Audit, Crowding, Finding, Part, TestTargets};
use serde_json::{Map, Value, json};

impl Audit {
    /// Everything that the tables show, every digit.
    pub fn to_json(&self) -> Value {
        let parts = self
            .parts
            .iter()
            .map(|part| (part.question.name().to_owned(), of_part(part)));
        json!({
            "data": self.data,
            "protocol": self.protocol,
            "targets": self.targets.iter().map(of_targets).collect::<Vec<_>>(),
            "questions": Value::Object(parts.collect::<Map<_, _>>()),
            "crowding": self.crowding.iter().map(of_crowding).collect::<Vec<_>>(),
            "findings": self.findings.iter().map(of_finding).collect::<Vec<_>>(),
        })
    }
}

fn of_targets(row: &TestTargets) -> Value {
    json!({
        "of": row.of,
        "size": row.size,
        "replicates": row.replicates,
        "n": row.n,
        "distinct_targets": row.targets,
        "distinct_teams": row.teams,
        "n_seen": row.n_seen,
        "n_known": row.n_known,
        "least_difference": row.least_difference(),
    })
}

fn of_part(part: &Part) -> Value {
    let subject = |subject: &Subject| {
        let per_size = subject.sizes().into_iter().map(|size| {
            let mut entry = of_tally(subject.tally(Some(size)));
            entry.extend(over_replicates(subject, size));
            (size.to_string(), Value::Object(entry))
        });
        json!({
            "method": subject.name,
            "baseline": subject.baseline,
            "per_r": Value::Object(per_size.collect::<Map<_, _>>()),
        })
    };
    let comparisons = part
        .comparisons
        .iter()
        .map(|comparison| of_comparison(part, comparison));
    json!({
        "answers": part.subjects.iter().map(subject).collect::<Vec<_>>(),
        "tests": comparisons.collect::<Vec<_>>(),
    })
}

fn of_tally(tally: Tally) -> Map<String, Value> {
    let mut entry = Map::new();
    for (name, count) in [
        ("n", tally.n),
        ("right", tally.right),
        ("n_seen", tally.n_seen),
        ("right_seen", tally.right_seen),
        ("n_novel", tally.n_novel()),
        ("right_novel", tally.right_novel()),
    ] {
        entry.insert(name.to_owned(), json!(count));
    }
    entry.insert("share".to_owned(), json!(tally.share()));
    let interval = tally.interval().map(|(lower, upper)| [lower, upper]);
    entry.insert("interval".to_owned(), json!(interval));
    entry
}

fn over_replicates(subject: &Subject, size: usize) -> Map<String, Value> {
    let shares = subject.shares(size);
    let summary = summarise(shares.iter().copied());
    let mut entry = Map::new();
    entry.insert("mean".to_owned(), json!(summary.map(|summary| summary.mean)));
    entry.insert(
        "deviation".to_owned(),
        json!(summary.and_then(|summary| summary.deviation)),
    );
    entry.insert("shares".to_owned(), json!(shares));
    entry
}

fn of_comparison(part: &Part, comparison: &Comparison) -> Value {
    let name = |place: usize| part.subjects.get(place).map(|subject| subject.name.as_str());
    let per_size = comparison
        .per_size
        .iter()
        .map(|(size, paired)| (size.to_string(), of_paired(paired)));
    json!({
        "method": name(comparison.first),
        "against": name(comparison.second),
        "per_r": Value::Object(per_size.collect::<Map<_, _>>()),
        "all": of_paired(&comparison.all),
    })
}

fn of_paired(paired: &Paired) -> Value {
    json!({
        "n": paired.n,
        "distinct_targets": paired.targets,
        "both": paired.both,
        "only_method": paired.first,
        "only_against": paired.second,
        "difference": paired.difference(),
        "mcnemar": paired.mcnemar(),
        "by_target": paired.by_target(),
        "verdict": Verdict::of(paired).name(),
    })
}

fn of_crowding(row: &Crowding) -> Value {
    let genes = row.genes.iter();
    let genes =
        genes.map(|(name, confused, known)| json!({"gene": name, "confused": confused, "training_targets": known}));
    json!({
        "method": row.name,
        "size": row.size,
        "n": row.targets,
        "wrong": row.hubs.wrong,
        "wrong_hubs": row.hubs.wrong_hubs,
        "members": row.hubs.members,
        "member_hubs": row.hubs.member_hubs,
        "genes": genes.collect::<Vec<_>>(),
    })
}

fn of_finding(finding: &Finding) -> Value {
    json!({ "severity": finding.severity.name(), "about": finding.about, "text": finding.text })
}
