//! The arguments of one call: every parameter of every method gets a value, an axis or its default.

use super::methods::Method;
use super::{Checker, paths, value};
use crate::lang::catalog::{ParameterSpec, StageSpec};
use crate::lang::checked::Setting;
use crate::lang::diagnostics::Diagnostic;
use crate::lang::literal::default_setting;
use crate::lang::suggest::{nearest, one_of};
use grn_grammar::ast::{Argument, StageCall, Value};
use grn_grammar::span::Spanned;

/// One entry for each parameter, the given ones first.
pub(super) type Settings = Vec<(&'static str, Setting)>;

/// More values than this on one axis are a typing error.
const MAX_AXIS: usize = 1000;

impl Checker<'_> {
    /// The settings of each method; `None` when anything is wrong.
    pub(super) fn settings(&mut self, call: &StageCall, methods: &[Method]) -> Option<Vec<Settings>> {
        let errors = self.diagnostics.len();
        let specs: Vec<&'static StageSpec> = methods.iter().map(|method| method.spec).collect();
        let arguments = self.known_arguments(call, &specs);
        let settings = methods
            .iter()
            .map(|method| self.settings_of(call, method, &arguments))
            .collect();
        (self.diagnostics.len() == errors).then_some(settings)
    }

    /// The arguments whose key at least one of the methods knows, each once.
    fn known_arguments<'c>(&mut self, call: &'c StageCall, specs: &[&'static StageSpec]) -> Vec<&'c Argument> {
        let mut known: Vec<&Argument> = Vec::new();
        for argument in &call.arguments {
            let key = &argument.key;
            if known.iter().any(|other| other.key.node == key.node) {
                self.error(
                    "duplicate-argument",
                    format!("`{}` is given twice", key.node),
                    key.span,
                    "given above",
                );
            } else if specs.iter().any(|spec| spec.parameter(&key.node).is_some()) {
                known.push(argument);
            } else {
                self.unknown_parameter(specs, key);
            }
        }
        known
    }

    fn unknown_parameter(&mut self, specs: &[&'static StageSpec], key: &Spanned<String>) {
        let stages: Vec<String> = specs.iter().map(|spec| spec.name()).collect();
        let stages = one_of(stages.iter().map(String::as_str));
        let mut names: Vec<&str> = Vec::new();
        for parameter in specs.iter().flat_map(|spec| spec.parameters) {
            if !names.contains(&parameter.name) {
                names.push(parameter.name);
            }
        }
        let diagnostic = Diagnostic::error("unknown-parameter", format!("{stages} has no parameter `{}`", key.node));
        let diagnostic = match nearest(&key.node, names.iter().copied()) {
            Some(near) => diagnostic.at(key.span, format!("did you mean `{near}`?")),
            None if names.is_empty() => diagnostic.at(key.span, "it takes no parameters"),
            None => diagnostic.at(key.span, format!("expected {}", one_of(names))),
        };
        self.report(match self.sibling_with(specs, &key.node) {
            Some(sibling) => diagnostic.help(format!("`{}` is a parameter of `{}`", key.node, sibling.name())),
            None => diagnostic,
        });
    }

    /// Another method of the same verb that has the parameter.
    fn sibling_with(&self, specs: &[&'static StageSpec], parameter: &str) -> Option<&'static StageSpec> {
        let verb = specs.first()?.verb;
        let mut siblings = self.catalog.methods(verb).into_iter();
        siblings.find(|spec| spec.parameter(parameter).is_some())
    }

    fn settings_of(&mut self, call: &StageCall, method: &Method, arguments: &[&Argument]) -> Settings {
        let spec = method.spec;
        let mut settings = Settings::new();
        for argument in arguments {
            let Some(parameter) = spec.parameter(&argument.key.node) else {
                continue;
            };
            if self.filled_in(method, parameter.name).is_some() {
                self.given_twice(method, &argument.key);
                continue;
            }
            if let Some(setting) = self.setting(spec, parameter, &argument.value) {
                settings.push((parameter.name, setting));
            }
        }
        for parameter in spec.parameters {
            if arguments.iter().any(|a| a.key.node == parameter.name) {
                continue;
            }
            let filled_in = self.filled_in(method, parameter.name);
            match filled_in.or_else(|| default_setting(parameter)) {
                Some(setting) => settings.push((parameter.name, setting)),
                None => self.missing_argument(call, spec, parameter),
            }
        }
        settings
    }

    /// What the name from outside says of a parameter.
    fn filled_in(&self, method: &Method, parameter: &str) -> Option<Setting> {
        let name = method.given.as_deref()?;
        self.environment.given.get(name)?.setting(name, parameter)
    }

    fn given_twice(&mut self, method: &Method, key: &Spanned<String>) {
        let name = method.given.as_deref().unwrap_or_default();
        let message = format!("`{name}` already says what `{}` is", key.node);
        let diagnostic = Diagnostic::error("given-twice", message).at(key.span, "expected no such argument");
        self.report(diagnostic.help(format!("`{}` takes a file", method.spec.name())));
    }

    fn missing_argument(&mut self, call: &StageCall, spec: &StageSpec, parameter: &ParameterSpec) {
        let span = call
            .method
            .as_ref()
            .map_or(call.verb.span, |m| call.verb.span.join(m.span));
        let name = parameter.name;
        let label = format!("expected `{name}=…`, {}", value::expected(&parameter.kind));
        let diagnostic = Diagnostic::error("missing-argument", format!("`{}` needs `{name}`", spec.name()));
        self.report(diagnostic.at(span, label).help(parameter.doc));
    }

    fn setting(
        &mut self,
        spec: &StageSpec,
        parameter: &'static ParameterSpec,
        value: &Spanned<Value>,
    ) -> Option<Setting> {
        let values = match &value.node {
            Value::List(items) => self.list(spec, parameter, value, items),
            Value::Range { first, last } => self.range(parameter, value, *first, *last),
            _ => return self.fixed(spec, parameter, value).map(Setting::Given),
        };
        let values = values?;
        if spec.is_view() {
            let message = format!("`{}` shows the whole grid and has no axes of its own", spec.name());
            self.error("sweep-in-view", message, value.span, "expected a single value");
            return None;
        }
        Some(Setting::Axis(values))
    }

    fn fixed(
        &mut self,
        spec: &StageSpec,
        parameter: &ParameterSpec,
        value: &Spanned<Value>,
    ) -> Option<crate::lang::arguments::Argument> {
        let is_read = spec.reads.contains(&parameter.name);
        let checked = value::fixed(parameter, value)
            .and_then(|argument| paths::resolve(&self.environment, parameter, is_read, argument, value.span));
        checked.map_err(|diagnostic| self.report(*diagnostic)).ok()
    }

    fn list(
        &mut self,
        spec: &StageSpec,
        parameter: &ParameterSpec,
        value: &Spanned<Value>,
        items: &[Spanned<Value>],
    ) -> Option<Vec<crate::lang::arguments::Argument>> {
        if items.is_empty() {
            let message = format!("`{}` is an empty list", parameter.name);
            self.error("empty-list", message, value.span, "expected at least one value");
            return None;
        }
        if items.len() > MAX_AXIS {
            self.axis_too_long(parameter, value, &items.len().to_string());
            return None;
        }
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let Some(argument) = self.fixed(spec, parameter, item) else {
                continue;
            };
            if values.contains(&argument) {
                self.report(*value::repeated(item, &format!("`{argument}`")));
            } else {
                values.push(argument);
            }
        }
        (values.len() == items.len()).then_some(values)
    }

    fn range(
        &mut self,
        parameter: &ParameterSpec,
        value: &Spanned<Value>,
        first: i64,
        last: i64,
    ) -> Option<Vec<crate::lang::arguments::Argument>> {
        if first > last {
            let message = format!("the range {first}..{last} is empty: its first value is above its last");
            self.error(
                "empty-range",
                message,
                value.span,
                format!("expected `{last}..{first}`"),
            );
            return None;
        }
        let count = i128::from(last) - i128::from(first) + 1;
        if count > MAX_AXIS as i128 {
            self.axis_too_long(parameter, value, &count.to_string());
            return None;
        }
        let number = |n: i64| Spanned::new(Value::Integer(n), value.span);
        let values: Result<Vec<_>, _> = (first..=last).map(|n| value::fixed(parameter, &number(n))).collect();
        values.map_err(|diagnostic| self.report(*diagnostic)).ok()
    }

    fn axis_too_long(&mut self, parameter: &ParameterSpec, value: &Spanned<Value>, count: &str) {
        let message = format!("`{}` has {count} values", parameter.name);
        self.error(
            "axis-too-long",
            message,
            value.span,
            format!("expected at most {MAX_AXIS}"),
        );
    }
}
