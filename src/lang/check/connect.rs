//! A stage meets what flows into it: sources and implied stages are filled in, wrong orders reported.

use super::order::Giver;
use super::pipeline::{Chain, Flow};
use super::{Checker, order};
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::checked::{ArgumentPlaces, CheckedMethod, CheckedStage};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::implied::{
    EVALUATE, FEATURES, FEATURES_OF_LOGARITHMS, LOGARITHMIC_SOURCES, PREDICT, SOURCE, SPLIT, prefers_report,
};
use crate::lang::keywords::DEFAULT_SOURCE;
use crate::lang::literal::default_setting;
use crate::lang::types::Type;
use grn_grammar::span::Span;

impl Checker<'_> {
    /// Makes sure that `spec`, called at `span`, can take what flows; afterwards the caller adds its stage.
    pub(super) fn connect(&mut self, chain: &mut Chain, spec: &'static StageSpec, span: Span) {
        if spec.takes.is_empty() {
            if chain.flow != Flow::Nothing {
                self.source_in_the_middle(spec, span);
            }
            return;
        }
        if chain.flow == Flow::Nothing {
            self.begin_with_source(chain, spec, span);
        }
        let Flow::Value(kind) = chain.flow else {
            return;
        };
        if kind == Type::Dataset && spec.takes.contains(&Type::Split) && !spec.takes.contains(&kind) {
            self.features_before_split(chain, span);
            self.imply(chain, SPLIT, span);
        } else if kind == Type::Dataset && spec.gives == Gives::Value(Type::Split) {
            self.features_before_split(chain, span);
        } else if kind == Type::Teams && prefers_report(spec) {
            self.report_of_teams(chain, spec, span);
        }
        if let Flow::Value(kind) = chain.flow
            && !spec.takes.contains(&kind)
        {
            self.wrong_order(chain, spec, kind, span);
        }
    }

    fn source_in_the_middle(&mut self, spec: &StageSpec, span: Span) {
        let diagnostic = Diagnostic::error("source-in-the-middle", format!("`{}` begins a pipeline", spec.verb))
            .at(span, "it takes no input, but something flows into it")
            .help("put it first, or on a line of its own");
        self.report(diagnostic);
    }

    /// Prepends the `use` pipeline, or the built-in data.
    fn begin_with_source(&mut self, chain: &mut Chain, spec: &StageSpec, span: Span) {
        if let Some(source) = self.environment.default_source.clone() {
            chain.stages = source.stages;
            chain.uses.push(DEFAULT_SOURCE.to_owned());
            chain.flow = Flow::Value(source.gives);
            return;
        }
        if self.report_broken(DEFAULT_SOURCE, span) {
            chain.flow = Flow::Unknown;
            return;
        }
        if !self.imply(chain, SOURCE, span) {
            let message = format!(
                "`{}` takes {}, but nothing flows into it",
                spec.verb,
                order::types(spec.takes)
            );
            self.error(
                "missing-source",
                message,
                span,
                "expected a source such as `load` before it",
            );
            chain.flow = Flow::Unknown;
        }
    }

    fn features_before_split(&mut self, chain: &mut Chain, span: Span) {
        if chain.has(FEATURES.0) {
            return;
        }
        let mut methods = chain.stages.iter().flat_map(|stage| &stage.methods);
        let is_logarithmic = methods.any(|CheckedMethod { spec, .. }| {
            let named = spec.method.map(|method| (spec.verb, method));
            named.is_some_and(|named| LOGARITHMIC_SOURCES.contains(&named))
        });
        let features = if is_logarithmic {
            FEATURES_OF_LOGARITHMS
        } else {
            FEATURES
        };
        self.imply(chain, features, span);
    }

    fn report_of_teams(&mut self, chain: &mut Chain, spec: &StageSpec, span: Span) {
        if self.can_evaluate(chain) {
            self.imply(chain, EVALUATE, span);
        }
        if spec.takes.contains(&Type::Teams) || chain.flow != Flow::Value(Type::Teams) {
            return;
        }
        let message = format!(
            "`{}` takes {}, but `{PREDICT}` gives Teams without known regulators",
            spec.name(),
            order::types(spec.takes)
        );
        self.error(
            "nothing-to-evaluate",
            message,
            span,
            "there is nothing to compare these teams with",
        );
        chain.flow = Flow::Unknown;
    }

    /// Whether the Teams that flow are for targets with known regulators, and the catalog can evaluate them.
    pub(super) fn can_evaluate(&self, chain: &Chain) -> bool {
        let predicted = chain.producer().and_then(CheckedStage::verb) == Some(PREDICT);
        !predicted && self.catalog.find(EVALUATE.0, Some(EVALUATE.1)).is_some()
    }

    /// Fills in a stage with its defaults; false where the catalog hasn't got it.
    pub(super) fn imply(&mut self, chain: &mut Chain, (verb, method): (&str, &str), span: Span) -> bool {
        let Some(spec) = self.catalog.find(verb, Some(method)) else {
            return false;
        };
        let settings = spec
            .parameters
            .iter()
            .filter_map(|p| Some((p.name, default_setting(p)?)));
        chain.stages.push(CheckedStage {
            methods: vec![CheckedMethod {
                spec,
                given: None,
                settings: settings.collect(),
            }],
            sweeps_methods: false,
            implied: true,
            span,
            places: ArgumentPlaces::new(),
        });
        if let Gives::Value(kind) = spec.gives {
            chain.flow = Flow::Value(kind);
        }
        true
    }

    fn wrong_order(&mut self, chain: &mut Chain, spec: &'static StageSpec, found: Type, span: Span) {
        let giver = match chain.producer() {
            Some(stage) if chain.texts.is_empty() && stage.implied => Giver::BuiltIn,
            Some(_) if chain.texts.is_empty() => Giver::DefaultSource,
            stage => stage.and_then(CheckedStage::verb).map_or(Giver::BuiltIn, Giver::Stage),
        };
        let diagnostic = order::wrong_order(self.catalog, spec, &giver, found, span);
        self.report(diagnostic);
        chain.flow = Flow::Unknown;
    }
}
