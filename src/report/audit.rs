//! What a reviewer would ask of a result: on how many targets, beside which baselines, remembered or found, and whether
//! differences are more than chance.

mod comparisons;
mod crowding;
mod findings;
mod json;
mod records;
mod subjects;
mod tables;
mod targets;
mod words;

pub use comparisons::Comparison;
pub use crowding::Crowding;
pub use findings::{Finding, Severity};
pub use subjects::{Question, Run, Subject};
pub use targets::TestTargets;

use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::report::groups::group;
use crate::report::tables::notes;
use subjects::{Experiments, baselines, methods};

/// Differences with a p below this are told as differences.
const SIGNIFICANT: f64 = 0.05;

/// An audited result.
#[derive(Debug)]
pub struct Audit {
    /// The name of the data set; several are joined.
    pub data: String,
    /// Data, split, seeds and pool size in one line.
    pub protocol: String,
    /// The targets that everything is judged on.
    pub targets: Vec<TestTargets>,
    /// One entry a question: exact match and coverage of decoded teams, coverage alone of pools.
    pub parts: Vec<Part>,
    /// Which genes take the place of true regulators.
    pub crowding: Vec<Crowding>,
    /// All of it in words, problems first.
    pub findings: Vec<Finding>,
}

/// One question, with everyone's answers.
#[derive(Debug)]
pub struct Part {
    /// What makes an answer right.
    pub question: Question,
    /// The rows of the result, then the baselines.
    pub subjects: Vec<Subject>,
    /// Pairs of subjects on the same targets.
    pub comparisons: Vec<Comparison>,
}

/// Audits the rows of a result. `most` is how many crowding genes are named.
pub fn audit(cells: &[GridCell], most: usize) -> Audit {
    let is_decoded = cells.iter().any(|cell| matches!(cell.value, Value::Report(_)));
    let questions: &[Question] = match is_decoded {
        true => &[Question::Exact, Question::Coverage],
        false => &[Question::Coverage],
    };
    let parts: Vec<Part> = questions.iter().map(|&question| part(cells, question)).collect();
    let targets = parts.first().map(targets::test_targets).unwrap_or_default();
    let crowding = crowding::crowding(&group(cells, false), most);
    let findings = findings::findings(cells, &targets, &parts, &crowding);
    Audit {
        data: notes::data_name(cells),
        protocol: notes::protocol(cells),
        targets,
        parts,
        crowding,
        findings,
    }
}

fn part(cells: &[GridCell], question: Question) -> Part {
    let mut experiments = Experiments::default();
    let mut subjects = methods(cells, question, &mut experiments);
    let baselines = baselines(&subjects, question, &experiments);
    subjects.extend(baselines);
    let comparisons = comparisons::compare(&subjects);
    Part {
        question,
        subjects,
        comparisons,
    }
}

#[cfg(test)]
mod tests;
