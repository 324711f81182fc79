//! What the models see of the expression.

pub mod log1p_zscore;
pub mod raw;
pub mod zscore;

use crate::data::dataset::Dataset;
use crate::engine::context::RunResult;
use crate::engine::interruption;
use crate::engine::value::Value;
use crate::lang::diagnostics::Diagnostic;
use ndarray::{Array2, ArrayView1};
use rayon::prelude::*;
use std::sync::Arc;

/// Added to the standard deviation, so that division is always safe.
const EPSILON: f64 = 1e-8;

/// The data set that flows in.
fn dataset(input: Option<Value>) -> RunResult<Arc<Dataset>> {
    match input {
        Some(Value::Dataset(dataset)) => Ok(dataset),
        _ => Err(
            Diagnostic::error("internal", "`features` takes a Dataset, and none flows in")
                .help("this is a defect of the plan")
                .into(),
        ),
    }
}

/// The same data set with these features, (genes × features).
fn with_features(dataset: &Dataset, features: Arc<Array2<f32>>) -> Value {
    Value::Dataset(Arc::new(Dataset {
        features: Some(features),
        ..dataset.clone()
    }))
}

/// z-scores of each row after `transform`: (x − mean) / (sd + 1e-8), with the population standard deviation; 0 in a row that is
/// the same everywhere.
///
/// # Errors
/// The user's wish to stop.
fn standardised_rows(expression: &Array2<f32>, transform: fn(f64) -> f64) -> RunResult<Array2<f32>> {
    let watch = interruption::watch();
    let mut features = Array2::zeros(expression.raw_dim());
    let rows: Vec<_> = features.outer_iter_mut().zip(expression.outer_iter()).collect();
    rows.into_par_iter().for_each(|(mut row, values)| {
        if watch.is_requested() {
            return;
        }
        let standardised = standardised(values, transform);
        row.iter_mut()
            .zip(standardised)
            .for_each(|(feature, value)| *feature = value);
    });
    watch.check()?;
    Ok(features)
}

fn standardised(values: ArrayView1<f32>, transform: fn(f64) -> f64) -> Vec<f32> {
    let values: Vec<f64> = values.iter().map(|&value| transform(f64::from(value))).collect();
    let count = values.len().max(1) as f64;
    // A constant gene is found by comparison: its computed deviation may be a rounding error instead of 0.
    if values.windows(2).all(|pair| pair[0] == pair[1]) {
        return vec![0.0; values.len()];
    }
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    let scale = 1.0 / (variance.sqrt() + EPSILON);
    values.iter().map(|value| ((value - mean) * scale) as f32).collect()
}
