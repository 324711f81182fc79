//! What the numbers say, in words.

mod differences;
mod memory;
mod protocol;

use crate::engine::outcome::GridCell;
use crate::report::audit::{Crowding, Part, TestTargets};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The number can't stand as it is.
    Problem,
    /// The number needs words beside it.
    Caution,
    /// Nothing is wrong here.
    Fine,
}

impl Severity {
    /// As tables and JSON call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Caution => "caution",
            Self::Fine => "fine",
        }
    }
}

/// One thing to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// What it is about: a row of the result, or `all`.
    pub about: String,
    /// What there is to say.
    pub text: String,
}

/// What findings are about that concern every row.
const ALL: &str = "all";

impl Finding {
    fn new(severity: Severity, about: &str, text: String) -> Self {
        Self {
            severity,
            about: about.to_owned(),
            text,
        }
    }
}

/// Everything there is to say, problems first; within these, what concerns all rows first.
pub fn findings(cells: &[GridCell], targets: &[TestTargets], parts: &[Part], crowding: &[Crowding]) -> Vec<Finding> {
    let mut findings = protocol::findings(cells, targets);
    for part in parts {
        findings.extend(differences::findings(part));
    }
    for part in parts {
        findings.extend(memory::findings(part));
    }
    findings.extend(memory::hubs(crowding));
    findings.sort_by_key(|finding| finding.severity);
    findings
}
