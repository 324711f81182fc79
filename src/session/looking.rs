//! Scripts that are only looked at: problems, plans, pages.

use super::places::Placed;
use super::script::{in_order, parse};
use super::{Session, outputs};
use crate::engine::observer::CancelToken;
use crate::lang::check::check;
use crate::lang::check::paths;
use crate::lang::checked::Environment;
use crate::lang::diagnostics::{Diagnostic, Severity};
use crate::lang::help::page;
use crate::lang::options::Options;
use crate::lang::page::Page;
use crate::plan::build::build_until;
use crate::plan::explain::{Explanation, explain};
use crate::plan::fingerprint;
use crate::plan::graph::{Plan, Request};
use crate::plan::identity::Fingerprint;
use crate::plan::rules::{RULES, RuleOutcome, optimise};
use crate::source::Source;
use grn_grammar::ast::{Script, StatementKind};
use std::path::PathBuf;

/// A script that was checked and planned.
pub(super) struct Planned {
    /// The optimised plan.
    pub plan: Plan,
    /// What is probably not meant, in source order.
    pub warnings: Vec<Diagnostic>,
    /// What the optimiser did, rule by rule.
    pub optimisations: Vec<RuleOutcome>,
    /// What the session's later scripts see once it has run.
    pub environment: Environment,
}

impl Session {
    /// Where a file named `text` is written: `$NAME` and a leading `~/` stand for what they do in a script.
    pub fn output_path(&self, text: &str) -> Result<PathBuf, Diagnostic> {
        let expanded = paths::expand(&self.environment, text).map_err(|name| {
            Diagnostic::error(
                "undefined-variable",
                format!("the environment has no variable `${name}`"),
            )
            .help("expected a path; a `$` begins the name of an environment variable")
        })?;
        Ok(PathBuf::from(paths::at_home(&self.environment, expanded)))
    }

    /// Puts an option (`key=value`) above every `set` of later scripts. Where it is wrong, gives back the text it
    /// was read as, with every problem.
    pub fn override_option(&mut self, assignment: &str) -> Result<(), (Source, Vec<Diagnostic>)> {
        let source = Source::cell("--set", format!("set {assignment}"));
        let (script, problems) = parse(&source.text, 0);
        let is_one_set = matches!(script.statements.as_slice(), [only] if matches!(only.kind, StatementKind::Set(_)));
        if problems.is_empty() && !is_one_set {
            let problem = Diagnostic::error("option", format!("`{assignment}` sets nothing, expected `key=value`"));
            return Err((source, vec![problem.help("for instance `device=cpu`")]));
        }
        let checked = check(&script, &self.catalog, &self.environment);
        let problems = in_order(problems, checked.diagnostics);
        if problems.is_empty() {
            self.overrides.push(script);
            return Ok(());
        }
        Err((source, problems))
    }

    /// Every problem of a script, in source order. Reads no data, runs nothing.
    pub fn check(&mut self, source: &Source) -> Vec<Diagnostic> {
        let text = self.places.enter(source);
        match self.plan(&text, &fingerprint::metadata, &CancelToken::default()) {
            Ok(planned) => planned.warnings,
            Err(diagnostics) => diagnostics,
        }
    }

    /// The plan of every pipeline of a script, and its warnings. Reads no data, runs nothing.
    pub fn explain(&mut self, source: &Source) -> Result<(Vec<Explanation>, Vec<Diagnostic>), Vec<Diagnostic>> {
        let text = self.places.enter(source);
        let Planned { plan, warnings, .. } = self.plan(&text, &fingerprint::metadata, &CancelToken::default())?;
        let explanations = plan.requests.iter().filter_map(|request| match request {
            Request::Show(pipeline) | Request::Explain(pipeline) => Some(explain(&plan, pipeline, RULES)),
            Request::Help { .. } => None,
        });
        Ok((explanations.collect(), warnings))
    }

    /// The catalog's page for a verb or a method, or for everything. Where there is none of that name, gives back the
    /// `help` statement that was asked for, with its problems.
    pub fn help(&self, verb: Option<&str>, method: Option<&str>) -> Result<Page, (Source, Vec<Diagnostic>)> {
        if let Some(page) = page(&self.catalog, verb, method) {
            return Ok(page);
        }
        let words: Vec<&str> = ["help"].into_iter().chain(verb).chain(method).collect();
        let source = Source::cell("help", words.join(" "));
        let (script, syntax) = parse(&source.text, 0);
        let checked = check(&script, &self.catalog, &Environment::default());
        let mut problems = in_order(syntax, checked.diagnostics);
        if problems.is_empty() {
            problems.push(Diagnostic::error(
                "help",
                format!("there is no page `{}`", words.join(" ")),
            ));
        }
        Err((source, problems))
    }

    /// Checks, plans and optimises a script; an interrupt ends it with any error.
    pub(super) fn plan(
        &self,
        text: &Placed,
        fingerprint: &Fingerprint,
        cancel: &CancelToken,
    ) -> Result<Planned, Vec<Diagnostic>> {
        let source = text.source.as_ref();
        let (script, problems) = parse(&source.text, text.offset);
        let environment = Environment {
            folder: source.folder.clone(),
            interactive: source.interactive,
            ..self.environment.clone()
        };
        let checked = check(&script, &self.catalog, &environment);
        let diagnostics = in_order(problems, checked.diagnostics.clone());
        if diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
        {
            return Err(diagnostics);
        }
        let mut plan = build_until(&checked, fingerprint, &|| cancel.is_cancelled())?;
        plan.options = self.overridden(plan.options);
        let problems = outputs::unknown_extensions(&plan);
        if !problems.is_empty() {
            return Err(problems);
        }
        let optimisations = optimise(&mut plan, RULES);
        let idle = plan.requests.is_empty() && diagnostics.is_empty() && !source.interactive;
        let nothing = || {
            Diagnostic::warning("nothing-to-run", "the script asks for nothing, so nothing runs")
                .help("a pipeline on a line of its own runs, for instance `retrieve popularity k=80`")
        };
        Ok(Planned {
            plan,
            warnings: diagnostics.into_iter().chain(idle.then(nothing)).collect(),
            optimisations,
            environment: checked.environment,
        })
    }

    pub(super) fn overridden(&self, options: Options) -> Options {
        let apply = |options, script: &Script| {
            let environment = Environment {
                options,
                ..self.environment.clone()
            };
            check(script, &self.catalog, &environment).environment.options
        };
        self.overrides.iter().fold(options, apply)
    }
}
