//! What could come next at a cursor: candidates from the catalog, the session's names, the options and the file system.

mod files;
mod stages;
mod values;

use crate::lang::catalog::{Catalog, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::checked::Environment;
use crate::lang::help;
use crate::lang::implied;
use crate::lang::keywords::KEYWORDS;
use crate::lang::options::OPTIONS;
use crate::lang::upstream::Upstream;
use grn_grammar::span::Span;
use grn_grammar::{CursorContext, Inside, Place, ValuePart, cursor};

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandidateKind {
    /// `let`, `use`, `set`, `explain`, `help`.
    Keyword,
    /// A verb.
    Verb,
    /// The name of a pipeline.
    Name,
    /// A method of a verb.
    Method,
    /// The key of an argument or option.
    Parameter,
    /// A value of a parameter or option.
    Value,
    /// A part of a path, up to the next `/`.
    Path,
}

/// Something that could stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What replaces the word at the cursor.
    pub text: String,
    /// What it is.
    pub kind: CandidateKind,
    /// One line: a summary, or type, range and default.
    pub detail: String,
}

impl Candidate {
    fn new(text: impl Into<String>, kind: CandidateKind, detail: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            kind,
            detail: detail.into(),
        }
    }
}

/// The candidates at a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completions {
    /// The word that a candidate replaces, on both sides of the cursor, in bytes of the source. In a path, the part
    /// between two `/`.
    pub span: Span,
    /// In the catalog's order; names and paths in order of the alphabet.
    pub candidates: Vec<Candidate>,
}

/// The candidates at byte `offset` of `source` that go on with what is typed left of it. Inside comments there are
/// none.
///
/// `environment` is the session's before this text. The file system is asked where a path is typed, and for files
/// that the text above names.
pub fn complete(source: &str, offset: usize, catalog: &Catalog, environment: &Environment) -> Completions {
    let context = cursor(source, offset);
    if context.inside == Inside::Comment {
        return Completions {
            span: context.whole,
            candidates: Vec::new(),
        };
    }
    let upstream = Upstream::new(source, context.statement, &context.stages, catalog, environment);
    let completer = Completer {
        source,
        catalog,
        context: &context,
        upstream,
    };
    if let Some((parameter, is_read)) = completer.path() {
        return completer.files(parameter, is_read);
    }
    let mut candidates = completer.candidates();
    let typed = context.word.node.to_lowercase();
    candidates.retain(|candidate| candidate.text.to_lowercase().starts_with(&typed));
    Completions {
        span: context.whole,
        candidates,
    }
}

struct Completer<'a> {
    source: &'a str,
    catalog: &'a Catalog,
    context: &'a CursorContext,
    upstream: Upstream,
}

impl Completer<'_> {
    fn candidates(&self) -> Vec<Candidate> {
        match &self.context.place {
            place if self.context.inside == Inside::String => self.words(place),
            Place::Statement => {
                let keyword = |keyword: crate::lang::keywords::Keyword| {
                    Candidate::new(keyword.word, CandidateKind::Keyword, keyword.summary)
                };
                KEYWORDS.into_iter().map(keyword).chain(self.starts()).collect()
            }
            Place::Verb if self.context.stages.is_empty() => self.starts(),
            Place::Verb => self.verbs(),
            Place::Method { verb, listed } => self.methods_or_keys(verb, listed),
            Place::Key { verb, methods, keys } => {
                let specs = implied::meant(self.catalog, &self.upstream.environment, verb, methods);
                let parameters = specs.into_iter().flat_map(|spec| spec.parameters);
                self.keys(parameters, keys)
            }
            Place::Value {
                verb,
                methods,
                key,
                part,
            } => match self.parameter(verb, methods, key) {
                Some((_, parameter)) => self.values(parameter, part),
                None => Vec::new(),
            },
            Place::SettingKey { keys } => self.keys(OPTIONS, keys),
            Place::SettingValue { key } => {
                let option = OPTIONS.iter().find(|option| option.name == key);
                option.map(values::whole).unwrap_or_default()
            }
            Place::HelpVerb => self.help_verbs(),
            Place::HelpMethod { verb } => self.named_methods(verb, &[]),
            Place::Binding | Place::Nothing => Vec::new(),
        }
    }

    /// Inside a string: the words of a choice.
    fn words(&self, place: &Place) -> Vec<Candidate> {
        let parameter = match place {
            Place::Value { verb, methods, key, .. } => {
                self.parameter(verb, methods, key).map(|(_, parameter)| parameter)
            }
            Place::SettingValue { key } => OPTIONS.iter().find(|option| option.name == key),
            _ => None,
        };
        let choice = parameter.filter(|parameter| matches!(parameter.kind, ParameterKind::Choice(_)));
        choice.map(values::whole).unwrap_or_default()
    }

    /// The keys that are not given yet, each once.
    fn keys<'p>(&self, parameters: impl IntoIterator<Item = &'p ParameterSpec>, given: &[String]) -> Vec<Candidate> {
        let after = self.source.get(self.context.whole.end..).unwrap_or_default();
        let sign = if after.starts_with('=') { "" } else { "=" };
        let mut candidates: Vec<Candidate> = Vec::new();
        for parameter in parameters {
            let text = format!("{}{sign}", parameter.name);
            let is_given = given.iter().any(|key| key == parameter.name);
            if !is_given && !candidates.iter().any(|other| other.text == text) {
                candidates.push(Candidate::new(text, CandidateKind::Parameter, help::kind(parameter)));
            }
        }
        candidates
    }

    /// The parameter `key` of the first of these methods that has it.
    fn parameter(
        &self,
        verb: &str,
        methods: &[String],
        key: &str,
    ) -> Option<(&'static StageSpec, &'static ParameterSpec)> {
        let mut specs = implied::meant(self.catalog, &self.upstream.environment, verb, methods).into_iter();
        specs.find_map(|spec| Some((spec, spec.parameter(key)?)))
    }

    /// The parameter whose path is being typed, and whether what lies there is read.
    fn path(&self) -> Option<(&'static ParameterSpec, bool)> {
        match &self.context.place {
            Place::Value {
                verb,
                methods,
                key,
                part: ValuePart::Whole | ValuePart::Item { .. },
            } => {
                let (spec, parameter) = self.parameter(verb, methods, key)?;
                let is_path = matches!(parameter.kind, ParameterKind::File | ParameterKind::Folder);
                is_path.then_some((parameter, spec.reads.contains(&parameter.name)))
            }
            Place::SettingValue { key } if self.context.inside == Inside::String => {
                let option = OPTIONS.iter().find(|option| option.name == key)?;
                matches!(option.kind, ParameterKind::ChoiceOrFolder(_)).then_some((option, false))
            }
            _ => None,
        }
    }
}
