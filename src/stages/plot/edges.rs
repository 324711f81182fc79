//! `plot edges`: how many regulators the first K candidates hold.

use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "plot",
        method: Some("edges"),
        takes: &[Type::EdgeReport],
        gives: Gives::Input,
        summary: "Strict Coverage@K and Edge Recall@K against K",
        description: "On the left, the share of test targets whose first K sources hold all of their regulators; on the \
            right, the share of a target's regulators among them (paper App. I and figure 3). A line for each row of the \
            result; over several seeds, the mean with a band of ± one standard deviation. Beyond the pool a line stays \
            level: nothing is ranked there.",
        parameters: &[ParameterSpec {
            name: "popularity",
            kind: ParameterKind::Boolean,
            per_size: false,
            default: DefaultValue::Literal("true"),
            doc: "Whether the popularity baseline is drawn beside, dashed.",
        }],
        examples: &["retrieve [popularity, correlation] k=319 | evaluate edges | plot edges"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: None,
};
