//! From a syntax tree to checked pipelines, with every problem in one go.

mod axes;
mod connect;
mod follow;
mod method;
mod methods;
mod order;
pub(crate) mod paths;
mod pipeline;
mod settings;
mod statements;
pub mod value;

use crate::lang::catalog::Catalog;
use crate::lang::checked::{Checked, CheckedStatement, Environment};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::keywords::DEFAULT_SOURCE;
use grn_grammar::ast::{Script, Statement, StatementKind};
use grn_grammar::span::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Checks a whole script against the catalog. Never fails: every problem is in `diagnostics`, and what is sound is
/// in `statements`. The environment that comes back is for the next script of the session; after errors the caller
/// decides whether to keep it.
pub fn check(script: &Script, catalog: &Catalog, environment: &Environment) -> Checked {
    let mut checker = Checker {
        catalog,
        environment: environment.clone(),
        bound_here: BTreeMap::new(),
        followed: BTreeMap::new(),
        script_names: script.statements.iter().filter_map(bound_name).collect(),
        statements: Vec::new(),
        diagnostics: Vec::new(),
    };
    for statement in &script.statements {
        checker.statement(statement);
    }
    checker.unused_names();
    checker.broken_names();
    checker.finish()
}

fn bound_name(statement: &Statement) -> Option<&str> {
    match &statement.kind {
        StatementKind::Let { name, .. } => Some(&name.node),
        StatementKind::Use(_) => Some(DEFAULT_SOURCE),
        _ => None,
    }
}

/// How many diagnostics back one and the same may stand.
const RECENT: usize = 100;

struct Checker<'a> {
    catalog: &'a Catalog,
    environment: Environment,
    /// Names bound by this script: where, and whether anything uses them.
    bound_here: BTreeMap<String, BoundName>,
    /// What was checked again: the redefinition that asked for it, and its place.
    followed: BTreeMap<String, (String, Span)>,
    /// Every name that this script binds anywhere, and `use`.
    script_names: BTreeSet<&'a str>,
    statements: Vec<CheckedStatement>,
    diagnostics: Vec<Diagnostic>,
}

struct BoundName {
    span: Span,
    used: bool,
}

impl Checker<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        // The same argument is checked once for each method of a method axis, one soon after the other.
        if !self
            .diagnostics
            .iter()
            .rev()
            .take(RECENT)
            .any(|known| *known == diagnostic)
        {
            self.diagnostics.push(diagnostic);
        }
    }

    fn error(&mut self, code: &'static str, message: impl Into<String>, span: Span, label: impl Into<String>) {
        self.report(Diagnostic::error(code, message).at(span, label));
    }

    fn unused_names(&mut self) {
        if self.environment.interactive {
            return;
        }
        let unused: Vec<Diagnostic> = self
            .bound_here
            .iter()
            .filter(|(name, bound)| !bound.used && self.environment.names.get(*name).is_some_and(Option::is_some))
            .map(|(name, bound)| {
                Diagnostic::warning("unused-name", format!("nothing uses `{name}`, so it never runs"))
                    .at(bound.span, "bound here")
                    .help(format!("a line `{name}` shows it"))
            })
            .collect();
        self.diagnostics.extend(unused);
    }

    fn finish(mut self) -> Checked {
        self.diagnostics
            .sort_by_key(|d| d.label.as_ref().map(|(span, _)| *span));
        Checked {
            statements: self.statements,
            diagnostics: self.diagnostics,
            environment: self.environment,
        }
    }
}
