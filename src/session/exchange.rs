//! Values that leave a session, and values that come into it.

use super::{Failure, Session};
use crate::data::given;
use crate::engine::context::RunError;
use crate::engine::device;
use crate::engine::executor::{Interrupted, RunContext};
use crate::engine::kept::Keeper;
use crate::engine::observer::{CancelToken, Event, Observer};
use crate::engine::value::Value;
use crate::interruption;
use crate::lang::checked::{Checked, CheckedKind, CheckedPipeline, CheckedStatement, Environment};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::given::{GivenKind, GivenName};
use crate::lang::suggest::nearest;
use crate::plan::build::build_until;
use crate::plan::graph::{Plan, Request, Show};
use crate::plan::rules::{RULES, optimise};
use std::io;
use std::path::Path;

/// Grid cells that a message lists.
const LISTED: usize = 5;

impl Session {
    /// Gives the session a file of scores (`.grn-columns`) under a name: `retrieve NAME` and `select NAME` then read it. A
    /// name that was given before has the new file, and what is written with it follows. The file is read again where it
    /// is used, so it must stay as long as the name does.
    ///
    /// # Errors
    /// A name that can't be given, a file that can't be read or isn't sound.
    pub fn give(&mut self, name: &str, path: &Path) -> Result<(), Box<Diagnostic>> {
        let kind = self.check_given(name, path)?;
        let path = path.to_owned();
        self.environment.give(name, GivenName { kind, path });
        Ok(())
    }

    /// What [`Session::give`] would take; the session stays as it is.
    ///
    /// # Errors
    /// As [`Session::give`].
    pub fn check_given(&self, name: &str, path: &Path) -> Result<GivenKind, Box<Diagnostic>> {
        self.environment.check_given_name(name, &self.catalog)?;
        given::kind(path).map_err(|error| match error {
            RunError::Failed(diagnostic) => diagnostic,
            RunError::Cancelled => Box::new(Diagnostic::error("interrupted", "reading was interrupted")),
        })
    }

    /// The name of the device that values are computed on.
    pub fn device_name(&mut self) -> &'static str {
        let options = self.overridden(self.environment.options.clone());
        device::name(&self.devices.resolve(&options.device).0)
    }

    /// The value of a name; what of it isn't there yet is computed and stays.
    ///
    /// # Errors
    /// A name that there isn't, one with errors, a sweep of several grid cells, a stage that fails, the user's wish to
    /// stop.
    pub fn value(&mut self, name: &str, observer: &dyn Observer, cancel: &CancelToken) -> Result<Value, Failure> {
        let pipeline = self
            .named(name)
            .map_err(|diagnostic| Failure::Script(vec![*diagnostic]))?;
        let plan = interruption::scope(cancel, || self.plan_of(pipeline, cancel));
        let plan = plan.map_err(|diagnostics| match cancel.is_cancelled() {
            true => Failure::Cancelled(Interrupted::default()),
            false => Failure::Script(diagnostics),
        })?;
        let Some(Request::Show(show)) = plan.requests.first() else {
            return Err(Failure::Script(vec![unknown(name, None)]));
        };
        if show.cells.len() > 1 {
            return Err(Failure::Script(vec![several(name, show)]));
        }
        let (device, remark) = self.devices.resolve(&plan.options.device);
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
        let outcome = self.engine.start(&plan, context)?.show(show)?;
        let value = outcome.cells.into_iter().next().map(|cell| cell.value);
        value.ok_or_else(|| Failure::Script(vec![unknown(name, None)]))
    }

    fn named(&self, name: &str) -> Result<CheckedPipeline, Box<Diagnostic>> {
        let environment = &self.environment;
        match environment.names.get(name) {
            Some(Some(pipeline)) => Ok(pipeline.clone()),
            Some(None) => {
                let broken = environment
                    .definitions
                    .get(name)
                    .and_then(|definition| definition.broken.as_ref());
                let reason = broken.map_or_else(|| "has errors".to_owned(), |broken| broken.reason());
                let error = Diagnostic::error("broken-name", format!("`{name}` {reason}"));
                Err(Box::new(match broken {
                    Some(broken) => error.help(broken.problem.message.clone()),
                    None => error.help(format!("`let {name} = …` defines it anew")),
                }))
            }
            None => {
                let names = environment.names.keys().chain(environment.given.keys());
                Err(Box::new(unknown(name, nearest(name, names.map(String::as_str)))))
            }
        }
    }

    /// The plan of one pipeline without its views.
    fn plan_of(&self, pipeline: CheckedPipeline, cancel: &CancelToken) -> Result<Plan, Vec<Diagnostic>> {
        let span = pipeline.span;
        let alone = Checked {
            statements: vec![CheckedStatement {
                kind: CheckedKind::Show(pipeline),
                span,
            }],
            diagnostics: Vec::new(),
            environment: Environment::default(),
        };
        let content = |path: &Path| match cancel.is_cancelled() {
            true => Err(io::ErrorKind::Interrupted.into()),
            false => self.files.content(path),
        };
        let mut plan = build_until(&alone, &content, &|| cancel.is_cancelled())?;
        plan.options = self.overridden(self.environment.options.clone());
        for request in &mut plan.requests {
            if let Request::Show(show) = request {
                show.views.clear();
            }
        }
        optimise(&mut plan, RULES);
        Ok(plan)
    }
}

fn unknown(name: &str, near: Option<&str>) -> Diagnostic {
    let error = Diagnostic::error("unknown-name", format!("the notebook has no name `{name}`"));
    match near {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("`let {name} = …` in a cell above makes it")),
    }
}

/// A sweep has a value for each grid cell.
fn several(name: &str, show: &Show) -> Diagnostic {
    let cells = show.cells.iter().take(LISTED).map(|cell| {
        let axes: Vec<String> = cell
            .axes
            .iter()
            .map(|(axis, value)| format!("{axis}={value}"))
            .collect();
        axes.join(" ")
    });
    let mut cells: Vec<String> = cells.collect();
    if show.cells.len() > LISTED {
        cells.push("…".to_owned());
    }
    let message = format!(
        "`{name}` is a sweep of {} values: {}; expected a single one",
        show.cells.len(),
        cells.join(", ")
    );
    Diagnostic::error("several-values", message)
        .help(format!("`let one = …` names a pipeline without lists; `{name}` stays"))
}
