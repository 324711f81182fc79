//! A method as a call names it: one of the catalog, or a name from outside that stands for one.

use super::Checker;
use crate::lang::catalog::StageSpec;
use crate::lang::diagnostics::Diagnostic;
use crate::lang::given::METHOD;
use grn_grammar::span::Span;

/// A method that a call names.
#[derive(Clone)]
pub(super) struct Method {
    pub spec: &'static StageSpec,
    /// The name from outside that stands for it.
    pub given: Option<String>,
}

impl Method {
    pub fn plain(spec: &'static StageSpec) -> Self {
        Self { spec, given: None }
    }

    pub fn name(&self) -> &str {
        let method = self.spec.method.unwrap_or(self.spec.verb);
        self.given.as_deref().unwrap_or(method)
    }

    /// Whether it is the same method, called by the same name.
    pub fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.spec, other.spec) && self.given == other.given
    }
}

impl Checker<'_> {
    /// Says where a name from outside is of another kind than the verb takes; false where it isn't one.
    pub(super) fn misused_given(&mut self, verb: &str, name: &str, span: Span) -> bool {
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
}
