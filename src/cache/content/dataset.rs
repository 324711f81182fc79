//! Data sets as bytes; one that only adds features names the one that it adds them to.

use super::{Bytes, Unreadable, check, is_within, read, write};
use crate::data::dataset::Dataset;
use crate::data::network::Network;
use crate::data::numbers::Numbers;
use crate::data::response::SteadyState;
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// Whether `dataset` is `source` with other features.
pub fn adds_features(dataset: &Dataset, source: &Dataset) -> bool {
    let Dataset {
        name,
        genes,
        expression,
        cell_types,
        network,
        tf_list,
        steady_state,
        features,
    } = dataset;
    let same_steady_state = match (steady_state, &source.steady_state) {
        (Some(own), Some(other)) => Arc::ptr_eq(own, other),
        (own, other) => own.is_none() && other.is_none(),
    };
    features.is_some()
        && Arc::ptr_eq(expression, &source.expression)
        && Arc::ptr_eq(network, &source.network)
        && same_steady_state
        && tf_list == &source.tf_list
        && (name, genes, cell_types) == (&source.name, &source.genes, &source.cell_types)
}

/// What the models see.
#[derive(Serialize, Deserialize)]
enum Features<'a> {
    None,
    Expression,
    #[serde(bound(deserialize = "Matrix<'a>: Deserialize<'de>"))]
    Own(Matrix<'a>),
}

impl<'a> Features<'a> {
    fn of(dataset: &'a Dataset) -> Self {
        match &dataset.features {
            None => Self::None,
            Some(features) if Arc::ptr_eq(features, &dataset.expression) => Self::Expression,
            Some(features) => Self::Own(Matrix::of(features)),
        }
    }

    fn restore(self, expression: &Arc<Array2<f32>>) -> Result<Option<Arc<Array2<f32>>>, Unreadable> {
        let features = match self {
            Self::None => return Ok(None),
            Self::Expression => Arc::clone(expression),
            Self::Own(matrix) => Arc::new(matrix.restore()?),
        };
        check(
            features.nrows() == expression.nrows(),
            "its features are those of other genes",
        )?;
        Ok(Some(features))
    }
}

/// A matrix by rows.
#[derive(Serialize, Deserialize)]
struct Matrix<'a> {
    rows: usize,
    columns: usize,
    #[serde(bound(deserialize = "Numbers<'a>: Deserialize<'de>"))]
    numbers: Numbers<'a>,
}

impl<'a> Matrix<'a> {
    fn of(matrix: &'a Array2<f32>) -> Self {
        let (rows, columns) = matrix.dim();
        let numbers = match matrix.as_slice() {
            Some(numbers) => Cow::Borrowed(numbers),
            None => matrix.iter().copied().collect(),
        };
        Self {
            rows,
            columns,
            numbers: Numbers(numbers),
        }
    }

    fn restore(self) -> Result<Array2<f32>, Unreadable> {
        Array2::from_shape_vec((self.rows, self.columns), self.numbers.0.into_owned())
            .map_err(|error| error.to_string())
    }
}

pub fn encode_dataset(dataset: &Dataset, has_base: bool) -> Bytes {
    let Dataset {
        name,
        genes,
        expression,
        cell_types,
        network,
        tf_list,
        steady_state,
        features: _,
    } = dataset;
    if has_base {
        return write(&Features::of(dataset));
    }
    let (expression, features) = (Matrix::of(expression), Features::of(dataset));
    write(&(
        name,
        genes,
        expression,
        cell_types,
        &**network,
        tf_list.as_deref(),
        steady_state.as_deref(),
        features,
    ))
}

pub fn decode_dataset(bytes: &[u8]) -> Result<Dataset, Unreadable> {
    type Whole = (
        String,
        Vec<String>,
        Matrix<'static>,
        Vec<usize>,
        Network,
        Option<Vec<usize>>,
        Option<SteadyState>,
        Features<'static>,
    );
    let (name, genes, expression, cell_types, network, tf_list, steady_state, features) = read::<Whole>(bytes)?;
    let expression = Arc::new(expression.restore()?);
    let lengths = (genes.len(), cell_types.len(), network.gene_count());
    let expected = (expression.nrows(), expression.ncols(), expression.nrows());
    check(lengths == expected, "its parts don't fit each other")?;
    check(
        is_within(
            network
                .regulators()
                .into_iter()
                .chain(tf_list.iter().flatten().copied()),
            genes.len(),
        ),
        "a regulator is no gene of it",
    )?;
    Ok(Dataset {
        name,
        genes,
        features: features.restore(&expression)?,
        expression,
        cell_types,
        network: Arc::new(network),
        tf_list: tf_list.map(Into::into),
        steady_state: steady_state.map(Arc::new),
    })
}

pub fn decode_features(bytes: &[u8], source: &Dataset) -> Result<Dataset, Unreadable> {
    Ok(Dataset {
        features: read::<Features>(bytes)?.restore(&source.expression)?,
        ..source.clone()
    })
}
