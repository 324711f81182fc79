//! `retrieve correlation`: the untrained expression baseline.

use crate::data::pools::TrainingCurve;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::neighbours::Likeness;
use crate::stages::parameters::K;
use crate::stages::retrieve::candidates::{CANDIDATES, Candidates};
use crate::stages::retrieve::{input_split, rank_all};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "retrieve",
        method: Some("correlation"),
        takes: &[Type::Split],
        gives: Gives::Value(Type::Pools),
        summary: "Candidate pools by absolute Pearson correlation with the target",
        description: "Ranks genes by |Pearson correlation| of their features with the target's. Untrained: it sees no \
            known team. A gene whose features are constant correlates with nothing.",
        parameters: &[K, CANDIDATES],
        examples: &["retrieve correlation k=80 | plot coverage"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let split = input_split(input)?;
    let candidates = Candidates::of(context.arguments, &split.dataset)?;
    let likeness = Likeness::to_all(&split, true)?;
    rank_all(
        context,
        split,
        &candidates,
        "correlation",
        TrainingCurve::default(),
        |targets| Ok(likeness.of(targets).outer_iter().map(|row| row.to_vec()).collect()),
    )
}
