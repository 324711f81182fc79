//! A pipeline from left to right: names are expanded, sources found, types followed.

use super::{Checker, methods::Call};
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::checked::{CheckedPipeline, CheckedStage};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::implied::EVALUATE;
use crate::lang::types::Type;
use grn_grammar::ast::{Pipeline, StageCall};

/// What becomes of a pipeline.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// It is shown: Teams are evaluated.
    Shown,
    /// It is the beginning of others.
    Open,
}

/// What flows at a place of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Nothing yet.
    Nothing,
    /// Something that an error above hides; nothing more is said of it.
    Unknown,
    /// A value of this type.
    Value(Type),
}

/// A pipeline as far as it has been read.
pub(super) struct Chain {
    pub stages: Vec<CheckedStage>,
    pub texts: Vec<String>,
    /// Names that it is written with.
    pub uses: Vec<String>,
    pub flow: Flow,
}

impl Chain {
    /// The last stage that isn't a view.
    pub fn producer(&self) -> Option<&CheckedStage> {
        self.stages.iter().rev().find(|stage| !stage.is_view())
    }

    /// Whether a stage of this verb is in it.
    pub fn has(&self, verb: &str) -> bool {
        self.stages.iter().any(|stage| stage.verb() == Some(verb))
    }
}

impl Checker<'_> {
    /// Checks a pipeline; `None` when anything in it is wrong.
    pub(super) fn pipeline(&mut self, pipeline: &Pipeline, ending: Ending) -> Option<CheckedPipeline> {
        let errors = self.diagnostics.len();
        let mut chain = Chain {
            stages: Vec::new(),
            texts: Vec::new(),
            uses: Vec::new(),
            flow: Flow::Nothing,
        };
        for (position, call) in pipeline.stages.iter().enumerate() {
            if self.names_a_pipeline(call) {
                self.expand_name(&mut chain, call, position);
            } else {
                self.stage(&mut chain, call);
            }
        }
        if ending == Ending::Shown && chain.flow == Flow::Value(Type::Teams) && self.can_evaluate(&chain) {
            self.imply(&mut chain, EVALUATE, pipeline.span);
        }
        self.axes(&chain, pipeline.span);
        let Flow::Value(gives) = chain.flow else {
            return None;
        };
        (self.diagnostics.len() == errors).then_some(CheckedPipeline {
            text: chain.texts.join(" | "),
            uses: chain.uses,
            stages: chain.stages,
            gives,
            span: pipeline.span,
        })
    }

    fn names_a_pipeline(&self, call: &StageCall) -> bool {
        self.environment.names.contains_key(&call.verb.node) && self.catalog.methods(&call.verb.node).is_empty()
    }

    /// Puts the stages of a named pipeline in place of its name.
    fn expand_name(&mut self, chain: &mut Chain, call: &StageCall, position: usize) {
        let name = call.verb.node.as_str();
        if let Some(bound) = self.bound_here.get_mut(name) {
            bound.used = true;
        }
        if call.method.is_some() || !call.arguments.is_empty() {
            let message = format!("`{name}` is the name of a pipeline and takes no method and no arguments");
            self.error(
                "name-with-arguments",
                message,
                call.span,
                format!("expected `{name}` alone"),
            );
        }
        if position > 0 {
            let diagnostic = Diagnostic::error("name-in-the-middle", format!("`{name}` is the name of a pipeline"))
                .at(call.verb.span, "expected a verb: a name can only start a pipeline")
                .help(format!("begin the line with it: `{name} | …`"));
            self.report(diagnostic);
        }
        match self.environment.names.get(name).cloned().flatten() {
            Some(bound) if position == 0 => {
                chain.flow = Flow::Value(bound.gives);
                chain.texts.push(bound.text);
                chain.uses.push(name.to_owned());
                chain.stages = bound.stages;
            }
            _ => {
                if position == 0 {
                    self.report_broken(name, call.verb.span);
                }
                chain.flow = Flow::Unknown;
            }
        }
    }

    fn stage(&mut self, chain: &mut Chain, call: &StageCall) {
        let Call { stages, like } = self.call(call, chain.texts.is_empty());
        let Some(like) = like else {
            chain.flow = Flow::Unknown;
            return;
        };
        if stages.is_empty() {
            self.flow_through(chain, like, call);
        }
        let given = stages
            .iter()
            .flat_map(|stage| &stage.methods)
            .filter_map(|method| method.given.clone());
        for name in given.collect::<Vec<_>>() {
            if !chain.uses.contains(&name) {
                chain.uses.push(name);
            }
        }
        for stage in stages {
            if let Some(spec) = stage.methods.first().map(|method| method.spec) {
                self.flow_through(chain, spec, call);
                chain.stages.push(stage);
            }
        }
        chain.texts.push(call.to_string());
    }

    fn flow_through(&mut self, chain: &mut Chain, spec: &'static StageSpec, call: &StageCall) {
        self.connect(chain, spec, call.verb.span);
        if let Gives::Value(kind) = spec.gives {
            chain.flow = Flow::Value(kind);
        }
    }
}
