//! `plot coverage`: how coverage grows with the pool size.

use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "plot",
        method: Some("coverage"),
        takes: &[Type::Pools, Type::Scorer, Type::Teams, Type::Report],
        gives: Gives::Input,
        summary: "Coverage of whole teams against pool size",
        description: "Recall@K for every K up to the pool size: the share of test targets whose K best candidates hold \
            the whole true team (paper §3 and figure 2). A panel for each team size R, a line for each row of the \
            result; over several seeds, the mean with a band of ± one standard deviation, for a lone one a band of \
            Wilson's 95 % intervals. Where teams were decoded \
            from a part of the pool, a dotted line marks that cap M_R.",
        parameters: &[ParameterSpec {
            name: "popularity",
            kind: ParameterKind::Boolean,
            per_size: false,
            default: DefaultValue::Literal("true"),
            doc: "Whether the popularity baseline is drawn beside, dashed.",
        }],
        examples: &["retrieve [popularity, correlation] k=40 | plot coverage"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: None,
};
