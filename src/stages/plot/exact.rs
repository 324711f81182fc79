//! `plot exact`: exact match as bars.

use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "plot",
        method: Some("exact"),
        takes: &[Type::Report],
        gives: Gives::Input,
        summary: "Exact match by team size, as bars",
        description: "Unconditional exact match (paper §3) of every row of the result, grouped by team size R, with \
            Wilson's 95 % interval; pale behind it, the coverage that bounds it. Counts are pooled over seeds: a target \
            that several seeds test counts several times.",
        parameters: &[ParameterSpec {
            name: "popularity",
            kind: ParameterKind::Boolean,
            per_size: false,
            default: DefaultValue::Literal("true"),
            doc: "Whether the popularity baseline stands beside, in grey.",
        }],
        examples: &["retrieve popularity k=20 | select stage1 | decode topr | evaluate | plot exact"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: None,
};
