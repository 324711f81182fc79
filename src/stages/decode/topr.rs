//! `decode topr`: the R best single regulators.

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::decode::{Method, decode, evaluated_targets, input_scorer};
use crate::stages::parameters::CAP;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "decode",
        method: Some("topr"),
        takes: &[Type::Scorer],
        gives: Gives::Value(Type::Teams),
        summary: "The R candidates with the highest base scores",
        description: "Optimal for scorers that decompose (`stage1`, `pairs2`; paper App. H). For a residual scorer it \
            ignores ψ, and the result isn't certified: what it misses against `decode exact` is what the residual \
            adds.",
        parameters: &[CAP],
        examples: &["retrieve attn k=80 | select pairs2 | decode topr"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let scorer = input_scorer(input)?;
    decode(
        context,
        &scorer,
        &evaluated_targets(&scorer.pools),
        "topr",
        Method::TopR,
    )
}
