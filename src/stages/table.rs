//! `table`: shows its input as a table.

use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "table",
        method: None,
        takes: &Type::ALL,
        gives: Gives::Input,
        summary: "The input as a table",
        description: "Exact match for a Report, recall at several K for Pools, ranked edges for an EdgeReport, the training for a Scorer, a summary for a \
            Dataset or a Split. A row for each combination of axes (and team size R); replicates, that is the `seed` \
            axis, are aggregated: mean ± sample standard deviation, and n and Wilson's 95 % interval from pooled counts.",
        parameters: &[ParameterSpec {
            name: "per_seed",
            kind: ParameterKind::Boolean,
            per_size: false,
            default: DefaultValue::Literal("false"),
            doc: "Whether every seed has rows of its own.",
        }],
        examples: &[
            "retrieve [popularity, correlation] k=40 | table",
            "use simulate sergio | split stratified seed=42..43\nretrieve popularity k=20 | select stage1 | decode topr | evaluate | table per_seed=true",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: None,
};
