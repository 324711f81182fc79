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
        parameters: &[
            ParameterSpec {
                name: "popularity",
                kind: ParameterKind::Boolean,
                per_size: false,
                default: DefaultValue::Literal("true"),
                doc: "Whether the popularity baseline stands beside, in grey.",
            },
            ParameterSpec {
                name: "teams",
                kind: ParameterKind::Choice(&["all", "seen", "novel"]),
                per_size: false,
                default: DefaultValue::Literal("all"),
                doc: "All targets, or those whose team some (seen) or no training target has (novel); these have no coverage.",
            },
        ],
        examples: &[
            "retrieve popularity k=20 | select stage1 | decode topr | evaluate | plot exact",
            "retrieve knn k=20 | select [stage1, copy_nearest] | decode exact | plot exact teams=novel",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: None,
};
