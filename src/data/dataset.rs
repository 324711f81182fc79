//! An expression matrix with the network that is known for it.

use crate::data::network::Network;
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
}
