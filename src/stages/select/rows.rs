//! The genes that a batch needs: only these are embedded, and only these get gradients.

use std::collections::BTreeMap;

/// Rows of a table that holds each gene of a batch once, in order of first use.
#[derive(Default)]
pub struct Rows {
    places: BTreeMap<usize, usize>,
    genes: Vec<usize>,
}

impl Rows {
    /// The row of `gene`, a new one where it has none yet.
    pub fn of(&mut self, gene: usize) -> usize {
        let next = self.genes.len();
        let row = *self.places.entry(gene).or_insert(next);
        if row == next {
            self.genes.push(gene);
        }
        row
    }

    /// The gene of each row.
    pub fn genes(&self) -> &[usize] {
        &self.genes
    }
}

#[cfg(test)]
mod tests {
    use super::Rows;

    #[test]
    fn each_gene_has_one_row() {
        let mut rows = Rows::default();
        let found: Vec<usize> = [7, 3, 7, 9, 3].into_iter().map(|gene| rows.of(gene)).collect();
        assert_eq!(found, [0, 1, 0, 2, 1]);
        assert_eq!(rows.genes(), [7, 3, 9]);
    }
}
