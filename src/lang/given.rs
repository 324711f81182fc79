//! Names that stand for values from outside: files of scores that a session was given.

use crate::lang::arguments::Argument;
use crate::lang::catalog::{Catalog, Gives, StageSpec};
use crate::lang::checked::{CheckedPipeline, Environment, Setting};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::keywords::is_keyword;
use crate::lang::page::{Block, Page};
use crate::lang::types::Type;
use std::fmt;
use std::path::{Path, PathBuf};

/// The method that reads scores from a file; a given name stands for it with its file.
pub const METHOD: &str = "given";
/// The parameters that a given name fills in.
pub const FILE: &str = "file";
/// See [`FILE`].
pub const NAME: &str = "name";

/// What a file of scores holds, as far as can be told without a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenKind {
    /// Scores of single regulators: `retrieve` and `select` take them.
    Pairs,
    /// Scores of sets: `select` takes them.
    Sets,
    /// Columns of something else: no stage takes them.
    Other,
}

impl fmt::Display for GivenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pairs => "a ranking",
            Self::Sets => "set scores",
            Self::Other => "a table",
        })
    }
}

impl GivenKind {
    /// Whether the stage of this description can read it.
    pub fn fits(self, spec: &StageSpec) -> bool {
        spec.method == Some(METHOD)
            && match self {
                Self::Pairs => true,
                Self::Sets => spec.gives == Gives::Value(Type::Scorer),
                Self::Other => false,
            }
    }

    /// How it is used, for instance `` `retrieve mine` and `select mine` ``.
    pub fn uses(self, name: &str) -> String {
        match self {
            Self::Pairs => format!("`retrieve {name}` and `select {name}` use it"),
            Self::Sets => format!("`select {name}` uses it"),
            Self::Other => "no stage uses it".to_owned(),
        }
    }
}

/// A value that a session was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenName {
    /// What its file holds.
    pub kind: GivenKind,
    /// The file.
    pub path: PathBuf,
}

impl GivenName {
    /// The value of a parameter that the name fills in.
    pub fn setting(&self, name: &str, parameter: &str) -> Option<Setting> {
        let text = match parameter {
            FILE => self.path.to_string_lossy().into_owned(),
            NAME => name.to_owned(),
            _ => return None,
        };
        // As a default: a page of a pipeline shows what was written.
        Some(Setting::Default(Argument::Text(text)))
    }

    /// What is known of it.
    pub fn page(&self, name: &str) -> Page {
        let uses = self.kind.uses(name);
        Page {
            title: name.to_owned(),
            blocks: vec![
                Block::Prose(format!(
                    "{}, given to the session; {uses}.",
                    capitalised(&self.kind.to_string())
                )),
                Block::Code(match self.kind {
                    GivenKind::Pairs => format!("retrieve {name} k=80"),
                    GivenKind::Sets => format!("retrieve attn | select {name} | decode exact"),
                    GivenKind::Other => format!("grn_nb::get(\"{name}\")?"),
                }),
            ],
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

impl Environment {
    /// The stage of `verb` that a given name stands for, where it can.
    pub fn given_method(&self, catalog: &Catalog, verb: &str, name: &str) -> Option<&'static StageSpec> {
        let given = self.given.get(name)?;
        catalog.find(verb, Some(METHOD)).filter(|spec| given.kind.fits(spec))
    }

    /// The given names that can stand for a stage of `verb`, with what they hold.
    pub fn given_for<'a>(&'a self, catalog: &Catalog, verb: &str) -> impl Iterator<Item = (&'a str, GivenKind)> {
        let spec = catalog.find(verb, Some(METHOD));
        let fitting = self
            .given
            .iter()
            .filter(move |(_, given)| spec.is_some_and(|spec| given.kind.fits(spec)));
        fitting.map(|(name, given)| (name.as_str(), given.kind))
    }

    /// Fails where a value can't be given under `name`.
    pub fn check_given_name(&self, name: &str, catalog: &Catalog) -> Result<(), Box<Diagnostic>> {
        let wrong =
            |code, message: String| Err(Box::new(Diagnostic::error(code, message).help("expected another name")));
        let mut methods = catalog.specs().filter_map(|spec| Some((spec.verb, spec.method?)));
        if !grn_grammar::is_name(name) {
            let message = format!("`{}` is no name", name.escape_debug());
            let help = "a name is a letter or `_`, then letters, digits and `_`, such as `my_scores`";
            return Err(Box::new(Diagnostic::error("not-a-name", message).help(help)));
        }
        if is_keyword(name) {
            return wrong(
                "shadows-keyword",
                format!("`{name}` begins a statement and can't name a value"),
            );
        }
        if catalog.verbs().contains(&name) {
            return wrong("shadows-verb", format!("`{name}` is a verb and can't name a value"));
        }
        let takes_given = |verb: &str| catalog.find(verb, Some(METHOD)).is_some();
        if let Some((verb, _)) = methods.find(|(verb, method)| *method == name && takes_given(verb)) {
            return wrong(
                "shadows-method",
                format!("`{name}` is a method of `{verb}` and can't name a value"),
            );
        }
        if self.names.contains_key(name) {
            let message = format!("`{name}` is the name of a pipeline and can't name a value as well");
            return Err(Box::new(Diagnostic::error("shadows-pipeline", message).help(format!(
                "expected another name; `%forget {name}` frees this one in a notebook"
            ))));
        }
        Ok(())
    }

    /// Takes in a value from outside. A name that was given before has the new one, and pipelines that are written with
    /// it follow.
    pub(crate) fn give(&mut self, name: &str, given: GivenName) {
        let named = self.names.values_mut().flatten();
        for pipeline in named.chain(&mut self.default_source) {
            follow(pipeline, name, &given.path);
        }
        self.given.insert(name.to_owned(), given);
    }
}

fn follow(pipeline: &mut CheckedPipeline, name: &str, path: &Path) {
    let methods = pipeline.stages.iter_mut().flat_map(|stage| &mut stage.methods);
    for method in methods.filter(|method| method.given.as_deref() == Some(name)) {
        for (parameter, setting) in &mut method.settings {
            if *parameter == FILE {
                *setting = Setting::Default(Argument::Text(path.to_string_lossy().into_owned()));
            }
        }
    }
}
