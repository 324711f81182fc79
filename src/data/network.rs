//! The known regulatory network: which genes regulate which target.

use serde::{Deserialize, Serialize};

/// For every gene, the team of its regulators, by index into the data set's genes.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Network {
    teams: Vec<Vec<usize>>,
}

impl Network {
    /// `teams[t]` holds the regulators of gene `t` (empty where none is known), each once, in any order.
    pub fn new(mut teams: Vec<Vec<usize>>) -> Self {
        for team in &mut teams {
            team.sort_unstable();
            team.dedup();
        }
        Self { teams }
    }

    /// The number of genes.
    pub fn gene_count(&self) -> usize {
        self.teams.len()
    }

    /// The regulators of `target` in ascending order; empty where none is known.
    pub fn team(&self, target: usize) -> &[usize] {
        &self.teams[target]
    }

    /// All genes with exactly `size` known regulators, in ascending order.
    pub fn targets_of_size(&self, size: usize) -> Vec<usize> {
        (0..self.teams.len()).filter(|&t| self.teams[t].len() == size).collect()
    }

    /// All genes that regulate something, in ascending order.
    pub fn regulators(&self) -> Vec<usize> {
        let mut regulators: Vec<usize> = self.teams.iter().flatten().copied().collect();
        regulators.sort_unstable();
        regulators.dedup();
        regulators
    }

    /// The number of regulator–target edges.
    pub fn edge_count(&self) -> usize {
        self.teams.iter().map(Vec::len).sum()
    }
}
