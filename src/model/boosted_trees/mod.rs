//! Gradient-boosted regression trees that tell how much each gene helps to predict a target's expression, as GRNBoost2 does
//! (Moerman et al. 2019, Bioinformatics 35:2159; GENIE3: Huynh-Thu et al. 2010, PLoS ONE 5:e12776).
//!
//! Written for this purpose: features are binned once for all targets, where a library's regressor bins them again for each of
//! thousands; and a fit can be stopped.

mod bins;
mod histogram;
mod tree;

pub use bins::Bins;
pub use histogram::MOST_CELLS;

use crate::interruption::{Stopped, Watch};
use crate::random::Random;
use histogram::{Word, unit};
use tree::{Sample, Tree};

/// How trees are boosted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The most trees.
    pub trees: usize,
    /// Splits between root and leaf.
    pub depth: usize,
    /// The share of a tree's values that is added.
    pub shrinkage: f64,
    /// The share of candidates that a tree may split on.
    pub genes: f64,
    /// The share of cells that a tree is grown on.
    pub cells: f64,
    /// Boosting ends when so many trees in a row have, on average, not helped for the cells that they weren't grown on.
    pub patience: usize,
}

/// How much each of `candidates` helps to predict `target`: the reduction of the sum of squares by all splits on it, in the order
/// of `candidates`. `target` has one value for each cell of `bins`.
///
/// # Errors
/// The user's wish to stop.
pub fn importances(
    bins: &Bins,
    target: &[f32],
    candidates: &[usize],
    settings: Settings,
    random: &mut Random,
    watch: &Watch,
) -> Result<Vec<f64>, Stopped> {
    let mut importances = vec![0.0; candidates.len()];
    let mut boosting = Boosting::new(bins, target, settings);
    let genes_of_tree = share(candidates.len(), settings.genes);
    let mut improvements: Vec<f64> = Vec::new();
    for _ in 0..settings.trees {
        watch.check()?;
        let places = random.sample_distinct(candidates.len(), genes_of_tree);
        let genes: Vec<usize> = places.iter().map(|place| candidates[*place]).collect();
        let improvement = boosting.add_tree(&genes, random, |place, gain| {
            importances[places[place]] += gain;
        });
        let Some(improvement) = improvement else {
            break;
        };
        improvements.push(improvement);
        let recent = improvements.len().saturating_sub(settings.patience);
        if recent > 0 && improvements[recent..].iter().sum::<f64>() < 0.0 {
            break;
        }
    }
    Ok(importances)
}

/// That share of `count`, rounded up; at least one where there is one.
fn share(count: usize, share: f64) -> usize {
    ((count as f64 * share).ceil() as usize).clamp(count.min(1), count)
}

struct Boosting<'a> {
    bins: &'a Bins,
    settings: Settings,
    /// What is left to explain in each cell.
    residuals: Vec<f32>,
}

impl<'a> Boosting<'a> {
    fn new(bins: &'a Bins, target: &[f32], settings: Settings) -> Self {
        let mean = target.iter().map(|value| f64::from(*value)).sum::<f64>() / target.len().max(1) as f64;
        Self {
            bins,
            settings,
            residuals: target.iter().map(|value| (f64::from(*value) - mean) as f32).collect(),
        }
    }

    /// Grows a tree on `genes` and adds it; gives how much it takes from the sum of squares of the cells that it wasn't grown on.
    /// `None` where nothing is left to explain.
    fn add_tree(&mut self, genes: &[usize], random: &mut Random, mut gained: impl FnMut(usize, f64)) -> Option<f64> {
        let count = self.residuals.len();
        let unit = unit(&self.residuals);
        if genes.is_empty() || self.residuals.iter().all(|residual| *residual == 0.0) {
            return None;
        }
        let mut is_left_out = vec![false; count];
        let left_out = count - share(count, self.settings.cells);
        random
            .sample_distinct(count, left_out)
            .into_iter()
            .for_each(|cell| is_left_out[cell] = true);
        let cells: Vec<u32> = (0..count as u32).filter(|cell| !is_left_out[*cell as usize]).collect();
        let words = cells
            .iter()
            .map(|cell| Word::one(self.residuals[*cell as usize], unit))
            .collect();
        let sample = Sample {
            bins: self.bins,
            genes,
            depth: self.settings.depth,
        };
        let square = f64::from(unit).powi(2);
        let tree = Tree::grow(&sample, cells, words, |place, gain| gained(place, gain * square));
        let step = self.settings.shrinkage * f64::from(unit);
        let mut improvement = 0.0;
        for (cell, residual) in self.residuals.iter_mut().enumerate() {
            let before = f64::from(*residual);
            let after = before - step * tree.value(self.bins, cell);
            *residual = after as f32;
            if is_left_out[cell] {
                improvement += before * before - after * after;
            }
        }
        Some(improvement)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Bins, Settings, importances, share};
    use crate::interruption::watch;
    use crate::random::Random;
    use ndarray::Array2;

    const SETTINGS: Settings = Settings {
        trees: 60,
        depth: 3,
        shrinkage: 0.1,
        genes: 0.5,
        cells: 0.9,
        patience: 25,
    };

    /// Ten independent genes in 400 cells, and a target that is on where genes 2 and 7 are both high.
    fn gate() -> (Array2<f32>, Vec<f32>) {
        let mut random = Random::new(1, "gate");
        let features = Array2::from_shape_simple_fn((10, 400), || random.normal_f32());
        let is_on = |cell: usize| features[[2, cell]] > 0.0 && features[[7, cell]] > 0.3;
        let target = (0..400).map(|cell| f32::from(u8::from(is_on(cell)))).collect();
        (features, target)
    }

    fn ranked(settings: Settings, seed: u64) -> (Vec<usize>, Vec<f64>) {
        let (features, target) = gate();
        let bins = Bins::new(features.view()).unwrap();
        let candidates: Vec<usize> = (0..10).collect();
        let mut random = Random::new(seed, "test");
        let found = importances(&bins, &target, &candidates, settings, &mut random, &watch()).unwrap();
        let mut order = candidates;
        order.sort_by(|a, b| found[*b].total_cmp(&found[*a]));
        (order, found)
    }

    #[test]
    fn the_genes_of_a_gate_rank_first() {
        let (mut order, found) = ranked(SETTINGS, 1);
        order.truncate(2);
        order.sort_unstable();
        assert_eq!(order, [2, 7]);
        assert!(
            found[2].min(found[7])
                > 5.0
                    * found
                        .iter()
                        .enumerate()
                        .filter(|(g, _)| ![2, 7].contains(g))
                        .map(|(_, v)| *v)
                        .fold(0.0, f64::max)
        );
    }

    #[test]
    fn a_seed_gives_the_same_numbers_and_another_gives_others() {
        assert_eq!(ranked(SETTINGS, 1).1, ranked(SETTINGS, 1).1);
        assert_ne!(ranked(SETTINGS, 1).1, ranked(SETTINGS, 2).1);
    }

    #[test]
    fn no_gene_explains_more_than_there_is() {
        // One full tree on all cells and genes: its splits together explain at most the sum of squares.
        let whole = Settings {
            trees: 1,
            depth: 12,
            genes: 1.0,
            cells: 1.0,
            ..SETTINGS
        };
        let (_, target) = gate();
        let mean = target.iter().sum::<f32>() / target.len() as f32;
        let total: f64 = target.iter().map(|value| f64::from(value - mean).powi(2)).sum();
        let explained: f64 = ranked(whole, 1).1.iter().sum();
        assert!(
            explained > 0.95 * total && explained < 1.001 * total,
            "{explained} of {total}"
        );
    }

    #[test]
    fn a_constant_target_is_explained_by_nothing() {
        let bins = Bins::new(gate().0.view()).unwrap();
        let found = importances(&bins, &[2.0; 400], &[0, 1], SETTINGS, &mut Random::new(1, ""), &watch()).unwrap();
        assert_eq!(found, [0.0, 0.0]);
        assert_eq!(
            [share(0, 0.1), share(3, 0.1), share(120, 0.1), share(5, 1.0)],
            [0, 1, 12, 5]
        );
    }
}
