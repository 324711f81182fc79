//! `features log1p_zscore`: the paper's features.

use super::{dataset, standardised_rows, with_features};
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::stages::Stage;
use std::sync::Arc;

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

It is filled in where a pipeline names no `features` stage, except for data whose files are logarithmic by convention \
(`load beeline`, `load genelink`): there it is `features zscore`.",
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
            .help("`features zscore` standardises data that is already on a logarithmic scale")
            .into());
    }
    Ok(with_features(
        &dataset,
        Arc::new(standardised_rows(&dataset.expression, f64::ln_1p)?),
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::stages::features::standardised_rows;
    use ndarray::{Array2, array};
    use proptest::prelude::*;

    #[test]
    fn agrees_with_numpy() {
        // x = np.log1p([0, 1, 3]); (x - x.mean()) / (x.std() + 1e-8), and a constant row.
        let features = standardised_rows(&array![[0.0, 1.0, 3.0], [0.7, 0.7, 0.7]], f64::ln_1p).unwrap();
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
            let row = Array2::from_shape_vec((1, count), values).unwrap_or_default();
            let features = standardised_rows(&row, f64::ln_1p).unwrap();
            let mean = features.iter().map(|&z| f64::from(z)).sum::<f64>() / count as f64;
            let square = features.iter().map(|&z| f64::from(z).powi(2)).sum::<f64>() / count as f64;
            prop_assert!(mean.abs() < 1e-5 && (square - 1.0).abs() < 1e-3, "{} {}", mean, square);
        }
    }
}
