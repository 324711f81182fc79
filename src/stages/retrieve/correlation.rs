//! `retrieve correlation`: the untrained expression baseline.

use crate::data::pools::TrainingCurve;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::interruption;
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::parameters::K;
use crate::stages::retrieve::{check_pool_size, input_split, rank_all};
use ndarray::{Array2, Axis};

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
        parameters: &[K],
        examples: &["retrieve correlation k=80 | plot coverage"],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let split = input_split(input)?;
    check_pool_size(context.arguments.count("k"), &split.dataset)?;
    let Some(features) = &split.dataset.features else {
        return Err(Diagnostic::error("internal", "the data set has no features").into());
    };
    let units = unit_rows(features)?;
    rank_all(context, split, "correlation", TrainingCurve::default(), |targets| {
        let rows = units.select(Axis(0), targets).dot(&units.t());
        Ok(rows
            .outer_iter()
            .map(|row| row.iter().map(|r| r.abs()).collect())
            .collect())
    })
}

/// Rows centred and scaled to length 1; constant rows become 0.
///
/// # Errors
/// The user's wish to stop.
fn unit_rows(features: &Array2<f32>) -> RunResult<Array2<f32>> {
    let mut rows = features.clone();
    for mut row in rows.outer_iter_mut() {
        interruption::check()?;
        let mean = row.iter().map(|x| f64::from(*x)).sum::<f64>() / row.len().max(1) as f64;
        let norm = row.iter().map(|x| (f64::from(*x) - mean).powi(2)).sum::<f64>().sqrt();
        let scale = if norm > 1e-12 { 1.0 / norm } else { 0.0 };
        row.mapv_inplace(|x| ((f64::from(x) - mean) * scale) as f32);
    }
    Ok(rows)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::unit_rows;
    use ndarray::array;

    #[test]
    fn products_of_unit_rows_are_correlations() {
        let rows = unit_rows(&array![[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [5.0, 5.0, 5.0]]).unwrap();
        let correlation = rows.dot(&rows.t());
        assert!((correlation[[0, 1]] + 1.0).abs() < 1e-6);
        assert_eq!(correlation[[0, 2]], 0.0);
    }
}
