//! An expression matrix with the network that is known for it.

use crate::data::network::Network;
use crate::data::response::SteadyState;
use ndarray::Array2;
use std::sync::Arc;

/// Genes × cells with the known network. Cheap to clone: the matrices are shared.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// How it is called in tables, for instance `sergio_ds3`.
    pub name: String,
    /// Gene names, unique, in matrix order.
    pub genes: Vec<String>,
    /// Expression as loaded, (genes × cells), finite, not transformed.
    pub expression: Arc<Array2<f32>>,
    /// The cell type of every cell (0-based), where known; otherwise all 0.
    pub cell_types: Vec<usize>,
    /// Who regulates whom.
    pub network: Arc<Network>,
    /// The possible regulators, ascending gene indices, where a list of them came with the data.
    pub tf_list: Option<Arc<[usize]>>,
    /// What the expression tends to, where it was simulated here.
    pub steady_state: Option<Arc<SteadyState>>,
    /// What the models see, (genes × features); `None` until a `features` stage has run.
    pub features: Option<Arc<Array2<f32>>>,
}

impl Dataset {
    /// The number of genes.
    pub fn gene_count(&self) -> usize {
        self.genes.len()
    }

    /// The number of cells.
    pub fn cell_count(&self) -> usize {
        self.expression.ncols()
    }

    /// The number of cell types.
    pub fn type_count(&self) -> usize {
        self.cell_types.iter().max().map_or(0, |&last| last + 1)
    }

    /// The possible regulators, ascending: those of the list that came with the data; without one, every gene that regulates
    /// something in the known network.
    pub fn regulators(&self) -> Vec<usize> {
        match &self.tf_list {
            Some(listed) => listed.to_vec(),
            None => self.network.regulators(),
        }
    }

    /// Mean expression of every gene in every cell type, (genes × types); 0 for a type without cells.
    pub fn type_means(&self) -> Array2<f64> {
        let types = self.type_count();
        let mut sizes = vec![0.0; types];
        self.cell_types.iter().for_each(|&kind| sizes[kind] += 1.0);
        let mut means = Array2::zeros((self.gene_count(), types));
        for (cells, mut row) in self.expression.rows().into_iter().zip(means.rows_mut()) {
            for (&value, &kind) in cells.iter().zip(&self.cell_types) {
                row[kind] += f64::from(value);
            }
            row.iter_mut()
                .zip(&sizes)
                .for_each(|(sum, size)| *sum /= f64::max(*size, 1.0));
        }
        means
    }
}

#[cfg(test)]
mod tests {
    use super::Dataset;
    use crate::data::network::Network;
    use ndarray::array;
    use std::sync::Arc;

    #[test]
    fn means_are_per_type_in_any_order_of_cells() {
        let dataset = Dataset {
            name: "small".to_owned(),
            genes: vec!["a".to_owned(), "b".to_owned()],
            expression: Arc::new(array![[1.0, 10.0, 3.0], [0.0, 4.0, 0.0]]),
            cell_types: vec![0, 2, 0],
            network: Arc::new(Network::new(vec![vec![], vec![0]])),
            tf_list: None,
            steady_state: None,
            features: None,
        };
        assert_eq!(dataset.type_count(), 3);
        assert_eq!(dataset.type_means(), array![[2.0, 0.0, 10.0], [0.0, 0.0, 4.0]]);
    }
}
