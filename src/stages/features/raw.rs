//! `features raw`: expression as it is.

use super::{dataset, with_features};
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use std::sync::Arc;

/// `features raw`.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "features",
        method: Some("raw"),
        takes: &[Type::Dataset],
        gives: Gives::Value(Type::Dataset),
        summary: "Expression as loaded, without any transformation",
        description: "\
Each gene's features are its expression values, one for each cell, as they were loaded or simulated.

For data that is already standardised. The paper's models expect `features log1p_zscore`, or `features zscore` where \
expression is on a logarithmic scale already.",
        parameters: &[],
        examples: &["simulate sergio | features raw"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(_context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let dataset = dataset(input)?;
    let features = Arc::clone(&dataset.expression);
    Ok(with_features(&dataset, features))
}
