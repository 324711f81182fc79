//! `plot training`: training loss by epoch.

use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "plot",
        method: Some("training"),
        takes: &[Type::Pools, Type::Scorer, Type::Teams, Type::Report],
        gives: Gives::Input,
        summary: "Training loss by epoch",
        description: "The mean training loss of each epoch of every trained stage, a panel each, a line for each row of \
            the result; over several seeds, the mean with a band of ± one standard deviation. Losses of different \
            stages are different functions and don't compare.",
        parameters: &[ParameterSpec {
            name: "log",
            kind: ParameterKind::Boolean,
            per_size: false,
            default: DefaultValue::Literal("false"),
            doc: "Whether the loss has a logarithmic scale.",
        }],
        examples: &["retrieve attn k=20 | plot training log=true"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: None,
};
