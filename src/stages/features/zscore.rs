//! `features zscore`: standardised expression, for data that is on a logarithmic scale already.

use super::{dataset, standardised_rows, with_features};
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use std::sync::Arc;

/// `features zscore`.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "features",
        method: Some("zscore"),
        takes: &[Type::Dataset],
        gives: Gives::Value(Type::Dataset),
        summary: "A z-score of the expression for each gene over all cells, without a logarithm",
        description: "\
`(x − mean) / (sd + 1e-8)` for each gene over all its cells, where `sd` is the population standard deviation: `features \
log1p_zscore` without its logarithm, for expression that is on a logarithmic scale already. A gene has one feature for \
each cell. A gene that is the same in all cells has features of 0. Means and deviations are accumulated in double precision.

It is filled in after `load beeline` and `load genelink` where a pipeline names no `features` stage.",
        parameters: &[],
        examples: &["simulate sergio | features zscore | split stratified | retrieve popularity k=80"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(_context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let dataset = dataset(input)?;
    let features = standardised_rows(&dataset.expression, |value| value)?;
    Ok(with_features(&dataset, Arc::new(features)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::stages::features::standardised_rows;
    use ndarray::array;

    #[test]
    fn negative_values_are_values_like_any_other() {
        let features = standardised_rows(&array![[-3.0, -1.0, 1.0, 3.0]], |value| value).unwrap();
        let expected = [-1.341_640_8, -0.447_213_6, 0.447_213_6, 1.341_640_8];
        features
            .iter()
            .zip(expected)
            .for_each(|(a, b): (&f32, f32)| assert!((a - b).abs() < 1e-6, "{a} {b}"));
    }
}
