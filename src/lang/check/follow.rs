//! In a session, what depends on a redefined name is checked again and follows it.

use super::Checker;
use super::pipeline::Ending;
use crate::lang::checked::CheckedPipeline;
use crate::lang::definition::{Broken, Definition};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::keywords::DEFAULT_SOURCE;
use crate::lang::suggest::join_with;
use grn_grammar::span::Span;
use std::collections::BTreeMap;

impl Checker<'_> {
    /// Keeps how `name`, bound at `span`, is written, and checks again what depends on it, but for what this script itself
    /// binds.
    pub(super) fn define(&mut self, name: &str, definition: Definition, span: Span) {
        let is_new = !self.environment.definitions.contains_key(name);
        self.environment.define(name, definition);
        // Nothing begins with a new name, but much with a default source that was built in.
        if !self.environment.interactive || (is_new && name != DEFAULT_SOURCE) {
            return;
        }
        let stays = |name: &str| self.script_names.contains(name);
        for dependent in self.environment.dependents(name, stays) {
            self.check_again(&dependent, name);
            self.followed
                .entry(dependent)
                .or_insert_with(|| (name.to_owned(), span));
        }
    }

    fn check_again(&mut self, name: &str, by: &str) {
        let Some(definition) = self.environment.definitions.get(name).cloned() else {
            return;
        };
        let first = definition.begins_with.as_ref();
        let first = first.and_then(|first| self.environment.definitions.get(first));
        let (checked, broken) = match first.and_then(|first| first.broken.clone()) {
            Some(broken) => (None, Some(broken)),
            None => self.checked_alone(name, &definition, by),
        };
        if let Some(definition) = self.environment.definitions.get_mut(name) {
            definition.broken = broken;
        }
        match name {
            DEFAULT_SOURCE => self.environment.default_source = checked,
            _ => drop(self.environment.names.insert(name.to_owned(), checked)),
        }
    }

    /// Checks a definition where it was written; its problems are kept, not reported.
    fn checked_alone(
        &mut self,
        name: &str,
        definition: &Definition,
        by: &str,
    ) -> (Option<CheckedPipeline>, Option<Broken>) {
        let folder = std::mem::replace(&mut self.environment.folder, definition.folder.clone());
        let reported = std::mem::take(&mut self.diagnostics);
        let checked = match name {
            DEFAULT_SOURCE => self.source_pipeline(&definition.pipeline),
            _ => self.pipeline(&definition.pipeline, Ending::Open),
        };
        let problems = std::mem::replace(&mut self.diagnostics, reported);
        self.environment.folder = folder;
        let problem = problems.into_iter().next().filter(|_| checked.is_none());
        let broken = problem.map(|problem| Broken {
            by: by.to_owned(),
            problem: Box::new(problem),
        });
        (checked, broken)
    }

    /// Says what is wrong with a name that broke; false where nothing did.
    pub(super) fn report_broken(&mut self, name: &str, span: Span) -> bool {
        let definition = self.environment.definitions.get(name);
        let Some(broken) = definition.and_then(|definition| definition.broken.clone()) else {
            return false;
        };
        let (called, form) = match name {
            DEFAULT_SOURCE => ("the `use` pipeline".to_owned(), "use …".to_owned()),
            _ => (format!("`{name}`"), format!("let {name} = …")),
        };
        let diagnostic = Diagnostic::error("broken-name", format!("{called} {}", broken.reason()));
        let label = "its definition no longer fits";
        self.report(diagnostic.at(span, label).help(format!("`{form}` defines it anew")));
        // Its place is in the definition.
        self.report(*broken.problem);
        true
    }

    /// One warning for each redefinition that broke others.
    pub(super) fn broken_names(&mut self) {
        let mut warnings: BTreeMap<Span, (String, Vec<String>, String)> = BTreeMap::new();
        for (name, (by, span)) in &self.followed {
            let definition = self.environment.definitions.get(name);
            if let Some(broken) = definition.and_then(|definition| definition.broken.as_ref()) {
                let first = || (by.clone(), Vec::new(), broken.problem.message.clone());
                let (_, names, _) = warnings.entry(*span).or_insert_with(first);
                names.push(format!("`{name}`"));
            }
        }
        for (span, (by, names, problem)) in warnings {
            let verbs = if names.len() == 1 {
                ["depends", "fits"]
            } else {
                ["depend", "fit"]
            };
            let names = join_with(&names, "and");
            let message = format!("{names} {} on `{by}` and no longer {}", verbs[0], verbs[1]);
            let warning = Diagnostic::warning("broken-name", message).at(span, "redefined here");
            self.report(warning.help(problem));
        }
    }
}
