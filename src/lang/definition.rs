//! How the names of a session were written: what depends on a name follows it when it is redefined.

use crate::lang::catalog::Catalog;
use crate::lang::checked::Environment;
use crate::lang::diagnostics::Diagnostic;
use crate::lang::implied::SOURCE;
use crate::lang::keywords::DEFAULT_SOURCE;
use grn_grammar::ast::{Pipeline, StageCall, Value};
use grn_grammar::span::{Span, Spanned};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// The syntax tree of a name, or of the default source.
///
/// No definition begins with itself, be it through others: where one is written so, it means the former definition,
/// which is then put in its place.
#[derive(Clone, Debug)]
pub struct Definition {
    /// As written, with places of the session.
    pub pipeline: Arc<Pipeline>,
    /// The name that it begins with, or `use` where it begins with the default source, built in or not.
    pub begins_with: Option<String>,
    /// The folder of its script, see [`Environment::folder`].
    pub folder: Option<PathBuf>,
    /// Why it no longer fits.
    pub broken: Option<Broken>,
}

/// What broke a definition that was right.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The name that was redefined, or `use`.
    pub by: String,
    /// What is wrong, at the place of the definition.
    pub problem: Box<Diagnostic>,
}

impl Broken {
    /// `` has errors since `z` was redefined ``.
    pub fn reason(&self) -> String {
        match self.by.as_str() {
            DEFAULT_SOURCE => format!("has errors since the `{DEFAULT_SOURCE}` pipeline was redefined"),
            name => format!("has errors since `{name}` was redefined"),
        }
    }
}

impl Definition {
    /// Places of its stages, one each, and of what is wrong with it.
    pub fn places(&self) -> impl Iterator<Item = Span> {
        let broken = self.broken.iter().filter_map(|broken| broken.problem.label.as_ref());
        let stages = self.pipeline.stages.iter().map(|stage| stage.verb.span);
        stages.chain(broken.map(|(span, _)| *span))
    }

    /// The definition of a pipeline that is written in `environment`.
    pub fn new(pipeline: &Pipeline, catalog: &Catalog, environment: &Environment) -> Self {
        let first = pipeline.stages.first().map(|stage| stage.verb.node.as_str());
        let begins_with = first.and_then(|verb| match catalog.methods(verb).first() {
            Some(spec) => (!spec.takes.is_empty()).then_some(DEFAULT_SOURCE),
            None => environment.names.contains_key(verb).then_some(verb),
        });
        Self {
            pipeline: Arc::new(pipeline.clone()),
            begins_with: begins_with.map(str::to_owned),
            folder: environment.folder.clone(),
            broken: None,
        }
    }

    /// The built-in data set, which is the default source before any `use`.
    fn built_in() -> Self {
        let (span, (verb, method)) = (Span::default(), SOURCE);
        let stage = StageCall {
            verb: Spanned::new(verb.to_owned(), span),
            method: Some(Spanned::new(Value::Name(method.to_owned()), span)),
            arguments: Vec::new(),
            span,
        };
        let pipeline = Pipeline {
            stages: vec![stage],
            span,
        };
        Self {
            pipeline: Arc::new(pipeline),
            begins_with: None,
            folder: None,
            broken: None,
        }
    }

    /// The same with the stages of `first` in place of the name that it begins with.
    fn after(&self, first: &Self) -> Self {
        // A name is written, the default source is not.
        let written = usize::from(self.begins_with.as_deref() != Some(DEFAULT_SOURCE));
        let stages = first.pipeline.stages.iter();
        let pipeline = Pipeline {
            stages: stages
                .chain(self.pipeline.stages.iter().skip(written))
                .cloned()
                .collect(),
            span: self.pipeline.span,
        };
        Self {
            pipeline: Arc::new(pipeline),
            begins_with: first.begins_with.clone(),
            ..self.clone()
        }
    }
}

impl Environment {
    /// Keeps how `name` is written. What it begins with, be it through others, is its former definition.
    pub(super) fn define(&mut self, name: &str, mut definition: Definition) {
        let former = match self.definitions.get(name) {
            None if name == DEFAULT_SOURCE => Some(Definition::built_in()),
            known => known.cloned(),
        };
        if let Some(former) = former {
            if definition.begins_with.as_deref() == Some(name) {
                definition = definition.after(&former);
            }
            let mut next = definition.begins_with.clone();
            while let Some(link) = next.and_then(|link| self.definitions.get_mut(&link)) {
                if link.begins_with.as_deref() == Some(name) {
                    *link = link.after(&former);
                    break;
                }
                next = link.begins_with.clone();
            }
        }
        self.definitions.insert(name.to_owned(), definition);
    }

    /// Takes a name away, or with `use` the default source; false where there is none. What begins with it stays as
    /// it is.
    pub fn forget(&mut self, name: &str) -> bool {
        let former = self.definitions.remove(name);
        let is_defined = former.is_some();
        if let Some(former) = former {
            let dependents = self.definitions.values_mut();
            dependents
                .filter(|definition| definition.begins_with.as_deref() == Some(name))
                .for_each(|definition| *definition = definition.after(&former));
        }
        match name {
            DEFAULT_SOURCE => self.default_source.take().is_some() || is_defined,
            _ => self.names.remove(name).is_some() || self.given.remove(name).is_some(),
        }
    }

    /// What [`Environment::forget`] takes away.
    pub fn forgettable(&self) -> impl Iterator<Item = &str> {
        let has_source = self.default_source.is_some() || self.definitions.contains_key(DEFAULT_SOURCE);
        let names = self.names.keys().chain(self.given.keys()).map(String::as_str);
        names.chain(has_source.then_some(DEFAULT_SOURCE))
    }

    /// What depends on `name`, directly or through others, each after what it begins with; what `stays` does not
    /// count, nor what depends on `name` through it alone.
    pub(super) fn dependents(&self, name: &str, stays: impl Fn(&str) -> bool) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut seen = BTreeSet::from([name]);
        let mut current = Some(name.to_owned());
        let mut next = 0;
        while let Some(begun) = current {
            for (dependent, definition) in &self.definitions {
                if definition.begins_with.as_deref() == Some(begun.as_str())
                    && !stays(dependent)
                    && seen.insert(dependent)
                {
                    found.push(dependent.clone());
                }
            }
            current = found.get(next).cloned();
            next += 1;
        }
        found
    }
}
