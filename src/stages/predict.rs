//! `predict`: teams for genes whose regulators are not known.

use crate::data::teams::LARGEST_TEAM;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, ParameterKind, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::decode::{LIMIT, decode, input_scorer, planned_method};
use crate::stages::parameters::{CAP, literal};

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "predict",
        method: None,
        takes: &[Type::Scorer],
        gives: Gives::Value(Type::Teams),
        summary: "The best team of each size for genes without known regulators",
        description: "Decodes, exactly, the best team of every asked size R for each gene that has no known regulator \
            in the data set. Scores of different sizes are not comparable: choose the size from outside knowledge. \
            `save path=\"teams.tsv\"` after it writes target, size, team and score.",
        parameters: &[
            literal(
                "sizes",
                ParameterKind::Integers {
                    min: 1,
                    max: LARGEST_TEAM as i64,
                },
                "(2, 3, 4)",
                "The team sizes R to decode for each gene.",
            ),
            CAP,
            LIMIT,
        ],
        examples: &["retrieve attn k=20 | select pairs2 | predict sizes=(2, 3)"],
        version: 2,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let scorer = input_scorer(input)?;
    let dataset = &scorer.pools.split.dataset;
    let unknown: Vec<usize> = (0..dataset.gene_count())
        .filter(|gene| dataset.network.team(*gene).is_empty())
        .collect();
    if unknown.is_empty() {
        let message = format!(
            "every gene of `{}` has known regulators, so there is nothing to predict",
            dataset.name
        );
        return Err(Diagnostic::error("nothing-to-predict", message)
            .help("`decode exact` gives the teams of the test targets")
            .into());
    }
    let mut sizes = context.arguments.counts("sizes");
    sizes.sort_unstable();
    sizes.dedup();
    let targets: Vec<(usize, usize)> = sizes
        .iter()
        .flat_map(|size| unknown.iter().map(move |gene| (*gene, *size)))
        .collect();
    let method = planned_method(context, &scorer);
    decode(context, &scorer, &targets, "predict", method)
}
