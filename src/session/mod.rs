//! What the command line and the notebook kernel stand on: one script after another, in one session.

mod exchange;
mod files;
mod keeping;
mod looking;
mod names;
mod outputs;
mod places;
mod script;

use crate::engine::defect;
use crate::engine::device::{self, Devices};
use crate::engine::executor::{Engine, Execution, Interrupted, RunContext, RunFailure};
use crate::engine::kept::Keeper;
use crate::engine::needs::shows;
use crate::engine::observer::{CancelToken, Event, Observer};
use crate::engine::outcome::Outcome;
use crate::interruption;
use crate::lang::catalog::Catalog;
use crate::lang::checked::Environment;
use crate::lang::diagnostics::Diagnostic;
use crate::lang::help::page;
use crate::lang::page::Page;
use crate::plan::explain::{Explanation, explain};
use crate::plan::graph::{Plan, Request, Show};
use crate::plan::rules::{RULES, RuleOutcome};
use crate::report::diagnostics::draw;
use crate::report::render::{Rendered, render_all};
use crate::source::Source;
use crate::stages;
use candle_core::Device;
use files::Files;
use grn_grammar::ast::Script;
use grn_grammar::span::Span;
use keeping::Keeping;
pub use names::NameSummary;
use places::{Placed, Places};
pub use script::format;
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
    devices: Devices,
    keeping: Keeping,
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
    device: Device,
    /// Where the device isn't the one that was asked for.
    remark: Option<String>,
}

impl Prepared {
    /// Whether any pipeline is to run; otherwise the script only asks for explanations and help.
    pub fn runs(&self) -> bool {
        shows(&self.plan).next().is_some()
    }

    /// The name of the device that it runs on, `cpu` or `cuda`; `cpu` where nothing is to run.
    pub fn device_name(&self) -> &'static str {
        device::name(&self.device)
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
            devices: Devices::default(),
            keeping: Keeping::default(),
        }
    }

    /// What the session knows of the stages.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What the session's scripts have left behind: with the catalog, all that completion and inspection need.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Limits the bytes of finished values, see [`Engine::set_budget`].
    pub fn set_budget(&mut self, bytes: usize) {
        self.engine.set_budget(bytes);
    }

    /// Takes away names, default source, options and finished values; variables and overridden options stay.
    pub fn reset(&mut self) {
        self.environment = Environment {
            variables: std::mem::take(&mut self.environment.variables),
            ..Environment::default()
        };
        self.engine.forget_all();
        self.places.clear();
        self.files = Files::default();
    }

    /// Takes a name away; false where there is none. Pipelines that begin with it stay as they are, and so do
    /// finished values.
    pub fn forget(&mut self, name: &str) -> bool {
        self.environment.forget(name)
    }

    /// The text that a place of this session lies in, and where in it. The places of all diagnostics and outcomes
    /// that a session gives are its own: a stage may have been written in an earlier text. In the first text of a
    /// session, places are simply offsets into it. A text that runs is known until the next one runs, and for as long
    /// as a name or the default source has a stage of it; one that was only checked until the next one comes.
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

    /// Checks and plans a script for [`Session::run`]. Reads the files that stages name, unless they are as they were
    /// when they were last read; stops when `cancel` is set.
    pub fn prepare(&mut self, source: &Source, cancel: &CancelToken) -> Result<Prepared, Failure> {
        let text = self.places.enter(source);
        let content = |path: &Path| match cancel.is_cancelled() {
            true => Err(io::ErrorKind::Interrupted.into()),
            false => self.files.content(path),
        };
        let planned = interruption::scope(cancel, || self.plan(&text, &content, cancel));
        let planned = planned.map_err(|diagnostics| match cancel.is_cancelled() {
            true => Failure::Cancelled(Interrupted::default()),
            false => Failure::Script(diagnostics),
        })?;
        let option = match shows(&planned.plan).next() {
            Some(_) => planned.plan.options.device.as_str(),
            None => "cpu",
        };
        let (device, remark) = self.devices.resolve(option);
        Ok(Prepared {
            plan: planned.plan,
            warnings: planned.warnings,
            optimisations: planned.optimisations,
            environment: planned.environment,
            text,
            device,
            remark,
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
        let Prepared {
            plan,
            environment,
            text,
            device,
            remark,
            ..
        } = prepared;
        self.environment = environment;
        self.places.keep(text, self.environment.places());
        outputs::check_outputs(&plan)?;
        remark
            .into_iter()
            .for_each(|remark| observer.event(&Event::Note(remark)));
        let keeper = self.keeping.keeper(&plan.options, &device);
        let context = RunContext {
            device: &device,
            observer,
            cancel,
            keeper: keeper.as_ref().map(|keeper| keeper as &dyn Keeper),
        };
        let mut execution = self.engine.start(&plan, context)?;
        for request in &plan.requests {
            show(match request {
                Request::Show(pipeline) => result(&mut execution, pipeline)?,
                Request::Explain(pipeline) => {
                    let explanation = explain(&plan, pipeline, RULES);
                    Shown::Explanation(explanation.with_finished(|id| execution.has(id)))
                }
                Request::Help { verb, method } => {
                    let page = page(&self.catalog, verb.as_deref(), method.as_deref());
                    let missing = || RunFailure::from(defect::internal("a page of the catalog is missing"));
                    Shown::Help(page.ok_or_else(missing)?)
                }
            });
        }
        Ok(device::name(&device))
    }
}

/// Evaluates and renders one pipeline: its views, or the usual display of its last value where it has none.
fn result(execution: &mut Execution, show: &Show) -> Result<Shown, Failure> {
    let outcome = execution.show(show)?;
    let rendered = render_all(&outcome).map_err(|diagnostic| Failure::Run(Box::new(diagnostic)))?;
    Ok(Shown::Result(outcome, rendered))
}
