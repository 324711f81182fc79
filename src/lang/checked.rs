//! What the checker gives: pipelines whose every stage exists, fits its neighbours and has all its arguments.

use crate::lang::arguments::Argument;
use crate::lang::catalog::StageSpec;
use crate::lang::definition::Definition;
use crate::lang::diagnostics::{Diagnostic, Severity};
use crate::lang::given::GivenName;
use crate::lang::options::Options;
use crate::lang::types::Type;
use grn_grammar::span::Span;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A checked script.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The statements that ask for something, in source order; those with errors are left out.
    pub statements: Vec<CheckedStatement>,
    /// Every problem, in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// What later scripts of the same session see.
    pub environment: Environment,
}

impl Checked {
    /// Whether anything keeps the script from running.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }
}

/// One statement that asks for something.
#[derive(Clone, Debug)]
pub struct CheckedStatement {
    /// What it asks for.
    pub kind: CheckedKind,
    /// Its place.
    pub span: Span,
}

/// What a statement asks for.
#[derive(Clone, Debug)]
pub enum CheckedKind {
    /// Run a pipeline and show it.
    Show(CheckedPipeline),
    /// Show its plan, run nothing.
    Explain(CheckedPipeline),
    /// Show a page of the catalog; verb and method exist.
    Help {
        /// The verb, or everything.
        verb: Option<String>,
        /// The method, or all of the verb's.
        method: Option<String>,
    },
}

/// A pipeline from its source on, implied stages filled in, names expanded.
#[derive(Clone, Debug)]
pub struct CheckedPipeline {
    /// Canonical text as written: names expanded, nothing implied.
    pub text: String,
    /// The names that it is written with, in order of appearance, and `use` where it begins with the default source.
    pub uses: Vec<String>,
    /// At least one stage.
    pub stages: Vec<CheckedStage>,
    /// The type of its last value.
    pub gives: Type,
    /// Its place.
    pub span: Span,
}

/// Where the values of arguments stand in the script, by parameter; defaults have no place.
pub type ArgumentPlaces = BTreeMap<String, Span>;

/// One stage of a pipeline.
#[derive(Clone, Debug)]
pub struct CheckedStage {
    /// One method, or the values of a method axis; all take and give the same types.
    pub methods: Vec<CheckedMethod>,
    /// Whether the methods are a sweep axis, named by the verb.
    pub sweeps_methods: bool,
    /// Whether the checker filled it in.
    pub implied: bool,
    /// Its place; for implied stages, the place that needs it.
    pub span: Span,
    /// The places of the values that are given, by parameter.
    pub places: ArgumentPlaces,
}

impl CheckedPipeline {
    /// The last stage that isn't a view.
    pub fn producer(&self) -> Option<&CheckedStage> {
        self.stages.iter().rev().find(|stage| !stage.is_view())
    }

    /// Every place that it points at: its own, and those of its stages and their values.
    pub fn places(&self) -> impl Iterator<Item = Span> {
        let values = self.stages.iter().flat_map(|stage| stage.places.values().copied());
        let stages = self.stages.iter().map(|stage| stage.span);
        stages.chain(values).chain([self.span])
    }
}

impl CheckedStage {
    /// Its verb.
    pub fn verb(&self) -> Option<&'static str> {
        self.methods.first().map(|method| method.spec.verb)
    }

    /// Whether it only shows or writes its input.
    pub fn is_view(&self) -> bool {
        self.methods.iter().any(|method| method.spec.is_view())
    }

    /// The names of its sweep axes in order of appearance, each once: its methods (named by the verb), then its
    /// parameters. Views have none: several methods of `plot` are several views of the same grid.
    pub fn axis_names(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Vec::new();
        if self.is_view() {
            return names;
        }
        if self.sweeps_methods {
            names.extend(self.verb());
        }
        for (name, setting) in self.methods.iter().flat_map(|method| &method.settings) {
            if matches!(setting, Setting::Axis(_)) && !names.contains(name) {
                names.push(name);
            }
        }
        names
    }
}

/// A method with all its arguments.
#[derive(Clone, Debug)]
pub struct CheckedMethod {
    /// The method.
    pub spec: &'static StageSpec,
    /// The name from outside that stands for it: `mine` in `retrieve mine`.
    pub given: Option<String>,
    /// One entry for each parameter: the given ones first, in source order.
    pub settings: Vec<(&'static str, Setting)>,
}

impl CheckedMethod {
    /// What it is called after its verb; the verb itself where there is just one method.
    pub fn name(&self) -> &str {
        let method = self.spec.method.unwrap_or(self.spec.verb);
        self.given.as_deref().unwrap_or(method)
    }
}

/// The value of a parameter, before sweeps are expanded.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// Given in the script.
    Given(Argument),
    /// A sweep axis with at least one value.
    Axis(Vec<Argument>),
    /// The parameter's default.
    Default(Argument),
    /// The nearest seed given upstream in the same grid cell.
    UpstreamSeed,
}

/// What persists from script to script of a session (the cells of a notebook), and what the checker may know of the
/// outside. The checker reads no environment variables itself.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Pipelines that have a name; `None` where the definition had errors. Their stages keep the places where they were
    /// written, so the scripts of one session have places that do not overlap ([`Parse::shifted`](grn_grammar::Parse)).
    pub names: BTreeMap<String, Option<CheckedPipeline>>,
    /// How the names are written, and the default source (`use`): what they were made of follows them.
    pub definitions: BTreeMap<String, Definition>,
    /// Names that stand for values from outside.
    pub given: BTreeMap<String, GivenName>,
    /// The pipeline of the last `use`.
    pub default_source: Option<CheckedPipeline>,
    /// Session options (`set`).
    pub options: Options,
    /// Values of `$NAME` in strings.
    pub variables: BTreeMap<String, String>,
    /// The script's folder: a relative path means a file in there if it exists, otherwise one relative to the
    /// process's working directory.
    pub folder: Option<PathBuf>,
    /// Whether names may be used by a later script (notebook, prompt); then an unused name is no problem.
    pub interactive: bool,
}

impl Environment {
    /// Every place that its pipelines and their definitions point at.
    pub fn places(&self) -> impl Iterator<Item = Span> {
        let named = self.names.values().flatten();
        let checked = named.chain(&self.default_source).flat_map(CheckedPipeline::places);
        checked.chain(self.definitions.values().flat_map(Definition::places))
    }
}
