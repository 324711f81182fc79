//! Which stages a call names: its verb, and its method or method axis.

use super::Checker;
use crate::lang::catalog::StageSpec;
use crate::lang::checked::{CheckedMethod, CheckedStage};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::given::METHOD;
use crate::lang::implied::default_method;
use crate::lang::keywords::KEYWORDS;
use crate::lang::suggest::{nearest, one_of};
use grn_grammar::ast::{StageCall, Value};
use grn_grammar::span::{Span, Spanned};

/// After so many problems, names are no longer compared with every name of the session.
const MOST_SUGGESTIONS: usize = 100;

/// A method that a call names.
#[derive(Clone)]
pub(super) struct Method {
    pub spec: &'static StageSpec,
    /// The name from outside that stands for it.
    pub given: Option<String>,
}

impl Method {
    fn plain(spec: &'static StageSpec) -> Self {
        Self { spec, given: None }
    }

    fn name(&self) -> &str {
        let method = self.spec.method.unwrap_or(self.spec.verb);
        self.given.as_deref().unwrap_or(method)
    }

    /// Whether it is the same method, called by the same name.
    fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.spec, other.spec) && self.given == other.given
    }
}

/// A stage call as far as it could be understood.
pub(super) struct Call {
    /// The stage, unless something is wrong with it; several methods of a view are several stages.
    pub stages: Vec<CheckedStage>,
    /// A stage of the verb, which tells the types even where the method is wrong; `None` for unknown verbs.
    pub like: Option<&'static StageSpec>,
}

impl Checker<'_> {
    /// Checks verb, methods and arguments of one call, without regard to its neighbours; a call that begins a pipeline
    /// may have been meant as a keyword.
    pub(super) fn call(&mut self, call: &StageCall, begins: bool) -> Call {
        let methods = self.catalog.methods(&call.verb.node);
        let Some(first) = methods.first().copied() else {
            self.unknown_verb(&call.verb, begins);
            return Call {
                stages: Vec::new(),
                like: None,
            };
        };
        let Some(named) = self.methods(call) else {
            return Call {
                stages: Vec::new(),
                like: Some(first),
            };
        };
        let like = named.first().map(|method| method.spec);
        let Some(settings) = self.settings(call, &named) else {
            return Call {
                stages: Vec::new(),
                like,
            };
        };
        let checked = named.into_iter().zip(settings);
        let methods: Vec<CheckedMethod> = checked
            .map(|(Method { spec, given }, settings)| CheckedMethod { spec, given, settings })
            .collect();
        let stages = if first.is_view() {
            methods
                .into_iter()
                .map(|method| stage(call, vec![method], false))
                .collect()
        } else {
            vec![stage(call, methods, is_list(call))]
        };
        Call { stages, like }
    }

    /// The stages that the call names: one, or the values of a method axis.
    fn methods(&mut self, call: &StageCall) -> Option<Vec<Method>> {
        let verb = &call.verb.node;
        match call.method.as_ref().map(|method| (&method.node, method.span)) {
            None => self.method_left_out(call).map(|spec| vec![Method::plain(spec)]),
            Some((Value::Name(name), span)) => self.method(verb, name, span).map(|method| vec![method]),
            Some((Value::List(items), span)) => self.method_axis(verb, items, span),
            Some((other, span)) => {
                let message = format!("`{verb}` takes a method, but {} was found", super::value::found(other));
                let label = self.expected_methods(verb);
                self.error("unknown-method", message, span, label);
                None
            }
        }
    }

    fn method_left_out(&mut self, call: &StageCall) -> Option<&'static StageSpec> {
        let verb = &call.verb.node;
        let found = self
            .catalog
            .find(verb, None)
            .or_else(|| default_method(self.catalog, verb));
        if found.is_none() {
            let label = self.expected_methods(verb);
            self.error(
                "missing-method",
                format!("`{verb}` needs a method"),
                call.verb.span,
                label,
            );
        }
        found
    }

    fn method(&mut self, verb: &str, name: &str, span: Span) -> Option<Method> {
        let given = || {
            let spec = self.environment.given_method(self.catalog, verb, name)?;
            let given = Some(name.to_owned());
            Some(Method { spec, given })
        };
        let found = self.catalog.find(verb, Some(name)).map(Method::plain).or_else(given);
        if found.is_none() && !self.misused_given(verb, name, span) {
            self.unknown_method(verb, name, span);
        }
        found
    }

    /// Says where a name from outside is of another kind than the verb takes; false where it isn't one.
    fn misused_given(&mut self, verb: &str, name: &str, span: Span) -> bool {
        let Some(kind) = self.environment.given.get(name).map(|given| given.kind) else {
            return false;
        };
        let message = format!("`{name}` is {kind}, which `{verb}` doesn't take");
        let label = match self.catalog.find(verb, Some(METHOD)) {
            Some(_) => "expected a ranking: a score for each regulator of a target".to_owned(),
            None => self.expected_methods(verb),
        };
        let diagnostic = Diagnostic::error("wrong-kind", message).at(span, label);
        self.report(diagnostic.help(kind.uses(name)));
        true
    }

    fn method_axis(&mut self, verb: &str, items: &[Spanned<Value>], span: Span) -> Option<Vec<Method>> {
        if items.is_empty() {
            let label = self.expected_methods(verb);
            self.error(
                "empty-list",
                format!("`{verb}` has an empty list of methods"),
                span,
                label,
            );
            return None;
        }
        let mut methods: Vec<Method> = Vec::new();
        let mut sound = true;
        for item in items {
            let method = match &item.node {
                Value::Name(name) => self.method(verb, name, item.span),
                _ => {
                    let label = self.expected_methods(verb);
                    self.error("nested-sweep", "a list of methods has plain names", item.span, label);
                    None
                }
            };
            match method {
                Some(method) if methods.iter().any(|other| other.is(&method)) => {
                    let name = method.name();
                    self.report(*super::value::repeated(item, &format!("`{name}`")));
                    sound = false;
                }
                Some(method) => methods.push(method),
                None => sound = false,
            }
        }
        let specs: Vec<&'static StageSpec> = methods.iter().map(|method| method.spec).collect();
        let alike = specs.iter().any(|spec| spec.is_view()) || self.alike(&specs, span);
        (sound && alike).then_some(methods)
    }

    /// Whether all methods of an axis take and give the same.
    fn alike(&mut self, specs: &[&'static StageSpec], span: Span) -> bool {
        let Some(first) = specs.first() else {
            return false;
        };
        let Some(odd) = specs.iter().find(|s| s.takes != first.takes || s.gives != first.gives) else {
            return true;
        };
        let message = format!("`{}` and `{}` take or give different types", first.name(), odd.name());
        self.error(
            "mixed-methods",
            message,
            span,
            "expected methods that can stand in for each other",
        );
        false
    }

    pub(super) fn unknown_method(&mut self, verb: &str, name: &str, span: Span) {
        let methods = self.catalog.methods(verb).into_iter().filter_map(|spec| spec.method);
        let given = self.environment.given_for(self.catalog, verb).map(|(name, _)| name);
        let names: Vec<&str> = methods.chain(given).collect();
        let diagnostic = if names.is_empty() {
            Diagnostic::error(
                "unknown-method",
                format!("`{verb}` takes no method, but `{name}` was found"),
            )
            .at(span, "expected `key=value`, `|` or the end of the line")
        } else {
            let diagnostic = Diagnostic::error("unknown-method", format!("`{verb}` has no method `{name}`"));
            match nearest(name, names.iter().copied()) {
                Some(near) => diagnostic.at(span, format!("did you mean `{near}`?")),
                None => diagnostic.at(span, self.expected_methods(verb)),
            }
        };
        self.report(match self.verb_of(name) {
            Some(owner) => diagnostic.help(format!("`{name}` is a method of `{owner}`")),
            None => diagnostic,
        });
    }

    pub(super) fn unknown_verb(&mut self, verb: &Spanned<String>, begins: bool) {
        let name = verb.node.as_str();
        if let Some(diagnostic) = self.misplaced_name(verb) {
            self.report(diagnostic);
            return;
        }
        let verbs = self.catalog.verbs();
        let few = self.diagnostics.len() < MOST_SUGGESTIONS;
        let bound = self.environment.names.keys().map(String::as_str).filter(|_| few);
        let keywords = KEYWORDS.iter().map(|keyword| keyword.word).filter(|_| begins);
        let candidates: Vec<&str> = verbs.iter().copied().chain(keywords).chain(bound).collect();
        let diagnostic = Diagnostic::error("unknown-verb", format!("there is no verb or pipeline called `{name}`"));
        let diagnostic = match (nearest(name, candidates), self.verb_of(name)) {
            (_, Some(owner)) => diagnostic.at(verb.span, format!("did you mean `{owner} {name}`?")),
            (Some(near), None) => diagnostic.at(verb.span, format!("did you mean `{near}`?")),
            (None, None) => diagnostic
                .at(verb.span, "expected a verb or the name of a pipeline")
                .help(format!("the verbs are {}", one_of(verbs))),
        };
        self.report(diagnostic);
    }

    /// A keyword amid a statement, a name from outside, or a name that is bound further down.
    fn misplaced_name(&self, verb: &Spanned<String>) -> Option<Diagnostic> {
        let name = verb.node.as_str();
        if let Some(given) = self.environment.given.get(name) {
            let message = format!("`{name}` is {} and no pipeline", given.kind);
            return Some(
                Diagnostic::error("given-as-pipeline", message)
                    .at(verb.span, "expected a verb or the name of a pipeline")
                    .help(given.kind.uses(name)),
            );
        }
        if let Some(keyword) = KEYWORDS.iter().find(|keyword| keyword.word == name) {
            let message = format!("`{name}` begins a statement and can't stand inside one");
            return Some(
                Diagnostic::error("keyword-in-the-middle", message)
                    .at(verb.span, "expected a verb or the name of a pipeline")
                    .help(format!("on a line of its own: `{}`", keyword.form)),
            );
        }
        self.script_names.contains(name).then(|| {
            Diagnostic::error("bound-below", format!("the name `{name}` is used before it is bound"))
                .at(verb.span, "expected a verb or a name that is bound above")
                .help(format!(
                    "put `let {name} = …` on a line above; a pipeline can't contain itself"
                ))
        })
    }

    /// The verb that has a method of this name.
    fn verb_of(&self, method: &str) -> Option<&'static str> {
        self.catalog.specs().find(|s| s.method == Some(method)).map(|s| s.verb)
    }

    fn expected_methods(&self, verb: &str) -> String {
        let names = self.catalog.methods(verb).into_iter().filter_map(|s| s.method);
        let given = self.environment.given_for(self.catalog, verb).map(|(name, _)| name);
        format!("expected {}", one_of(names.chain(given)))
    }
}

fn stage(call: &StageCall, methods: Vec<CheckedMethod>, sweeps_methods: bool) -> CheckedStage {
    CheckedStage {
        methods,
        sweeps_methods,
        implied: false,
        span: call.span,
        places: call
            .arguments
            .iter()
            .map(|argument| (argument.key.node.clone(), argument.value.span))
            .collect(),
    }
}

fn is_list(call: &StageCall) -> bool {
    matches!(call.method.as_ref().map(|m| &m.node), Some(Value::List(_)))
}
