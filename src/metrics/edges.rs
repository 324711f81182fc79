//! Edges one by one, as GRN benchmarks count them: precision–recall, early precision (BEELINE), and how many of a
//! target's regulators stand among its first K candidates (paper App. I).

use crate::data::pools::Pools;
use crate::data::split::Split;
use crate::interruption::{self, Stopped};
use crate::metrics::popularity::Popularity;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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

/// Which genes may be ranked as regulators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceKind {
    /// Those that regulate something in the known network, as BEELINE counts.
    KnownRegulators,
    /// Those of the list that came with the data; without one, the known regulators.
    Regulators,
    /// Every gene.
    All,
}

impl SourceKind {
    /// As scripts and JSON call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::KnownRegulators => "known_regulators",
            Self::Regulators => "regulators",
            Self::All => "all",
        }
    }

    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::KnownRegulators => "known regulators",
            Self::Regulators => "possible regulators",
            Self::All => "genes",
        }
    }

    fn genes(self, split: &Split) -> Vec<usize> {
        match self {
            Self::KnownRegulators => split.dataset.network.regulators(),
            Self::Regulators => split.dataset.regulators(),
            Self::All => (0..split.dataset.gene_count()).collect(),
        }
    }
}

/// Which pairs of source and target count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Universe {
    /// Which genes are sources.
    pub kind: SourceKind,
    /// Sources.
    pub sources: usize,
    /// Test targets.
    pub targets: usize,
    /// Pairs of a source and a test target other than itself.
    pub pairs: usize,
    /// True edges among them.
    pub edges: usize,
}

impl Universe {
    /// The share of true edges: precision of a random order.
    pub fn density(&self) -> f64 {
        self.edges as f64 / self.pairs.max(1) as f64
    }
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

/// Who may regulate.
struct Sources {
    kind: SourceKind,
    /// `is_source[g]`.
    is_source: Vec<bool>,
    count: usize,
}

impl Sources {
    fn of(split: &Split, kind: SourceKind) -> Self {
        let mut is_source = vec![false; split.dataset.gene_count()];
        for gene in kind.genes(split) {
            if let Some(flag) = is_source.get_mut(gene) {
                *flag = true;
            }
        }
        let count = is_source.iter().filter(|flag| **flag).count();
        Self { kind, is_source, count }
    }

    /// Whether `gene` may regulate `target`: no gene counts as its own regulator.
    fn has(&self, gene: usize, target: usize) -> bool {
        gene != target && self.is_source.get(gene).copied().unwrap_or(false)
    }

    fn universe(&self, split: &Split) -> Universe {
        let of_target = |&target: &usize| {
            let own = self.is_source.get(target).copied().unwrap_or(false);
            (self.count - usize::from(own), self.truth(split, target).count())
        };
        let counts = split.test.iter().map(of_target);
        let (pairs, edges) = counts.fold((0, 0), |all, own| (all.0 + own.0, all.1 + own.1));
        Universe {
            kind: self.kind,
            sources: self.count,
            targets: split.test.len(),
            pairs,
            edges,
        }
    }

    /// The regulators of a target that are sources.
    fn truth<'a>(&'a self, split: &'a Split, target: usize) -> impl Iterator<Item = usize> + 'a {
        let team = split.dataset.network.team(target).iter().copied();
        team.filter(move |&gene| self.has(gene, target))
    }
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

/// Pairs of one score together: how many, and how many of them are true.
fn groups(pairs: &[(f32, bool)]) -> Vec<(usize, usize)> {
    let equal = pairs.chunk_by(|one, other| one.0 == other.0);
    equal
        .map(|group| (group.len(), group.iter().filter(|(_, is_true)| *is_true).count()))
        .collect()
}

/// The area under the precision–recall curve with a point after each group: by trapezoids from (0, 1) on, and by steps.
fn areas(groups: impl Iterator<Item = (usize, usize)>, edges: usize) -> (Option<f64>, Option<f64>) {
    if edges == 0 {
        return (None, None);
    }
    let (mut taken, mut right) = (0, 0);
    let (mut recall, mut precision) = (0.0, 1.0);
    let (mut trapezoids, mut steps) = (0.0, 0.0);
    for (count, of_them_right) in groups.filter(|(count, _)| *count > 0) {
        taken += count;
        right += of_them_right;
        let next = (right as f64 / edges as f64, right as f64 / taken as f64);
        trapezoids += (next.0 - recall) * (next.1 + precision) / 2.0;
        steps += (next.0 - recall) * next.1;
        (recall, precision) = next;
    }
    (Some(trapezoids), Some(steps))
}

/// The first pairs, whole groups, until there are as many as true edges: how many, and how many of them are true.
fn early(groups: &[(usize, usize)], edges: usize) -> (usize, usize) {
    let (mut taken, mut right) = (0, 0);
    for (count, of_them_right) in groups {
        if taken >= edges {
            break;
        }
        taken += count;
        right += of_them_right;
    }
    (taken, right)
}

/// At which places true regulators stand, over targets.
struct Depths {
    /// Targets with regulators.
    targets: usize,
    /// `complete[p]`: targets whose last regulator stands at place p.
    complete: Vec<usize>,
    /// `found[p]`: the summed shares of regulators that stand at place p.
    found: Vec<f64>,
}

impl Depths {
    fn new(places: usize) -> Self {
        Self {
            targets: 0,
            complete: vec![0; places],
            found: vec![0.0; places],
        }
    }

    /// A target's regulators stand at `places`, ascending; `all` is how many it has.
    fn add(&mut self, places: &[usize], all: usize) {
        if all == 0 {
            return;
        }
        self.targets += 1;
        for &place in places {
            if let Some(found) = self.found.get_mut(place) {
                *found += 1.0 / all as f64;
            }
        }
        if let (true, Some(last)) = (places.len() == all, places.last())
            && let Some(complete) = self.complete.get_mut(*last)
        {
            *complete += 1;
        }
    }

    /// The shares of complete targets and the mean shares of regulators within the first K, for every K.
    fn curves(&self) -> (Vec<f64>, Vec<f64>) {
        let targets = self.targets.max(1) as f64;
        let mut complete = 0;
        let strict = self.complete.iter().map(|count| {
            complete += count;
            complete as f64 / targets
        });
        let mut found = 0.0;
        let recall = self.found.iter().map(|share| {
            found += share;
            found / targets
        });
        (strict.collect(), recall.collect())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{SourceKind, areas, early, evaluate, groups};
    use crate::data::dataset::Dataset;
    use crate::metrics::fixtures;
    use serde::Deserialize;
    use std::sync::Arc;

    #[derive(Deserialize)]
    struct Case {
        scores: Vec<f32>,
        labels: Vec<u8>,
        auprc: f64,
        average_precision: f64,
        early: usize,
        early_right: usize,
    }

    /// `tests/fixtures/make_edge_fixtures.py` wrote them, with scikit-learn.
    #[test]
    fn areas_and_early_precision_agree_with_scikit_learn() {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../tests/fixtures/edges.json")).unwrap();
        assert!(cases.len() > 5);
        for case in cases {
            let mut pairs: Vec<(f32, bool)> = case
                .scores
                .iter()
                .zip(&case.labels)
                .map(|(score, label)| (*score, *label == 1))
                .collect();
            pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
            let groups = groups(&pairs);
            let edges = pairs.iter().filter(|(_, is_true)| *is_true).count();
            let (auprc, average_precision) = areas(groups.iter().copied(), edges);
            assert!((auprc.unwrap() - case.auprc).abs() < 1e-9);
            assert!((average_precision.unwrap() - case.average_precision).abs() < 1e-9);
            assert_eq!(early(&groups, edges), (case.early, case.early_right));
        }
    }

    /// Sources 0–3, as each regulates something; 7 ← {0, 1} in 1, 0, 2, 3; 8 ← {1, 3} in 1, 0, 2, 3; 9 ← {0, 1, 2} in
    /// 0, 1, (4,) 3.
    #[test]
    fn counts_by_hand() {
        let report = evaluate(&Arc::new(fixtures::pools()), SourceKind::Regulators, &[2]).unwrap();
        let universe = report.universe;
        assert_eq!(
            (universe.sources, universe.targets, universe.pairs, universe.edges),
            (4, 3, 12, 7)
        );
        let method = &report.method;
        assert_eq!((method.ranked, method.ranked_edges), (11, 6));
        let third = 1.0 / 3.0;
        assert_eq!(method.strict, [0.0, third, third, 2.0 * third]);
        let recall = [
            4.0 / 3.0 / 3.0,
            (1.0 + 0.5 + 2.0 / 3.0) / 3.0,
            2.5 / 3.0 - third / 3.0,
            8.0 / 9.0,
        ];
        for (found, expected) in method.recall.iter().zip(recall) {
            assert!((found - expected).abs() < 1e-12, "{:?}", method.recall);
        }
        // Scores 4, 3, 2, 1 by place: (3 of 3), (2 of 3: 8 has no 0), (0 of 2), (1 of 3); 4 is no source, so 9's 3 is at 1.
        assert_eq!((method.early, method.early_right), (8, 5));
        // Beyond the last K nothing is gained.
        assert_eq!(method.strict_at(100), Some(2.0 * third));
        assert_eq!(method.recall_at(0), None);
        // All genes as sources: 4 counts as well, at 9's third place.
        let all = evaluate(&Arc::new(fixtures::pools()), SourceKind::All, &[2]).unwrap();
        assert_eq!((all.universe.sources, all.universe.pairs), (10, 27));
        assert_eq!((all.method.ranked, all.method.ranked_edges), (12, 6));
        assert_eq!(all.method.strict[3], 2.0 * third);
    }

    #[test]
    fn a_list_of_regulators_is_not_the_network() {
        let mut pools = fixtures::pools();
        let mut split = fixtures::split();
        split.dataset = Arc::new(Dataset {
            tf_list: Some(Arc::from([1, 2, 3, 5])),
            ..Dataset::clone(&split.dataset)
        });
        pools.split = Arc::new(split);
        let of = |kind| evaluate(&Arc::new(pools.clone()), kind, &[2]).unwrap();
        let listed = of(SourceKind::Regulators);
        // Gene 0 isn't listed: its edges to 7 and 9 are no pairs, and their teams are never whole.
        assert_eq!((listed.universe.sources, listed.universe.edges), (4, 5));
        assert_eq!(listed.method.strict, [0.0, 0.0, 1.0 / 3.0, 1.0 / 3.0]);
        assert_eq!(of(SourceKind::KnownRegulators).universe.edges, 7);
    }

    #[test]
    fn popularity_ranks_what_training_knows() {
        // Training targets: gene 1 three, genes 0 and 2 two each, gene 3 none.
        let report = evaluate(&Arc::new(fixtures::pools()), SourceKind::Regulators, &[2]).unwrap();
        let popularity = &report.popularity;
        assert_eq!((popularity.ranked, popularity.ranked_edges), (9, 6));
        // 1 is right for all; 0 and 2 are tied: 7 ← 0, 9 ← 0 and 2.
        assert_eq!((popularity.early, popularity.early_right), (9, 6));
        assert!((report.universe.density() - 7.0 / 12.0).abs() < 1e-12);
        let third = 1.0 / 3.0;
        assert_eq!(popularity.strict, [0.0, third, 2.0 * third, 2.0 * third]);
    }

    #[test]
    fn nothing_to_find_has_no_area() {
        assert_eq!(areas([(3, 0)].into_iter(), 0), (None, None));
        assert_eq!(early(&[], 4), (0, 0));
    }
}
