//! What stands before a place of a text: the names that are known there, and what flows into it.

use crate::lang::catalog::{Catalog, Gives, StageSpec};
use crate::lang::check::check;
use crate::lang::checked::{CheckedPipeline, Environment, Setting};
use crate::lang::implied::{self, PREDICT};
use crate::lang::types::Type;
use grn_grammar::ast::{Pipeline, Script, StageCall, Statement, StatementKind};
use grn_grammar::span::{Span, Spanned};

/// A name that no text can bind.
const LEFT: &str = " ";

/// What a cursor knows of what is above it and left of it.
pub(super) struct Upstream {
    /// The session's names and default source, with those that the text has above the cursor.
    pub environment: Environment,
    /// What flows into the stage at the cursor; `None` where the stages before it do not tell.
    pub flow: Option<Type>,
    /// The checked stages left of the cursor, where there are any and they are right.
    left: Option<CheckedPipeline>,
    begins: bool,
}

impl Upstream {
    /// Of the stage that follows `stages`, in a statement that begins at byte `statement` of `source`.
    pub fn new(
        source: &str,
        statement: usize,
        stages: &[StageCall],
        catalog: &Catalog,
        environment: &Environment,
    ) -> Self {
        let above = source.get(..statement).unwrap_or_default();
        let environment = environment_after(&grn_grammar::parse(above).script, catalog, environment);
        let left = left(stages, catalog, &environment);
        let begins = stages.is_empty();
        let source = environment.default_source.as_ref();
        let flow = match &left {
            _ if begins => Some(source.map_or(Type::Dataset, |source| source.gives)),
            Some(left) => Some(left.gives),
            None => last_type(stages, catalog, &environment),
        };
        Self {
            environment,
            flow,
            left,
            begins,
        }
    }

    /// Whether a stage fits here. Where nothing is known of what flows, all but sources do.
    pub fn fits(&self, spec: &StageSpec) -> bool {
        if spec.takes.is_empty() {
            return self.begins;
        }
        let predicted = self
            .upstream()
            .and_then(CheckedPipeline::producer)
            .and_then(|stage| stage.verb())
            == Some(PREDICT);
        self.flow.is_none_or(|kind| implied::takes(spec, kind, !predicted))
    }

    /// The team sizes that take part, where stages upstream say so.
    pub fn sizes(&self) -> Option<Vec<i64>> {
        let mut settings = self.upstream()?.stages.iter().rev().flat_map(|stage| &stage.methods);
        settings.find_map(|method| {
            method.settings.iter().find_map(|(name, setting)| match setting {
                Setting::Given(value) | Setting::Default(value) if *name == "sizes" => value.integers(),
                _ => None,
            })
        })
    }

    fn upstream(&self) -> Option<&CheckedPipeline> {
        match self.begins {
            true => self.environment.default_source.as_ref(),
            false => self.left.as_ref(),
        }
    }
}

/// What later statements see after a script, be it right or wrong.
pub(super) fn environment_after(script: &Script, catalog: &Catalog, environment: &Environment) -> Environment {
    let environment = Environment {
        interactive: true,
        ..environment.clone()
    };
    check(script, catalog, &environment).environment
}

fn left(stages: &[StageCall], catalog: &Catalog, environment: &Environment) -> Option<CheckedPipeline> {
    if stages.is_empty() {
        return None;
    }
    let span = Span::default();
    let pipeline = Pipeline {
        stages: stages.to_vec(),
        span,
    };
    let name = Spanned::new(LEFT.to_owned(), span);
    let kind = StatementKind::Let { name, pipeline };
    let script = Script {
        statements: vec![Statement { kind, span }],
    };
    environment_after(&script, catalog, environment).names.remove(LEFT)?
}

/// What stages give by their verbs alone, where something is wrong with them.
fn last_type(stages: &[StageCall], catalog: &Catalog, environment: &Environment) -> Option<Type> {
    stages.iter().rev().find_map(|stage| {
        let verb = stage.verb.node.as_str();
        match catalog.methods(verb).first().map(|spec| spec.gives) {
            Some(Gives::Value(kind)) => Some(kind),
            Some(Gives::Input) => None,
            None => environment.names.get(verb)?.as_ref().map(|pipeline| pipeline.gives),
        }
    })
}
