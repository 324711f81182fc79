//! Which genes a retriever ranks: all, or regulators only (paper App. I).

use crate::data::dataset::Dataset;
use crate::engine::context::RunResult;
use crate::lang::arguments::Arguments;
use crate::lang::catalog::{ParameterKind, ParameterSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::stages::parameters::literal;

/// Which genes are ranked.
pub const CANDIDATES: ParameterSpec = literal(
    "candidates",
    ParameterKind::Choice(&["all", "regulators", "known_regulators"]),
    "all",
    "Genes that are ranked: all; the possible regulators, from the list that came with the data or else as the following; \
     those that regulate something in the known network, test targets included (paper App. I).",
);

/// The genes that a retriever ranks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidates {
    genes: Vec<usize>,
    /// For each gene of the data set, whether it is one.
    contains: Vec<bool>,
}

impl Candidates {
    /// What `candidates` asks for.
    ///
    /// # Errors
    /// A pool of `k` can't be filled for every gene.
    pub fn of(arguments: &Arguments, dataset: &Dataset) -> RunResult<Self> {
        let (genes, what) = match arguments.text("candidates") {
            Some("regulators") => (dataset.regulators(), "possible regulators"),
            Some("known_regulators") => (dataset.network.regulators(), "known regulators"),
            _ => ((0..dataset.gene_count()).collect(), "genes"),
        };
        check_pool_size(arguments.count("k"), genes.len(), what, &dataset.name)?;
        let mut contains = vec![false; dataset.gene_count()];
        genes.iter().for_each(|gene| contains[*gene] = true);
        Ok(Self { genes, contains })
    }

    /// Ascending.
    pub fn genes(&self) -> &[usize] {
        &self.genes
    }

    /// Whether `gene` is ranked.
    pub fn contains(&self, gene: usize) -> bool {
        self.contains.get(gene).copied().unwrap_or(false)
    }

    /// The `k` best for `target` in descending order of score, ties by gene index, without the target itself. `scores` has one
    /// entry for each gene of the data set.
    pub fn top_k(&self, scores: &[f32], target: usize, k: usize) -> (Vec<usize>, Vec<f32>) {
        let mut order: Vec<usize> = self.genes.iter().copied().filter(|gene| *gene != target).collect();
        let better = |a: &usize, b: &usize| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b));
        if k < order.len() {
            order.select_nth_unstable_by(k, better);
            order.truncate(k);
        }
        order.sort_unstable_by(better);
        let kept = order.iter().map(|gene| scores[*gene]).collect();
        (order, kept)
    }
}

/// Fails when a pool of `k` can't be filled from so many genes, of which the target may be one.
fn check_pool_size(k: usize, genes: usize, what: &str, dataset: &str) -> RunResult<()> {
    let others = genes.saturating_sub(1);
    if k <= others {
        return Ok(());
    }
    let message = format!(
        "`k={k}` asks for more candidates than there are: `{dataset}` has {genes} {what}, so a target among them has {others} \
         candidates"
    );
    let help = match others {
        0 => "leave out `candidates`, or load data with more regulators".to_owned(),
        others => format!("`k={others}` keeps them all"),
    };
    Err(Diagnostic::error("pool-too-large", message).help(help).into())
}

#[cfg(test)]
mod tests {
    use super::Candidates;

    fn candidates(genes: &[usize]) -> Candidates {
        Candidates {
            genes: genes.to_vec(),
            contains: (0..5).map(|gene| genes.contains(&gene)).collect(),
        }
    }

    #[test]
    fn ranks_by_score_then_index_without_the_target() {
        let (order, scores) = candidates(&[0, 1, 2, 3, 4]).top_k(&[0.5, 2.0, 0.5, 9.0, 1.0], 3, 3);
        assert_eq!(order, vec![1, 4, 0]);
        assert_eq!(scores, vec![2.0, 1.0, 0.5]);
    }

    #[test]
    fn ranks_nothing_but_candidates() {
        let (order, scores) = candidates(&[0, 2, 3]).top_k(&[0.5, 2.0, 0.5, 9.0, 1.0], 3, 3);
        assert_eq!(order, vec![0, 2]);
        assert_eq!(scores, vec![0.5, 0.5]);
    }
}
