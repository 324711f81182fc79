//! Who beats whom.

use crate::metrics::paired::Paired;
use crate::report::audit::comparisons::{Comparison, Verdict};
use crate::report::audit::findings::{Finding, Severity};
use crate::report::audit::subjects::Subject;
use crate::report::audit::words::{p_is, share};
use crate::report::audit::{Part, Question};

/// A finding for every comparison.
pub fn findings(part: &Part) -> Vec<Finding> {
    let of = |comparison: &Comparison| {
        let first = part.subjects.get(comparison.first)?;
        let second = part.subjects.get(comparison.second)?;
        Some(finding(part.question, comparison, first, second))
    };
    part.comparisons.iter().filter_map(of).collect()
}

fn finding(question: Question, comparison: &Comparison, first: &Subject, second: &Subject) -> Finding {
    let clause = |verdict: Verdict| {
        let sizes = comparison
            .per_size
            .iter()
            .filter(|(_, paired)| Verdict::of(paired) == verdict);
        let sizes: Vec<String> = sizes.map(|(&size, paired)| at_size(size, paired)).collect();
        (!sizes.is_empty()).then(|| (verdict, sizes.join("; ")))
    };
    let order = [Verdict::Behind, Verdict::Open, Verdict::TooFew, Verdict::Ahead];
    let clauses: Vec<(Verdict, String)> = order.into_iter().filter_map(clause).collect();
    let other = match second.baseline {
        true => format!("the {} baseline", second.name),
        false => second.name.clone(),
    };
    let texts = clauses.iter().map(|(verdict, sizes)| match verdict {
        Verdict::Behind => format!("is behind {other} at {sizes}"),
        Verdict::Open => format!("does not beat {other} at {sizes}"),
        Verdict::TooFew => format!("can't be told apart from {other}, too few targets differ, at {sizes}"),
        Verdict::Ahead => format!("beats {other} at {sizes}"),
    });
    let texts: Vec<String> = texts.collect();
    let severity = match clauses.first() {
        _ if !second.baseline => Severity::Fine,
        Some((Verdict::Behind | Verdict::Open | Verdict::TooFew, _)) => Severity::Problem,
        _ => Severity::Fine,
    };
    Finding::new(
        severity,
        &first.name,
        format!("{}: {}", question.name(), texts.join(". It ")),
    )
}

/// `R = 2 (0.213 against 0.444, p = 0.001)`.
fn at_size(size: usize, paired: &Paired) -> String {
    let of = |only: usize| share((paired.n > 0).then(|| (paired.both + only) as f64 / paired.n as f64));
    format!(
        "R = {size} ({} against {}, {})",
        of(paired.first),
        of(paired.second),
        p_is(paired.by_target())
    )
}
