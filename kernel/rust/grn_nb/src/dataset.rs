//! Data sets: expression and the known network.

use crate::{Error, Frame, Ranking};
use std::collections::HashMap;

/// Genes with their expression and their known regulators.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// How it is called, for instance `sergio_ds3`.
    pub name: String,
    /// Gene names, in order.
    pub genes: Vec<String>,
    /// The cell type of every cell, from 0.
    pub cell_types: Vec<usize>,
    /// `regulators[g]`: who regulates gene `g`; empty where nothing is known.
    pub regulators: Vec<Vec<String>>,
    cells: usize,
    expression: Vec<f32>,
    index: HashMap<String, usize>,
}

impl Frame {
    /// The frame as a data set.
    ///
    /// # Errors
    /// A frame that holds none.
    pub fn dataset(&self) -> Result<Dataset, Error> {
        let missing =
            |error: Error| Error::new(format!("a frame of kind `{}` has no expression: {error}", self.kind()));
        let genes = self.text("gene").map_err(missing)?.to_vec();
        let rows = self.f32_lists("expression").map_err(missing)?;
        let regulators = self.text_lists("regulators").map_err(missing)?;
        let cells = rows.row(0).len();
        if rows.iter().any(|row| row.len() != cells) {
            return Err(Error::new("the rows of `expression` don't have one length"));
        }
        let types = self.attribute("cell_types").unwrap_or_default();
        Ok(Dataset {
            name: self.attribute("name").unwrap_or_default().to_owned(),
            index: genes.iter().cloned().zip(0..).collect(),
            cell_types: types.split_whitespace().filter_map(|kind| kind.parse().ok()).collect(),
            regulators: regulators.iter().map(<[String]>::to_vec).collect(),
            cells,
            expression: rows.iter().flatten().copied().collect(),
            genes,
        })
    }
}

impl Dataset {
    /// The number of cells.
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// The expression of gene number `gene` in every cell; empty where there is no such gene.
    pub fn row(&self, gene: usize) -> &[f32] {
        let start = gene.saturating_mul(self.cells);
        self.expression.get(start..start + self.cells).unwrap_or_default()
    }

    /// The expression of a gene in every cell.
    ///
    /// # Errors
    /// There is no gene of this name.
    pub fn expression(&self, gene: &str) -> Result<&[f32], Error> {
        self.position(gene).map(|gene| self.row(gene))
    }

    /// The number of a gene, from 0.
    ///
    /// # Errors
    /// There is no gene of this name.
    pub fn position(&self, gene: &str) -> Result<usize, Error> {
        let found = self.index.get(gene).copied();
        found.ok_or_else(|| Error::new(format!("`{}` has no gene `{gene}`", self.name)))
    }

    /// A score for every gene as a regulator of every other: `score(target, regulator)` gets their numbers.
    pub fn rank(&self, mut score: impl FnMut(usize, usize) -> f32) -> Ranking {
        let mut ranking = Ranking::new();
        for (target, name) in self.genes.iter().enumerate() {
            let others = self
                .genes
                .iter()
                .enumerate()
                .filter(|(regulator, _)| *regulator != target);
            let scores = others.map(|(regulator, gene)| (gene.as_str(), score(target, regulator)));
            ranking.add(name.as_str(), scores);
        }
        ranking
    }
}
