//! `features log1p_zscore`: the paper's features.

use super::{dataset, with_features};
use crate::engine::context::{RunResult, StageContext};
use crate::engine::interruption;
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::stages::Stage;
use ndarray::{Array2, ArrayView1};
use rayon::prelude::*;
use std::sync::Arc;

/// Added to the standard deviation, so that division is always safe.
const EPSILON: f64 = 1e-8;

/// `features log1p_zscore`.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "features",
        method: Some("log1p_zscore"),
        takes: &[Type::Dataset],
        gives: Gives::Value(Type::Dataset),
        summary: "log(1 + expression), then a z-score for each gene over all cells",
        description: "\
The features of the paper (Appendix A): `x = log(1 + expression)`, then `(x − mean) / (sd + 1e-8)` for each gene over \
all its cells, where `sd` is the population standard deviation. A gene has one feature for each cell. A gene that is \
the same in all cells has features of 0. Means and deviations are accumulated in double precision.

It is filled in where a pipeline names no `features` stage.",
        parameters: &[],
        examples: &["simulate sergio | features log1p_zscore | split stratified | retrieve popularity k=80"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(_context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let dataset = dataset(input)?;
    if let Some(((gene, cell), value)) = dataset.expression.indexed_iter().find(|(_, value)| **value <= -1.0) {
        let name = dataset.genes.get(gene).map_or("?", String::as_str);
        let message = format!("log(1 + x) needs expression above -1, found {value} for gene `{name}` in cell {cell}");
        return Err(Diagnostic::error("negative-expression", message)
            .help("`features raw` takes data that is already on a logarithmic scale")
            .into());
    }
    Ok(with_features(&dataset, Arc::new(transform(&dataset.expression)?)))
}

/// z-scored log(1 + x) of each row.
///
/// # Errors
/// The user's wish to stop.
fn transform(expression: &Array2<f32>) -> RunResult<Array2<f32>> {
    let watch = interruption::watch();
    let mut features = Array2::zeros(expression.raw_dim());
    let rows: Vec<_> = features.outer_iter_mut().zip(expression.outer_iter()).collect();
    rows.into_par_iter().for_each(|(mut row, values)| {
        if watch.is_requested() {
            return;
        }
        let standardised = standardised(values);
        row.iter_mut()
            .zip(standardised)
            .for_each(|(feature, value)| *feature = value);
    });
    watch.check()?;
    Ok(features)
}

fn standardised(values: ArrayView1<f32>) -> Vec<f32> {
    let logs: Vec<f64> = values.iter().map(|&value| f64::from(value).ln_1p()).collect();
    let count = logs.len().max(1) as f64;
    // A constant gene is found by comparison: its computed deviation may be a rounding error instead of 0.
    if logs.windows(2).all(|pair| pair[0] == pair[1]) {
        return vec![0.0; logs.len()];
    }
    let mean = logs.iter().sum::<f64>() / count;
    let variance = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / count;
    let scale = 1.0 / (variance.sqrt() + EPSILON);
    logs.iter().map(|log| ((log - mean) * scale) as f32).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::transform;
    use ndarray::{Array2, array};
    use proptest::prelude::*;

    #[test]
    fn agrees_with_numpy() {
        // x = np.log1p([0, 1, 3]); (x - x.mean()) / (x.std() + 1e-8), and a constant row.
        let features = transform(&array![[0.0, 1.0, 3.0], [0.7, 0.7, 0.7]]).unwrap();
        let expected = array![[-1.224_744_9, 0.0, 1.224_744_9], [0.0, 0.0, 0.0]];
        features
            .iter()
            .zip(&expected)
            .for_each(|(a, b): (&f32, &f32)| assert!((a - b).abs() < 1e-6, "{a} {b}"));
    }

    proptest! {
        #[test]
        fn rows_have_mean_0_and_deviation_1(values in prop::collection::vec(0f32..1e4, 3..60)) {
            prop_assume!(values.iter().any(|v| (v - values[0]).abs() > 1e-2));
            let count = values.len();
            let features = transform(&Array2::from_shape_vec((1, count), values).unwrap_or_default()).unwrap();
            let mean = features.iter().map(|&z| f64::from(z)).sum::<f64>() / count as f64;
            let square = features.iter().map(|&z| f64::from(z).powi(2)).sum::<f64>() / count as f64;
            prop_assert!(mean.abs() < 1e-5 && (square - 1.0).abs() < 1e-3, "{} {}", mean, square);
        }
    }
}
