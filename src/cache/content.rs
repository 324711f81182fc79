//! Values as bytes. What a value shares with one that it was made from, its *base*, is not written again: the base is
//! named, and shared again when the value is read.

use crate::data::dataset::Dataset;
use crate::data::network::Network;
use crate::data::numbers::Numbers;
use crate::data::pools::{Pools, TrainingCurve};
use crate::data::response::SteadyState;
use crate::data::split::Split;
use crate::data::teams::{Prediction, SearchStatistics, Teams};
use crate::engine::value::Value;
use crate::lang::types::Type;
use crate::metrics::report::{ExactMatch, Report};
use crate::model::kept_scorer::KeptScorer;
use crate::model::scorer::Scorer;
use crate::plan::graph::NodeId;
use crate::stages::STAGES;
use candle_core::Device;
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why bytes give no value.
pub type Unreadable = String;

/// A value as bytes.
#[derive(Debug)]
pub struct Content {
    /// The upstream value that it shares memory with.
    pub base: Option<NodeId>,
    /// The rest.
    pub bytes: Vec<u8>,
}

/// Writes a value that was made from `upstream` values, the nearest first. `None` for a value that needn't be kept, or that
/// shares memory with something else than these.
pub fn encode(value: &Value, upstream: &[(NodeId, Value)]) -> Option<Content> {
    let base = |is_base: &dyn Fn(&Value) -> bool| upstream.iter().find(|(_, value)| is_base(value)).map(|(id, _)| *id);
    let (base, bytes) = match value {
        Value::Dataset(dataset) => {
            let source = base(&|other| matches!(other, Value::Dataset(other) if adds_features(dataset, other)));
            (source, encode_dataset(dataset, source.is_some()))
        }
        Value::Split(split) => {
            let dataset = base(&|other| matches!(other, Value::Dataset(other) if Arc::ptr_eq(other, &split.dataset)))?;
            (Some(dataset), encode_split(split))
        }
        Value::Pools(pools) => {
            let split = base(&|other| matches!(other, Value::Split(other) if Arc::ptr_eq(other, &pools.split)))?;
            (Some(split), encode_pools(pools))
        }
        Value::Scorer(scorer) => (
            Some(base(&|other| is_pools(other, &scorer.pools))?),
            encode_scorer(scorer)?,
        ),
        Value::Teams(teams) => (Some(base(&|other| is_pools(other, &teams.pools))?), encode_teams(teams)),
        Value::Report(report) => {
            let teams = base(&|other| matches!(other, Value::Teams(other) if Arc::ptr_eq(other, &report.teams)))?;
            (Some(teams), encode_report(report))
        }
    };
    Some(Content {
        base,
        bytes: bytes.ok()?,
    })
}

/// Reads a value of this type; `base` is the value that [`Content::base`] names.
///
/// # Errors
/// Bytes that are not such a value, or not one on this base.
pub fn decode(kind: Type, bytes: &[u8], base: Option<&Value>, device: &Device) -> Result<Value, Unreadable> {
    Ok(match (kind, base) {
        (Type::Dataset, None) => Value::Dataset(Arc::new(decode_dataset(bytes)?)),
        (Type::Dataset, Some(Value::Dataset(source))) => Value::Dataset(Arc::new(decode_features(bytes, source)?)),
        (Type::Split, Some(Value::Dataset(dataset))) => Value::Split(Arc::new(decode_split(bytes, dataset)?)),
        (Type::Pools, Some(Value::Split(split))) => Value::Pools(Arc::new(decode_pools(bytes, split)?)),
        (Type::Scorer, Some(Value::Pools(pools))) => Value::Scorer(Arc::new(decode_scorer(bytes, pools, device)?)),
        (Type::Teams, Some(Value::Pools(pools))) => Value::Teams(Arc::new(decode_teams(bytes, pools)?)),
        (Type::Report, Some(Value::Teams(teams))) => Value::Report(Arc::new(decode_report(bytes, teams)?)),
        (kind, base) => {
            let base = base.map_or("nothing".to_owned(), |base| format!("a {}", base.kind()));
            return Err(format!("a {kind} is not made from {base}"));
        }
    })
}

fn is_pools(value: &Value, pools: &Arc<Pools>) -> bool {
    matches!(value, Value::Pools(other) if Arc::ptr_eq(other, pools))
}

/// Whether `dataset` is `source` with other features.
fn adds_features(dataset: &Dataset, source: &Dataset) -> bool {
    let Dataset {
        name,
        genes,
        expression,
        cell_types,
        network,
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
        && (name, genes, cell_types) == (&source.name, &source.genes, &source.cell_types)
}

type Bytes = postcard::Result<Vec<u8>>;

fn write(content: &impl Serialize) -> Bytes {
    postcard::to_stdvec(content)
}

fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Unreadable> {
    match postcard::take_from_bytes(bytes) {
        Ok((content, [])) => Ok(content),
        Ok((_, rest)) => Err(format!("{} bytes follow its end", rest.len())),
        Err(error) => Err(error.to_string()),
    }
}

fn check(holds: bool, otherwise: &str) -> Result<(), Unreadable> {
    match holds {
        true => Ok(()),
        false => Err(otherwise.to_owned()),
    }
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

fn encode_dataset(dataset: &Dataset, has_base: bool) -> Bytes {
    let Dataset {
        name,
        genes,
        expression,
        cell_types,
        network,
        steady_state,
        features: _,
    } = dataset;
    if has_base {
        return write(&Features::of(dataset));
    }
    let (expression, features) = (Matrix::of(expression), Features::of(dataset));
    let steady_state = steady_state.as_deref();
    write(&(name, genes, expression, cell_types, &**network, steady_state, features))
}

fn decode_dataset(bytes: &[u8]) -> Result<Dataset, Unreadable> {
    type Whole = (
        String,
        Vec<String>,
        Matrix<'static>,
        Vec<usize>,
        Network,
        Option<SteadyState>,
        Features<'static>,
    );
    let (name, genes, expression, cell_types, network, steady_state, features) = read::<Whole>(bytes)?;
    let expression = Arc::new(expression.restore()?);
    let lengths = (genes.len(), cell_types.len(), network.gene_count());
    let expected = (expression.nrows(), expression.ncols(), expression.nrows());
    check(lengths == expected, "its parts don't fit each other")?;
    check(
        is_within(network.regulators(), genes.len()),
        "a regulator is no gene of it",
    )?;
    Ok(Dataset {
        name,
        genes,
        features: features.restore(&expression)?,
        expression,
        cell_types,
        network: Arc::new(network),
        steady_state: steady_state.map(Arc::new),
    })
}

fn decode_features(bytes: &[u8], source: &Dataset) -> Result<Dataset, Unreadable> {
    Ok(Dataset {
        features: read::<Features>(bytes)?.restore(&source.expression)?,
        ..source.clone()
    })
}

/// Whether all of these are genes.
fn is_within(genes: impl IntoIterator<Item = usize>, count: usize) -> bool {
    genes.into_iter().all(|gene| gene < count)
}

fn encode_split(split: &Split) -> Bytes {
    let Split {
        dataset: _,
        method,
        seed,
        sizes,
        train,
        test,
    } = split;
    write(&(method, seed, sizes, train, test))
}

fn decode_split(bytes: &[u8], dataset: &Arc<Dataset>) -> Result<Split, Unreadable> {
    type Parts = (String, u64, Vec<usize>, Vec<usize>, Vec<usize>);
    let (method, seed, sizes, train, test) = read::<Parts>(bytes)?;
    let methods = STAGES.iter().filter(|stage| stage.spec.verb == "split");
    let method = methods
        .filter_map(|stage| stage.spec.method)
        .find(|known| *known == method);
    let targets = train.iter().chain(&test).copied();
    check(
        is_within(targets, dataset.gene_count()),
        "a target is no gene of the data set",
    )?;
    Ok(Split {
        dataset: Arc::clone(dataset),
        method: method.ok_or("it was made by a `split` that there isn't")?,
        seed,
        sizes,
        train,
        test,
    })
}

fn encode_pools(pools: &Pools) -> Bytes {
    let Pools {
        split: _,
        method,
        k,
        ranked,
        scores,
        training,
    } = pools;
    write(&(method, k, ranked, scores, training))
}

fn decode_pools(bytes: &[u8], split: &Arc<Split>) -> Result<Pools, Unreadable> {
    type Parts = (String, usize, Vec<Vec<usize>>, Vec<Vec<f32>>, TrainingCurve);
    let (method, k, ranked, scores, training) = read::<Parts>(bytes)?;
    let genes = split.dataset.gene_count();
    let aligned = ranked.iter().map(Vec::len).eq(scores.iter().map(Vec::len));
    check(
        aligned && ranked.len() == genes,
        "its pools are not those of the data set's genes",
    )?;
    check(
        is_within(ranked.iter().flatten().copied(), genes),
        "a candidate is no gene of the data set",
    )?;
    Ok(Pools {
        split: Arc::clone(split),
        method,
        k,
        ranked,
        scores,
        training,
    })
}

/// `None` for a scorer that is made anew in no time.
fn encode_scorer(scorer: &Scorer) -> Option<Bytes> {
    let Scorer {
        pools: _,
        method,
        model,
        training,
    } = scorer;
    let model = model.keep().ok()??;
    Some(write(&(method, model, training)))
}

fn decode_scorer(bytes: &[u8], pools: &Arc<Pools>, device: &Device) -> Result<Scorer, Unreadable> {
    let (method, model, training) = read::<(String, KeptScorer, TrainingCurve)>(bytes)?;
    let model = model.restore(&pools.split.dataset, device);
    Ok(Scorer {
        pools: Arc::clone(pools),
        method,
        model: model.map_err(|error| error.to_string())?,
        training,
    })
}

fn encode_teams(teams: &Teams) -> Bytes {
    let Teams {
        pools: _,
        scorer,
        decoder,
        predictions,
        search,
        training,
    } = teams;
    write(&(scorer, decoder, predictions, search, training))
}

fn decode_teams(bytes: &[u8], pools: &Arc<Pools>) -> Result<Teams, Unreadable> {
    type Parts = (String, String, Vec<Prediction>, SearchStatistics, TrainingCurve);
    let (scorer, decoder, predictions, search, training) = read::<Parts>(bytes)?;
    let genes = |prediction: &Prediction| {
        prediction
            .team
            .iter()
            .copied()
            .chain([prediction.target])
            .collect::<Vec<_>>()
    };
    let count = pools.split.dataset.gene_count();
    check(
        is_within(predictions.iter().flat_map(genes), count),
        "a team has a member that is no gene of the data set",
    )?;
    Ok(Teams {
        pools: Arc::clone(pools),
        scorer,
        decoder,
        predictions,
        search,
        training,
    })
}

fn encode_report(report: &Report) -> Bytes {
    let Report {
        teams: _,
        per_size,
        popularity,
        search,
    } = report;
    write(&(per_size, popularity, search))
}

fn decode_report(bytes: &[u8], teams: &Arc<Teams>) -> Result<Report, Unreadable> {
    type PerSize = BTreeMap<usize, ExactMatch>;
    let (per_size, popularity, search) = read::<(PerSize, PerSize, SearchStatistics)>(bytes)?;
    Ok(Report {
        teams: Arc::clone(teams),
        per_size,
        popularity,
        search,
    })
}
