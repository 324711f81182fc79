//! `plot response`: a target's expression against each of its regulators.

use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "plot",
        method: Some("response"),
        takes: &[Type::Dataset, Type::Split],
        gives: Gives::Input,
        summary: "A target's expression against each of its regulators",
        description: "Raw expression of one target against that of each of its known regulators, a panel each: a point a \
            cell (at most 2,000, at equal distances), coloured by cell type. For simulated data a line shows the steady \
            state P/λ to which the target tends at each level of that regulator, averaged over the values of the other \
            regulators in the cells, and a dotted line the half response H. Cells scatter about it: a target follows its \
            regulators with a delay, and has noise of its own. Each value of a sweep has its own panels, up to eight in \
            all; of several seeds the first is shown.",
        parameters: &[ParameterSpec {
            name: "target",
            kind: ParameterKind::Text,
            per_size: false,
            default: DefaultValue::Absent("the target that `plot team` shows"),
            doc: "The gene whose response is shown, by name.",
        }],
        examples: &[
            "simulate sergio | plot response",
            "simulate sergio logic=[sum, and] noise_amplitude=0.3 seed=7 | plot response target=g012",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: None,
};
