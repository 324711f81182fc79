//! What could come next at a cursor: candidates from the catalog, the session's names and the options.

use crate::lang::catalog::{Catalog, DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::checked::Environment;
use crate::lang::help;
use crate::lang::implied;
use crate::lang::keywords::KEYWORDS;
use crate::lang::options::OPTIONS;
use crate::lang::types::Type;
use grn_grammar::ast::{StageCall, StatementKind};
use grn_grammar::span::Span;
use grn_grammar::{Inside, Place, cursor};

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

/// The candidates at a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completions {
    /// The word that a candidate replaces, in bytes of the source.
    pub span: Span,
    /// In the catalog's order.
    pub candidates: Vec<Candidate>,
}

/// The candidates at byte `offset` of `source` that go on with what is typed. Inside comments and strings there are
/// none.
pub fn complete(source: &str, offset: usize, catalog: &Catalog, environment: &Environment) -> Completions {
    let context = cursor(source, offset);
    let completer = Completer {
        source,
        catalog,
        environment,
    };
    let mut candidates = match context.inside {
        Inside::Code => completer.candidates(&context.place, &context.stages),
        Inside::String | Inside::Comment => Vec::new(),
    };
    let typed = context.word.node.to_lowercase();
    candidates.retain(|candidate| candidate.text.to_lowercase().starts_with(&typed));
    Completions {
        span: context.word.span,
        candidates,
    }
}

struct Completer<'a> {
    source: &'a str,
    catalog: &'a Catalog,
    environment: &'a Environment,
}

impl Completer<'_> {
    fn candidates(&self, place: &Place, stages: &[StageCall]) -> Vec<Candidate> {
        match place {
            Place::Statement => {
                let keywords = KEYWORDS.map(|keyword| candidate(keyword.word, CandidateKind::Keyword, keyword.summary));
                keywords.into_iter().chain(self.starts()).collect()
            }
            Place::Verb if stages.is_empty() => self.starts(),
            Place::Verb => self.verbs(self.flow(stages)),
            Place::Method { verb, listed } => self.methods(verb, listed),
            Place::Key { verb, methods, keys } => self.keys(verb, methods, keys),
            Place::Value { verb, methods, key } => {
                let parameters = self
                    .specs(verb, methods)
                    .into_iter()
                    .filter_map(|spec| spec.parameter(key));
                parameters.take(1).flat_map(values).collect()
            }
            Place::SettingKey { keys } => {
                let free = OPTIONS
                    .iter()
                    .filter(|option| !keys.iter().any(|key| key == option.name));
                free.map(key_of).collect()
            }
            Place::SettingValue { key } => {
                let option = OPTIONS.iter().find(|option| option.name == key);
                option.map(values).unwrap_or_default()
            }
            Place::HelpVerb => self.verbs(None),
            Place::HelpMethod { verb } => self.methods(verb, &[]),
            Place::Binding | Place::Nothing => Vec::new(),
        }
    }

    /// Verbs and names that can begin a pipeline.
    fn starts(&self) -> Vec<Candidate> {
        let names = self
            .names()
            .into_iter()
            .map(|name| candidate(&name, CandidateKind::Name, "a named pipeline"));
        names.chain(self.verbs(None)).collect()
    }

    /// The names of the session and of this text, in order.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.environment.names.keys().cloned().collect();
        for statement in grn_grammar::parse(self.source).script.statements {
            if let StatementKind::Let { name, .. } = statement.kind {
                names.push(name.node);
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The verbs that can take `flow`; all where it isn't known.
    fn verbs(&self, flow: Option<Type>) -> Vec<Candidate> {
        let fits = |verb: &&str| match flow {
            Some(kind) => self.catalog.methods(verb).iter().any(|spec| can_take(spec, kind)),
            None => true,
        };
        let verbs = self.catalog.verbs().into_iter().filter(fits);
        verbs
            .map(|verb| candidate(verb, CandidateKind::Verb, &self.verb_detail(verb)))
            .collect()
    }

    fn verb_detail(&self, verb: &str) -> String {
        let methods = self.catalog.methods(verb);
        match methods[..] {
            [only] => only.summary.to_owned(),
            _ => methods
                .iter()
                .filter_map(|spec| spec.method)
                .collect::<Vec<_>>()
                .join(", "),
        }
    }

    /// What flows out of the stages on the left.
    fn flow(&self, stages: &[StageCall]) -> Option<Type> {
        let mut flow = None;
        for stage in stages {
            let verb = stage.verb.node.as_str();
            match self.catalog.methods(verb).first().map(|spec| spec.gives) {
                Some(Gives::Value(kind)) => flow = Some(kind),
                Some(Gives::Input) => {}
                None => {
                    flow = self
                        .environment
                        .names
                        .get(verb)
                        .and_then(|p| p.as_ref().map(|p| p.gives))
                }
            }
        }
        flow
    }

    fn methods(&self, verb: &str, listed: &[String]) -> Vec<Candidate> {
        let specs = self.catalog.methods(verb);
        let named = specs.iter().filter_map(|spec| Some((spec.method?, spec.summary)));
        let methods: Vec<Candidate> = named
            .filter(|(method, _)| !listed.iter().any(|other| other == method))
            .map(|(method, summary)| candidate(method, CandidateKind::Method, summary))
            .collect();
        // A verb without methods, or with a default one, goes on with its parameters.
        match implied::default_method(self.catalog, verb) {
            Some(spec) if listed.is_empty() => methods.into_iter().chain(spec.parameters.iter().map(key_of)).collect(),
            _ => methods,
        }
    }

    fn keys(&self, verb: &str, methods: &[String], keys: &[String]) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = Vec::new();
        for parameter in self.specs(verb, methods).into_iter().flat_map(|spec| spec.parameters) {
            let given = keys.iter().any(|key| key == parameter.name);
            let candidate = key_of(parameter);
            if !given && !candidates.iter().any(|other| other.text == candidate.text) {
                candidates.push(candidate);
            }
        }
        candidates
    }

    fn specs(&self, verb: &str, methods: &[String]) -> Vec<&'static StageSpec> {
        if methods.is_empty() {
            return implied::default_method(self.catalog, verb).into_iter().collect();
        }
        let found = methods
            .iter()
            .filter_map(|method| self.catalog.find(verb, Some(method)));
        found.collect()
    }
}

/// Whether a stage takes `kind`, or something that is filled in between.
fn can_take(spec: &StageSpec, kind: Type) -> bool {
    let filled_in = match kind {
        Type::Dataset => Type::Split,
        Type::Teams => Type::Report,
        kind => kind,
    };
    spec.takes.contains(&kind) || spec.takes.contains(&filled_in)
}

fn candidate(text: &str, kind: CandidateKind, detail: &str) -> Candidate {
    Candidate {
        text: text.to_owned(),
        kind,
        detail: detail.to_owned(),
    }
}

fn key_of(parameter: &ParameterSpec) -> Candidate {
    let text = format!("{}=", parameter.name);
    candidate(&text, CandidateKind::Parameter, &help::kind(parameter))
}

/// The choices of a parameter, otherwise its default.
fn values(parameter: &ParameterSpec) -> Vec<Candidate> {
    let value = |text: &str| candidate(text, CandidateKind::Value, parameter.doc);
    match (parameter.kind, parameter.default) {
        (ParameterKind::Choice(choices), _) => choices.iter().map(|choice| value(choice)).collect(),
        (ParameterKind::Boolean, _) => vec![value("true"), value("false")],
        (_, DefaultValue::Literal(text)) => vec![value(text)],
        (_, DefaultValue::UpstreamSeed) => vec![value("42")],
        (_, DefaultValue::Required | DefaultValue::Absent(_)) => Vec::new(),
    }
}
