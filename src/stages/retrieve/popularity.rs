//! `retrieve popularity`: the control that looks at no expression.

use crate::data::pools::TrainingCurve;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::metrics::popularity::Popularity;
use crate::stages::Stage;
use crate::stages::parameters::K;
use crate::stages::retrieve::candidates::{CANDIDATES, Candidates};
use crate::stages::retrieve::{input_split, rank_all};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "retrieve",
        method: Some("popularity"),
        takes: &[Type::Split],
        gives: Gives::Value(Type::Pools),
        summary: "Candidate pools by how many training targets a gene regulates",
        description: "Ranks genes by the number of training targets that they regulate, ties by gene index. It looks \
            at no expression, so whatever a retriever reaches beyond it comes from the data. On SERGIO DS3 it reaches \
            the paper's Recall@80.",
        parameters: &[K, CANDIDATES],
        examples: &["retrieve [popularity, attn] k=80 | plot coverage"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let split = input_split(input)?;
    let candidates = Candidates::of(context.arguments, &split.dataset)?;
    let popularity = Popularity::of(&split);
    let counts: Vec<f32> = (0..split.dataset.gene_count())
        .map(|g| popularity.count(g) as f32)
        .collect();
    rank_all(
        context,
        split,
        &candidates,
        "popularity",
        TrainingCurve::default(),
        |targets| Ok(vec![counts.clone(); targets.len()]),
    )
}
