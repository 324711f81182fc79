//! A regulatory network with its kinetics: what SERGIO's model needs to simulate expression.

use crate::data::network::Network;
use serde::{Deserialize, Serialize};

/// Genes with the rule by which each is produced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kinetics {
    /// Gene names, unique.
    pub genes: Vec<String>,
    /// How each gene is produced, aligned with `genes`.
    pub rules: Vec<Rule>,
    /// The number of cell types.
    pub types: usize,
}

/// How a gene is produced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Rule {
    /// A master regulator: a constant production rate in each cell type.
    Master(Vec<f64>),
    /// Produced by its regulators together.
    Regulated(Vec<Interaction>),
}

/// The effect of one regulator on a target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interaction {
    /// The regulator, by index.
    pub regulator: usize,
    /// K: the largest production rate it causes; negative for a repressor.
    pub strength: f64,
    /// The Hill coefficient n.
    pub hill: f64,
}

impl Kinetics {
    /// Who regulates gene `gene`, and how; empty for master regulators.
    pub fn interactions(&self, gene: usize) -> &[Interaction] {
        match self.rules.get(gene) {
            Some(Rule::Regulated(interactions)) => interactions,
            _ => &[],
        }
    }

    /// The network without its kinetics.
    pub fn network(&self) -> Network {
        let team = |gene| self.interactions(gene).iter().map(|i| i.regulator).collect();
        Network::new((0..self.genes.len()).map(team).collect())
    }

    /// Genes in layers: the regulators of a gene are all in earlier layers, and each layer is ascending.
    ///
    /// # Errors
    /// The genes of one regulatory cycle, in its order, where there is one.
    pub fn levels(&self) -> Result<Vec<Vec<usize>>, Vec<usize>> {
        let mut waiting: Vec<usize> = (0..self.genes.len())
            .map(|gene| self.interactions(gene).len())
            .collect();
        let mut targets = vec![Vec::new(); self.genes.len()];
        for gene in 0..self.genes.len() {
            for interaction in self.interactions(gene) {
                targets[interaction.regulator].push(gene);
            }
        }
        let mut levels = Vec::new();
        let mut placed = 0;
        let mut level: Vec<usize> = (0..self.genes.len()).filter(|&gene| waiting[gene] == 0).collect();
        while !level.is_empty() {
            placed += level.len();
            let mut next = Vec::new();
            for &target in level.iter().flat_map(|&regulator| &targets[regulator]) {
                waiting[target] -= 1;
                if waiting[target] == 0 {
                    next.push(target);
                }
            }
            next.sort_unstable();
            levels.push(std::mem::replace(&mut level, next));
        }
        if placed == self.genes.len() {
            Ok(levels)
        } else {
            Err(self.cycle(&waiting))
        }
    }

    /// Walks from regulator to regulator among the genes that still wait, until one comes twice.
    fn cycle(&self, waiting: &[usize]) -> Vec<usize> {
        let blocked = |gene: &usize| waiting[*gene] > 0;
        let mut path: Vec<usize> = Vec::new();
        let mut gene = (0..waiting.len()).find(blocked);
        while let Some(current) = gene {
            if let Some(start) = path.iter().position(|&earlier| earlier == current) {
                let mut cycle = path.split_off(start);
                cycle.reverse();
                return cycle;
            }
            path.push(current);
            gene = self.interactions(current).iter().map(|i| i.regulator).find(blocked);
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::{Interaction, Kinetics, Rule};

    fn kinetics(teams: &[&[usize]]) -> Kinetics {
        let interaction = |regulator: usize| Interaction {
            regulator,
            strength: 1.0,
            hill: 2.0,
        };
        let rule = |team: &[usize]| match team.is_empty() {
            true => Rule::Master(vec![1.0]),
            false => Rule::Regulated(team.iter().copied().map(interaction).collect()),
        };
        Kinetics {
            genes: (0..teams.len()).map(|gene| gene.to_string()).collect(),
            rules: teams.iter().map(|team| rule(team)).collect(),
            types: 1,
        }
    }

    #[test]
    fn a_gene_comes_after_all_its_regulators() {
        let levels = kinetics(&[&[1, 3], &[2], &[], &[1], &[]]).levels();
        assert_eq!(levels, Ok(vec![vec![2, 4], vec![1], vec![3], vec![0]]));
    }

    #[test]
    fn a_cycle_is_named() {
        let cycle = kinetics(&[&[], &[0, 3], &[1], &[2], &[3]]).levels();
        assert_eq!(cycle, Err(vec![2, 3, 1]));
    }
}
