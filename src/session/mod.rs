//! What the command line and the notebook kernel stand on: one script after another, in one session.

mod files;
mod outputs;
mod places;
mod script;

use crate::engine::defect;
use crate::engine::device;
use crate::engine::executor::{Engine, Execution, Interrupted, RunContext, RunFailure};
use crate::engine::interruption;
use crate::engine::observer::{CancelToken, Event, Observer};
use crate::engine::outcome::Outcome;
use crate::lang::catalog::Catalog;
use crate::lang::check::check;
use crate::lang::checked::Environment;
use crate::lang::diagnostics::{Diagnostic, Severity};
use crate::lang::help::page;
use crate::lang::options::Options;
use crate::lang::page::Page;
use crate::plan::build::build;
use crate::plan::explain::{Explanation, explain};
use crate::plan::fingerprint;
use crate::plan::graph::{Plan, Request, Show};
use crate::plan::identity::Fingerprint;
use crate::plan::rules::{RULES, RuleOutcome, optimise};
use crate::report::diagnostics::draw;
use crate::report::render::{Rendered, render_all};
use crate::source::Source;
use crate::stages;
use files::Files;
use grn_grammar::ast::{Script, StatementKind};
use grn_grammar::span::Span;
use places::{Placed, Places};
pub use script::format;
use script::{in_order, parse};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// A session: the stage catalog, the names and options that scripts leave behind, and every finished stage.
pub struct Session {
    catalog: Catalog,
    environment: Environment,
    /// `set` statements that stand above those of scripts.
    overrides: Vec<Script>,
    engine: Engine,
    places: Places,
    files: Files,
}

/// A script that can run.
pub struct Prepared {
    /// The optimised plan.
    pub plan: Plan,
    /// What is probably not meant, in source order.
    pub warnings: Vec<Diagnostic>,
    /// What the optimiser did, rule by rule.
    pub optimisations: Vec<RuleOutcome>,
    environment: Environment,
    text: Placed,
}

impl Prepared {
    /// Whether any pipeline is to run; otherwise the script only asks for explanations and help.
    pub fn runs(&self) -> bool {
        self.plan
            .requests
            .iter()
            .any(|request| matches!(request, Request::Show(_)))
    }
}

/// What a statement shows.
pub enum Shown {
    /// A finished pipeline, and its tables and figures.
    Result(Outcome, Vec<Rendered>),
    /// The plan of a pipeline.
    Explanation(Explanation),
    /// A page of the catalog.
    Help(Page),
}

/// Why a script gave no result, or not all.
#[derive(Debug)]
pub enum Failure {
    /// The script is wrong: every problem in source order. Nothing ran.
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

impl Session {
    /// A session whose scripts may name `variables` as `$NAME`.
    pub fn new(variables: BTreeMap<String, String>) -> Self {
        Self {
            catalog: stages::catalog(),
            environment: Environment {
                variables,
                ..Environment::default()
            },
            overrides: Vec::new(),
            engine: Engine::new(stages::STAGES),
            places: Places::default(),
            files: Files::default(),
        }
    }

    /// What the session knows of the stages.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
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

    /// The text that a place of this session lies in, and where in it. The places of all diagnostics and outcomes
    /// that a session gives are its own: a stage may have been written in an earlier text. In the first text of a
    /// session, places are simply offsets into it. Texts that were only checked are known until the next one comes.
    pub fn find(&self, place: Span) -> Option<(&Source, Span)> {
        self.places.find(place)
    }

    /// A diagnostic of this session with its place in the text that it lies in, and that text.
    pub fn place(&self, diagnostic: &Diagnostic) -> (Option<&Source>, Diagnostic) {
        self.places.place(diagnostic)
    }

    /// Diagnostics of this session as text, each with the lines of the text that it lies in.
    pub fn draw(&self, diagnostics: &[Diagnostic], coloured: bool) -> String {
        let placed: Vec<_> = diagnostics.iter().map(|diagnostic| self.place(diagnostic)).collect();
        draw(
            placed.iter().map(|(source, diagnostic)| (*source, diagnostic)),
            coloured,
        )
    }

    /// Every problem of a script, in source order. Reads no data, runs nothing.
    pub fn check(&mut self, source: &Source) -> Vec<Diagnostic> {
        let text = self.places.enter(source);
        match self.plan(&text, &fingerprint::metadata) {
            Ok(prepared) => prepared.warnings,
            Err(diagnostics) => diagnostics,
        }
    }

    /// Checks and plans a script for [`Session::run`]. Reads the files that stages name, unless they are as they were
    /// when they were last read; stops when `cancel` is set.
    pub fn prepare(&mut self, source: &Source, cancel: &CancelToken) -> Result<Prepared, Failure> {
        let text = self.places.enter(source);
        let content = |path: &Path| match cancel.is_cancelled() {
            true => Err(io::ErrorKind::Interrupted.into()),
            false => self.files.content(path),
        };
        interruption::scope(cancel, || self.plan(&text, &content)).map_err(|diagnostics| match cancel.is_cancelled() {
            true => Failure::Cancelled(Interrupted::default()),
            false => Failure::Script(diagnostics),
        })
    }

    /// Runs a prepared script; `show` gets what each statement shows as soon as it is there. The name of the device
    /// comes back. Names and options of the script stay in the session, and so do finished stages, whatever happens.
    pub fn run(
        &mut self,
        prepared: Prepared,
        observer: &dyn Observer,
        cancel: &CancelToken,
        show: &mut dyn FnMut(Shown),
    ) -> Result<&'static str, Failure> {
        let runs = prepared.runs();
        let Prepared {
            plan,
            environment,
            text,
            ..
        } = prepared;
        self.environment = environment;
        self.places.keep(text);
        outputs::check_outputs(&plan)?;
        let option = if runs { plan.options.device.as_str() } else { "cpu" };
        let (device, remark) = device::resolve(option);
        remark
            .into_iter()
            .for_each(|remark| observer.event(&Event::Note(remark)));
        let context = RunContext {
            device: &device,
            observer,
            cancel,
        };
        let mut execution = self.engine.start(&plan, context)?;
        for request in &plan.requests {
            show(match request {
                Request::Show(pipeline) => result(&mut execution, pipeline)?,
                Request::Explain(pipeline) => Shown::Explanation(explain(&plan, pipeline, RULES)),
                Request::Help { verb, method } => {
                    let page = page(&self.catalog, verb.as_deref(), method.as_deref());
                    let missing = || RunFailure::from(defect::internal("a page of the catalog is missing"));
                    Shown::Help(page.ok_or_else(missing)?)
                }
            });
        }
        Ok(device::name(&device))
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

    /// The plan of every pipeline of a script, and its warnings. Reads no data, runs nothing.
    pub fn explain(&mut self, source: &Source) -> Result<(Vec<Explanation>, Vec<Diagnostic>), Vec<Diagnostic>> {
        let text = self.places.enter(source);
        let Prepared { plan, warnings, .. } = self.plan(&text, &fingerprint::metadata)?;
        let explanations = plan.requests.iter().filter_map(|request| match request {
            Request::Show(pipeline) | Request::Explain(pipeline) => Some(explain(&plan, pipeline, RULES)),
            Request::Help { .. } => None,
        });
        Ok((explanations.collect(), warnings))
    }

    fn plan(&self, text: &Placed, fingerprint: &Fingerprint) -> Result<Prepared, Vec<Diagnostic>> {
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
        let mut plan = build(&checked, fingerprint)?;
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
        Ok(Prepared {
            plan,
            warnings: diagnostics.into_iter().chain(idle.then(nothing)).collect(),
            optimisations,
            environment: checked.environment,
            text: text.clone(),
        })
    }

    fn overridden(&self, options: Options) -> Options {
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

/// Evaluates and renders one pipeline: its views, or the usual display of its last value where it has none.
fn result(execution: &mut Execution, show: &Show) -> Result<Shown, Failure> {
    let outcome = execution.show(show)?;
    let rendered = render_all(&outcome).map_err(|diagnostic| Failure::Run(Box::new(diagnostic)))?;
    Ok(Shown::Result(outcome, rendered))
}
