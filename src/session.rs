//! What the command line and the notebook kernel stand on: one script after another, in one session.

use crate::engine::context::RunError;
use crate::engine::device;
use crate::engine::executor::{Engine, Interrupted, RunContext, RunFailure};
use crate::engine::fingerprint::Fingerprints;
use crate::engine::observer::{CancelToken, Event, Observer};
use crate::engine::outcome::Outcome;
use crate::lang::catalog::{Catalog, ParameterKind};
use crate::lang::check::check;
use crate::lang::checked::{Checked, Environment};
use crate::lang::diagnostics::{Diagnostic, Severity};
use crate::plan::graph::{Plan, Request, Show};
use crate::report;
use crate::report::Rendered;
use crate::report::write::check_writable;
use crate::source::Source;
use crate::stages;
use grn_grammar::ast::StatementKind;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// A session: the stage catalog, the names and options that scripts leave behind, and every finished stage.
pub struct Session {
    catalog: Catalog,
    environment: Environment,
    /// `set` statements that stand above those of scripts.
    overrides: Vec<Source>,
    engine: Engine,
}

/// A script that can run.
pub struct Prepared {
    /// The optimised plan.
    pub plan: Plan,
    /// What is probably not meant.
    pub warnings: Vec<Diagnostic>,
    /// What the optimiser did.
    pub optimisations: Vec<RuleOutcome>,
    environment: Environment,
}

/// What a statement shows.
pub enum Shown {
    /// A finished pipeline, with its tables and figures.
    Result {
        /// The values.
        outcome: Outcome,
        /// What to show of them.
        rendered: Vec<Rendered>,
    },
    /// The plan of a pipeline.
    Explanation(Explanation),
    /// A page of the catalog.
    Help(Page),
}

/// Why a script gave no result, or not all.
#[derive(Debug)]
pub enum Failure {
    /// The script is wrong; nothing ran.
    Script(Vec<Diagnostic>),
    /// A stage failed.
    Run(Box<Diagnostic>),
    /// The user stopped it.
    Cancelled(Interrupted),
}

impl From<RunFailure> for Failure {
    fn from(failure: RunFailure) -> Self {
        match failure {
            RunFailure::Failed(diagnostic) => Self::Run(diagnostic),
            RunFailure::Cancelled(interrupted) => Self::Cancelled(interrupted),
        }
    }
}
