//! How much memory finished values hold, shared parts counted once.

use crate::data::dataset::Dataset;
use crate::data::pools::{Pools, TrainingCurve};
use crate::data::split::Split;
use crate::data::teams::Teams;
use crate::engine::value::Value;
use crate::metrics::edges::EdgeReport;
use crate::metrics::report::Report;
use crate::model::scorer::Scorer;
use std::mem::{size_of, size_of_val};
use std::sync::Arc;

/// One shared allocation that a value holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it lies; two values that share it give the same address.
    pub address: usize,
    /// Its approximate size in bytes, with all that it alone owns.
    pub bytes: usize,
}

impl Part {
    fn new<T>(shared: &Arc<T>, bytes: usize) -> Self {
        Self {
            address: Arc::as_ptr(shared).cast::<()>() as usize,
            bytes: bytes + size_of::<T>(),
        }
    }
}

impl Value {
    /// The approximate heap bytes of what this value itself adds: what it shares with the value that it was made from
    /// isn't counted.
    pub fn bytes(&self) -> usize {
        let parts = self.parts();
        let own = match self {
            // A data set with features shares all the rest with the one without.
            Self::Dataset(dataset) => match &dataset.features {
                None => parts.len(),
                Some(features) if Arc::ptr_eq(features, &dataset.expression) => 1,
                Some(_) => 2,
            },
            _ => 1,
        };
        parts.iter().take(own).map(|part| part.bytes).sum()
    }

    /// Every shared allocation that this value keeps alive, each once, its own first.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        match self {
            Self::Dataset(_) | Self::Split(_) | Self::Pools(_) => {}
            Self::Scorer(scorer) => parts.push(Part::new(scorer, scorer_bytes(scorer))),
            Self::Teams(teams) => parts.push(Part::new(teams, teams_bytes(teams))),
            Self::Report(report) => {
                parts.push(Part::new(report, report_bytes(report)));
                parts.push(Part::new(&report.teams, teams_bytes(&report.teams)));
            }
            Self::EdgeReport(report) => parts.push(Part::new(report, edges_bytes(report))),
        }
        if let Some(pools) = self.pools() {
            parts.push(Part::new(pools, pools_bytes(pools)));
        }
        if let Some(split) = self.split() {
            parts.push(Part::new(split, split_bytes(split)));
        }
        if let Some(dataset) = self.dataset() {
            dataset_parts(dataset, &mut parts);
        }
        parts
    }
}

/// The data set, its features, its expression and its network.
fn dataset_parts(dataset: &Arc<Dataset>, parts: &mut Vec<Part>) {
    let names: usize = dataset.genes.iter().map(|name| name.capacity()).sum();
    let listed = dataset.tf_list.as_deref().map_or(0, size_of_val);
    let own = names + listed + size_of_val(dataset.genes.as_slice()) + size_of_val(dataset.cell_types.as_slice());
    parts.push(Part::new(dataset, own));
    if let Some(features) = &dataset.features
        && !Arc::ptr_eq(features, &dataset.expression)
    {
        parts.push(Part::new(features, features.len() * size_of::<f32>()));
    }
    parts.push(Part::new(
        &dataset.expression,
        dataset.expression.len() * size_of::<f32>(),
    ));
    let network = &dataset.network;
    let edges = network.edge_count() * size_of::<usize>() + network.gene_count() * size_of::<Vec<usize>>();
    parts.push(Part::new(network, edges));
}

fn split_bytes(split: &Split) -> usize {
    (split.sizes.len() + split.train.len() + split.test.len()) * size_of::<usize>()
}

fn pools_bytes(pools: &Pools) -> usize {
    rows_bytes(&pools.ranked) + rows_bytes(&pools.scores) + training_bytes(&pools.training)
}

fn scorer_bytes(scorer: &Scorer) -> usize {
    scorer.model.bytes() + training_bytes(&scorer.training)
}

fn teams_bytes(teams: &Teams) -> usize {
    let members: usize = teams
        .predictions
        .iter()
        .map(|prediction| size_of_val(prediction.team.as_slice()))
        .sum();
    size_of_val(teams.predictions.as_slice()) + members + training_bytes(&teams.training)
}

fn report_bytes(report: &Report) -> usize {
    size_of_val(&report.per_size) * (report.per_size.len() + report.popularity.len())
}

fn edges_bytes(report: &EdgeReport) -> usize {
    let curves = [&report.method, &report.popularity].map(|found| found.strict.len() + found.recall.len());
    curves.iter().sum::<usize>() * size_of::<f64>() + size_of_val(report.at.as_slice())
}

fn training_bytes(curve: &TrainingCurve) -> usize {
    curve.name.capacity() + size_of_val(curve.loss.as_slice())
}

fn rows_bytes<T>(rows: &[Vec<T>]) -> usize {
    size_of_val(rows) + rows.iter().map(|row| size_of_val(row.as_slice())).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::Value;
    use crate::data::dataset::Dataset;
    use crate::data::network::Network;
    use crate::metrics::fixtures;
    use ndarray::Array2;
    use std::sync::Arc;

    fn dataset(features: Option<Arc<Array2<f32>>>, expression: &Arc<Array2<f32>>) -> Value {
        Value::Dataset(Arc::new(Dataset {
            name: "test".to_owned(),
            genes: vec!["a".to_owned(); 10],
            expression: Arc::clone(expression),
            cell_types: vec![0; 1000],
            network: Arc::new(Network::new(vec![Vec::new(); 10])),
            tf_list: None,
            steady_state: None,
            features,
        }))
    }

    #[test]
    fn a_matrix_counts_where_it_is_added() {
        let expression = Arc::new(Array2::zeros((10, 1000)));
        let matrix = 10 * 1000 * 4;
        let loaded = dataset(None, &expression).bytes();
        assert!((matrix..2 * matrix).contains(&loaded), "{loaded}");
        let own_features = dataset(Some(Arc::new(Array2::zeros((10, 1000)))), &expression).bytes();
        assert!((matrix..2 * matrix).contains(&own_features), "{own_features}");
        let raw = dataset(Some(Arc::clone(&expression)), &expression).bytes();
        assert!(raw < matrix, "{raw}");
    }

    #[test]
    fn teams_do_not_count_their_pools() {
        let teams = Arc::new(fixtures::teams());
        let all: usize = Value::Teams(Arc::clone(&teams))
            .parts()
            .iter()
            .map(|part| part.bytes)
            .sum();
        let own = Value::Teams(Arc::clone(&teams)).bytes();
        let pools = Value::Pools(Arc::clone(&teams.pools)).bytes();
        assert!(own > 0 && pools > 0 && own + pools < all);
    }
}
