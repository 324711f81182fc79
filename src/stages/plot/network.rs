//! `plot network`: how many regulators targets have, and how many targets regulators.

use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "plot",
        method: Some("network"),
        takes: &[Type::Dataset, Type::Split],
        gives: Gives::Input,
        summary: "Team sizes and hubs of the known network",
        description: "The known network in two panels: how many targets have a team of each size R (their in-degree), and \
            how many targets each regulator has (its out-degree), most first. A steep start on the right means hubs: a \
            few regulators with a large share of all edges, which are likely answers for any target. Train and \
            test targets count alike. Of several seeds the first is shown.",
        parameters: &[],
        examples: &["simulate sergio hubs=[0.0, 0.8] | plot network"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: None,
};
