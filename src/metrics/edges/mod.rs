//! Edges one by one, as GRN benchmarks count them: precision–recall, early precision (BEELINE), and how many of a
//! target's regulators stand among its first K candidates (paper App. I).

mod curves;
mod sources;
#[cfg(test)]
mod tests;

use crate::data::pools::Pools;
use crate::data::split::Split;
use crate::interruption::{self, Stopped};
use crate::metrics::edges::curves::{Depths, areas, early, groups};
use crate::metrics::edges::sources::Sources;
use crate::metrics::popularity::Popularity;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub use crate::metrics::edges::sources::{SourceKind, Universe};

/// How well pools rank single edges, over the test targets of their split.
#[derive(Clone, Debug)]
pub struct EdgeReport {
    /// What was evaluated.
    pub pools: Arc<Pools>,
    /// The pairs that were ranked and those that could have been.
    pub universe: Universe,
    /// The numbers of the pools.
    pub method: EdgeMetrics,
    /// The same for genes ranked by how many training targets they regulate.
    pub popularity: EdgeMetrics,
    /// The K that tables show.
    pub at: Vec<usize>,
}
/// How well one ranking does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EdgeMetrics {
    /// Pairs that are ranked; the others come after them, all equal.
    pub ranked: usize,
    /// True edges among the ranked ones.
    pub ranked_edges: usize,
    /// The area under the precision–recall curve, by the trapezoidal rule; `None` without edges.
    pub auprc: Option<f64>,
    /// The same by steps, which does not interpolate between precisions (average precision).
    pub average_precision: Option<f64>,
    /// True edges among the first.
    pub early_right: usize,
    /// How many were the first: as many as there are edges, and ties of the last; fewer where fewer are ranked.
    pub early: usize,
    /// `strict[K − 1]`: the share of targets whose first K sources hold all of their regulators, for every K.
    pub strict: Vec<f64>,
    /// `recall[K − 1]`: the share of a target's regulators among its first K sources, the mean over targets.
    pub recall: Vec<f64>,
}

impl EdgeMetrics {
    /// The share of true edges among the first; `None` where nothing is ranked.
    pub fn early_precision(&self) -> Option<f64> {
        (self.early > 0).then(|| self.early_right as f64 / self.early as f64)
    }

    /// Strict Coverage@K; beyond the last K it stays as it is there.
    pub fn strict_at(&self, k: usize) -> Option<f64> {
        self.strict.get(k.min(self.strict.len()).checked_sub(1)?).copied()
    }

    /// Edge Recall@K; beyond the last K it stays as it is there.
    pub fn recall_at(&self, k: usize) -> Option<f64> {
        self.recall.get(k.min(self.recall.len()).checked_sub(1)?).copied()
    }
}
/// One target's sources, best first, with their scores.
type Ranking = Vec<(usize, f32)>;

/// Evaluates the pools of all test targets.
///
/// # Errors
/// The user's wish to stop.
pub fn evaluate(pools: &Arc<Pools>, kind: SourceKind, at: &[usize]) -> Result<EdgeReport, Stopped> {
    let split = &pools.split;
    let sources = Sources::of(split, kind);
    let popularity = Popularity::of(split);
    let genes = split.dataset.gene_count();
    let of_pools = |target: usize| -> Ranking {
        let ranked = pools.ranked.get(target).into_iter().flatten().copied();
        let scores = pools.scores.get(target).into_iter().flatten().copied();
        ranked
            .zip(scores)
            .filter(|(gene, _)| sources.has(*gene, target))
            .collect()
    };
    // A gene that regulates no training target is not ranked.
    let by_popularity = |target: usize| -> Ranking {
        let order = popularity.top(target, genes).into_iter();
        let counted = order.map(|gene| (gene, popularity.count(gene) as f32));
        counted
            .filter(|(gene, count)| *count > 0.0 && sources.has(*gene, target))
            .collect()
    };
    let universe = sources.universe(split);
    Ok(EdgeReport {
        pools: Arc::clone(pools),
        universe,
        method: metrics(split, &sources, universe, of_pools)?,
        popularity: metrics(split, &sources, universe, by_popularity)?,
        at: at.to_vec(),
    })
}
fn metrics(
    split: &Split,
    sources: &Sources,
    universe: Universe,
    ranking: impl Fn(usize) -> Ranking,
) -> Result<EdgeMetrics, Stopped> {
    let mut pairs: Vec<(f32, bool)> = Vec::new();
    let mut depths = Depths::new(sources.count);
    for &target in &split.test {
        interruption::check()?;
        let truth: Vec<usize> = sources.truth(split, target).collect();
        let ranking = ranking(target);
        let is_true = |gene: &usize| truth.binary_search(gene).is_ok();
        // Adding zero makes one of the two zeros.
        pairs.extend(ranking.iter().map(|(gene, score)| (score + 0.0, is_true(gene))));
        // A regulator that is no source is never found.
        let team = split.dataset.network.team(target);
        let all = team.iter().filter(|gene| **gene != target).count();
        let places = ranking.iter().enumerate().filter(|(_, (gene, _))| is_true(gene));
        depths.add(&places.map(|(place, _)| place).collect::<Vec<_>>(), all);
    }
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
    let groups = groups(&pairs);
    interruption::check()?;
    let ranked_edges = pairs.iter().filter(|(_, is_true)| *is_true).count();
    let unranked = (universe.pairs - pairs.len(), universe.edges - ranked_edges);
    let (auprc, average_precision) = areas(groups.iter().copied().chain([unranked]), universe.edges);
    let (early, early_right) = early(&groups, universe.edges);
    let (strict, recall) = depths.curves();
    Ok(EdgeMetrics {
        ranked: pairs.len(),
        ranked_edges,
        auprc,
        average_precision,
        early_right,
        early,
        strict,
        recall,
    })
}
