//! What the models see of the expression.

pub mod log1p_zscore;
pub mod raw;

use crate::data::dataset::Dataset;
use crate::engine::context::RunResult;
use crate::engine::value::Value;
use crate::lang::diagnostics::Diagnostic;
use ndarray::Array2;
use std::sync::Arc;

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
