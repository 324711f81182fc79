//! `plot confusers`: which regulators crowd out true ones.

use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "plot",
        method: Some("confusers"),
        takes: &[Type::Pools, Type::Teams, Type::Report],
        gives: Gives::Input,
        summary: "Which genes crowd out true regulators, and whether they are hubs",
        description: "A confuser of an evaluated target is a gene outside its true team that takes a true regulator's \
            place: for decoded teams, a member of the predicted team; for pools, a candidate ranked above the last true \
            regulator (where the pool lacks one, every candidate). On the left, the genes that are confusers most often, \
            as shares of the evaluated targets, with the number of training targets that each regulates; on the right, \
            every gene: training targets that it regulates against the share of targets that it confuses. Hubs are the \
            tenth of regulators with the most training targets; the legend has their share of all confusers. Where \
            hubs have a larger share of confusers than of true members, popularity stands in for evidence. A bar \
            for each row of the result; counts are pooled over seeds.",
        parameters: &[ParameterSpec {
            name: "top",
            kind: ParameterKind::Integer { min: 1, max: 50 },
            per_size: false,
            default: DefaultValue::Literal("10"),
            doc: "How many genes have bars.",
        }],
        examples: &[
            "retrieve [popularity, correlation] k=40 | plot confusers",
            "retrieve correlation k=40 | select stage1 | decode topr | plot confusers top=20",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: None,
};
