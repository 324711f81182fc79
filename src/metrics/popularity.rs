//! The popularity baseline: genes ranked by how many training targets they regulate, looking at no expression.

use crate::data::split::Split;

/// How often each gene regulates a training target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Popularity {
    /// `counts[g]`: how many training targets gene `g` regulates.
    counts: Vec<usize>,
    /// All genes, most popular first; ties in ascending order of index.
    order: Vec<usize>,
}

impl Popularity {
    /// Counts the regulators of the training targets of `split`.
    pub fn of(split: &Split) -> Self {
        let network = &split.dataset.network;
        let mut counts = vec![0; split.dataset.gene_count().max(network.gene_count())];
        for &target in &split.train {
            for &regulator in network.team(target) {
                counts[regulator] += 1;
            }
        }
        let mut order: Vec<usize> = (0..counts.len()).collect();
        order.sort_by_key(|&gene| (std::cmp::Reverse(counts[gene]), gene));
        Self { counts, order }
    }

    /// How many training targets `gene` regulates.
    pub fn count(&self, gene: usize) -> usize {
        self.counts.get(gene).copied().unwrap_or(0)
    }

    /// For each gene, how many training targets of `split` other than `target` itself it regulates.
    pub fn of_others<'a>(&'a self, split: &'a Split, target: usize) -> impl Fn(usize) -> usize + 'a {
        let own = match split.train.binary_search(&target) {
            Ok(_) => split.dataset.network.team(target),
            Err(_) => &[],
        };
        move |gene| self.count(gene) - usize::from(own.contains(&gene))
    }

    /// The `k` most popular genes other than `target`, best first; fewer where there are not as many genes.
    pub fn top(&self, target: usize, k: usize) -> Vec<usize> {
        self.order.iter().copied().filter(|&g| g != target).take(k).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Popularity;
    use crate::metrics::fixtures;

    #[test]
    fn counts_training_targets_only_and_breaks_ties_by_index() {
        // Training targets 4 ← {0, 1}, 5 ← {1, 2}, 6 ← {0, 1, 2}; the test targets 7, 8, 9 do not count.
        let popularity = Popularity::of(&fixtures::split());
        assert_eq!(
            (0..4).map(|g| popularity.count(g)).collect::<Vec<_>>(),
            vec![2, 3, 2, 0]
        );
        assert_eq!(popularity.top(7, 5), vec![1, 0, 2, 3, 4]);
    }

    #[test]
    fn never_ranks_the_target_itself() {
        let popularity = Popularity::of(&fixtures::split());
        assert_eq!(popularity.top(1, 3), vec![0, 2, 3]);
        assert_eq!(popularity.top(1, 100).len(), 9);
    }
}
