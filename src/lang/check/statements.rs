//! The statements: what each does to the session and what it asks for.

use super::pipeline::Ending;
use super::{BoundName, Checker, paths, value};
use crate::lang::checked::{CheckedKind, CheckedPipeline, CheckedStatement};
use crate::lang::definition::Definition;
use crate::lang::diagnostics::Diagnostic;
use crate::lang::keywords::{DEFAULT_SOURCE, is_keyword};
use crate::lang::options::OPTIONS;
use crate::lang::suggest::{nearest, one_of};
use grn_grammar::ast::{Argument, Pipeline, Statement, StatementKind};
use grn_grammar::span::{Span, Spanned};

impl Checker<'_> {
    pub(super) fn statement(&mut self, statement: &Statement) {
        let span = statement.span;
        match &statement.kind {
            StatementKind::Run(pipeline) => {
                if let Some(checked) = self.pipeline(pipeline, Ending::Shown) {
                    self.ask(CheckedKind::Show(checked), span);
                }
            }
            StatementKind::Explain(pipeline) => {
                if let Some(checked) = self.pipeline(pipeline, Ending::Shown) {
                    self.ask(CheckedKind::Explain(checked), span);
                }
            }
            StatementKind::Let { name, pipeline } => self.bind(name, pipeline),
            StatementKind::Use(pipeline) => self.default_source(pipeline, span),
            StatementKind::Set(arguments) => self.set(arguments),
            StatementKind::Help { verb, method } => self.help(verb.as_ref(), method.as_ref(), span),
        }
    }

    fn ask(&mut self, kind: CheckedKind, span: Span) {
        self.statements.push(CheckedStatement { kind, span });
    }

    fn bind(&mut self, name: &Spanned<String>, pipeline: &Pipeline) {
        let checked = self.pipeline(pipeline, Ending::Open);
        let text = name.node.as_str();
        if self.catalog.verbs().contains(&text) {
            let message = format!("`{text}` is a verb and can't name a pipeline");
            self.error("shadows-verb", message, name.span, "expected another name");
            return;
        }
        if is_keyword(text) {
            let message = format!("`{text}` begins a statement and can't name a pipeline");
            self.error("shadows-keyword", message, name.span, "expected another name");
            return;
        }
        if let Some(given) = self.environment.given.get(text) {
            let message = format!("`{text}` is {} and can't name a pipeline as well", given.kind);
            let diagnostic = Diagnostic::error("shadows-given", message).at(name.span, "expected another name");
            self.report(diagnostic.help(format!("`%forget {text}` frees the name in a notebook")));
            return;
        }
        if self.bound_here.contains_key(text) {
            let message = format!("the name `{text}` is bound twice");
            self.error(
                "bound-twice",
                message,
                name.span,
                "already bound above; expected another name",
            );
            return;
        }
        let bound = BoundName {
            span: name.span,
            used: false,
        };
        self.bound_here.insert(name.node.clone(), bound);
        let definition = Definition::new(pipeline, self.catalog, &self.environment);
        self.environment.names.insert(name.node.clone(), checked);
        self.define(text, definition, name.span);
    }

    fn default_source(&mut self, pipeline: &Pipeline, span: Span) {
        if let Some(checked) = self.source_pipeline(pipeline) {
            self.environment.default_source = Some(checked);
            let definition = Definition::new(pipeline, self.catalog, &self.environment);
            self.define(DEFAULT_SOURCE, definition, span);
        }
    }

    /// A pipeline that others can begin with unseen.
    pub(super) fn source_pipeline(&mut self, pipeline: &Pipeline) -> Option<CheckedPipeline> {
        let checked = self.pipeline(pipeline, Ending::Open)?;
        if let Some(view) = checked.stages.iter().find(|stage| stage.is_view()) {
            let diagnostic = Diagnostic::error("view-in-source", "a `use` pipeline shows nothing")
                .at(view.span, "this stage shows or writes its input")
                .help("put it into a pipeline of its own");
            self.report(diagnostic);
            return None;
        }
        Some(checked)
    }

    fn set(&mut self, arguments: &[Argument]) {
        let mut seen: Vec<&str> = Vec::new();
        for argument in arguments {
            let name = argument.key.node.as_str();
            let Some(option) = OPTIONS.iter().find(|option| option.name == name) else {
                self.unknown_option(&argument.key);
                continue;
            };
            if seen.contains(&name) {
                self.error(
                    "duplicate-argument",
                    format!("`{name}` is given twice"),
                    argument.key.span,
                    "given above",
                );
                continue;
            }
            seen.push(name);
            let value = value::fixed(option, &argument.value)
                .and_then(|value| paths::resolve(&self.environment, option, false, value, argument.value.span));
            match value {
                Ok(value) => self.environment.options.assign(name, &value),
                Err(diagnostic) => self.report(*diagnostic),
            }
        }
    }

    fn unknown_option(&mut self, key: &Spanned<String>) {
        let names = || OPTIONS.iter().map(|option| option.name);
        let label = match nearest(&key.node, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("expected {}", one_of(names())),
        };
        self.error(
            "unknown-option",
            format!("there is no option `{}`", key.node),
            key.span,
            label,
        );
    }

    fn help(&mut self, verb: Option<&Spanned<String>>, method: Option<&Spanned<String>>, span: Span) {
        if let Some(verb) = verb {
            let methods = self.catalog.methods(&verb.node);
            if is_keyword(&verb.node) {
                let message = format!("`{}` is a statement, which has no page of its own", verb.node);
                let diagnostic = Diagnostic::error("unknown-verb", message).at(verb.span, "expected a verb");
                self.report(diagnostic.help("`help` alone shows every statement"));
                return;
            }
            if methods.is_empty() {
                self.unknown_verb(verb, false);
                return;
            }
            if let Some(method) = method
                && !methods.iter().any(|spec| spec.method == Some(method.node.as_str()))
            {
                self.unknown_method(&verb.node, &method.node, method.span);
                return;
            }
        }
        let text = |name: Option<&Spanned<String>>| name.map(|n| n.node.clone());
        let (verb, method) = (text(verb), text(method));
        self.ask(CheckedKind::Help { verb, method }, span);
    }
}
