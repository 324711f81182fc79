//! A data set whose targets are divided into train and test.

use crate::data::dataset::Dataset;
use std::sync::Arc;

/// Train and test targets. Only targets whose team size is in `sizes` take part.
#[derive(Clone, Debug)]
pub struct Split {
    /// The data set, with features.
    pub dataset: Arc<Dataset>,
    /// How it was made, for instance `stratified`.
    pub method: &'static str,
    /// The seed that drew it.
    pub seed: u64,
    /// The team sizes R that take part, ascending.
    pub sizes: Vec<usize>,
    /// Training targets, ascending.
    pub train: Vec<usize>,
    /// Evaluated targets, ascending; disjoint from `train`.
    pub test: Vec<usize>,
    /// Whether the evaluated targets are validation targets, for choosing settings.
    pub validation: bool,
}

impl Split {
    /// The training targets with `size` regulators, ascending.
    pub fn train_of_size(&self, size: usize) -> Vec<usize> {
        self.of_size(&self.train, size)
    }

    /// The evaluated targets with `size` regulators, ascending.
    pub fn test_of_size(&self, size: usize) -> Vec<usize> {
        self.of_size(&self.test, size)
    }

    fn of_size(&self, targets: &[usize], size: usize) -> Vec<usize> {
        let network = &self.dataset.network;
        targets
            .iter()
            .copied()
            .filter(|&t| network.team(t).len() == size)
            .collect()
    }
}
