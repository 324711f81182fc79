//! Values as bytes. What a value shares with one that it was made from, its *base*, is not written again: the base is
//! named, and shared again when the value is read.

mod dataset;

use crate::data::dataset::Dataset;
use crate::data::pools::{Pools, TrainingCurve};
use crate::data::split::Split;
use crate::data::teams::{Prediction, SearchStatistics, Teams};
use crate::engine::value::Value;
use crate::lang::types::Type;
use crate::metrics::edges::{EdgeMetrics, EdgeReport, Universe};
use crate::metrics::report::{ExactMatch, Report};
use crate::model::kept_scorer::KeptScorer;
use crate::model::scorer::Scorer;
use crate::plan::graph::NodeId;
use crate::stages::STAGES;
use candle_core::Device;
use dataset::{adds_features, decode_dataset, decode_features, encode_dataset};
use serde::{Deserialize, Serialize};
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
        Value::EdgeReport(report) => (
            Some(base(&|other| is_pools(other, &report.pools))?),
            encode_edges(report),
        ),
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
        (Type::EdgeReport, Some(Value::Pools(pools))) => Value::EdgeReport(Arc::new(decode_edges(bytes, pools)?)),
        (kind, base) => {
            let base = base.map_or("nothing".to_owned(), |base| format!("a {}", base.kind()));
            return Err(format!("a {kind} is not made from {base}"));
        }
    })
}

fn is_pools(value: &Value, pools: &Arc<Pools>) -> bool {
    matches!(value, Value::Pools(other) if Arc::ptr_eq(other, pools))
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
        validation,
    } = split;
    write(&(method, seed, sizes, train, test, validation))
}

fn decode_split(bytes: &[u8], dataset: &Arc<Dataset>) -> Result<Split, Unreadable> {
    type Parts = (String, u64, Vec<usize>, Vec<usize>, Vec<usize>, bool);
    let (method, seed, sizes, train, test, validation) = read::<Parts>(bytes)?;
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
        validation,
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

fn encode_edges(report: &EdgeReport) -> Bytes {
    let EdgeReport {
        pools: _,
        universe,
        method,
        popularity,
        at,
    } = report;
    write(&(universe, method, popularity, at))
}

fn decode_edges(bytes: &[u8], pools: &Arc<Pools>) -> Result<EdgeReport, Unreadable> {
    let (universe, method, popularity, at) = read::<(Universe, EdgeMetrics, EdgeMetrics, Vec<usize>)>(bytes)?;
    Ok(EdgeReport {
        pools: Arc::clone(pools),
        universe,
        method,
        popularity,
        at,
    })
}
