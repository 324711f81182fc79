//! What figures of expression share: which data sets and genes they show, and which of the cells.

use crate::data::dataset::Dataset;
use crate::engine::outcome::GridCell;
use crate::lang::diagnostics::Diagnostic;
use crate::lang::suggest::nearest;
use crate::report::groups::group;

/// More cells than this hide each other.
const MOST_CELLS: usize = 2000;

/// A data set of the result, with the targets that may stand for it.
pub struct Source<'a> {
    /// Its axis values; empty where nothing is swept.
    pub label: String,
    /// The data set.
    pub dataset: &'a Dataset,
    /// Evaluated targets of a split, all targets of a data set: genes with a known regulator, ascending.
    pub targets: Vec<usize>,
}

/// An argument that doesn't fit the data, found when the view is drawn.
#[derive(Debug)]
pub struct WrongArgument {
    /// The parameter at fault.
    pub parameter: &'static str,
    /// The words beneath its place.
    pub label: String,
    /// Without a place yet; boxed, as it is large.
    pub diagnostic: Box<Diagnostic>,
}

impl WrongArgument {
    /// `code` and `message` as in [`Diagnostic::error`].
    pub fn new(parameter: &'static str, code: &'static str, message: String, label: String) -> Self {
        Self {
            parameter,
            label,
            diagnostic: Box::new(Diagnostic::error(code, message)),
        }
    }

    /// Says how to mend it.
    pub fn help(mut self, help: String) -> Self {
        self.diagnostic.help = Some(help);
        self
    }
}

/// One data set for each row of the result; of several seeds, the first.
pub fn sources(cells: &[GridCell]) -> Vec<Source<'_>> {
    let mut sources = Vec::new();
    for group in group(cells, false) {
        let Some(value) = group.cells.first().map(|cell| &cell.value) else {
            continue;
        };
        let Some(dataset) = value.dataset() else { continue };
        let mut targets = match value.split() {
            Some(split) => split.test.clone(),
            None => (0..dataset.gene_count()).collect(),
        };
        targets.retain(|&target| !dataset.network.team(target).is_empty());
        sources.push(Source {
            label: group.label_or(""),
            dataset,
            targets,
        });
    }
    sources
}

/// The gene called `name`, as `parameter` gives it.
///
/// # Errors
/// No such gene, with the nearest name.
pub fn gene(dataset: &Dataset, name: &str, parameter: &'static str) -> Result<usize, WrongArgument> {
    let genes = &dataset.genes;
    genes.iter().position(|gene| gene == name).ok_or_else(|| {
        let message = format!("the data set {} has no gene `{name}`", dataset.name);
        match nearest(name, genes.iter().map(String::as_str)) {
            Some(near) => WrongArgument::new(parameter, "unknown-gene", message, format!("did you mean `{near}`?")),
            None => {
                let examples: Vec<String> = genes.iter().take(3).map(|gene| format!("`{gene}`")).collect();
                let label = format!("expected one of its {} genes", genes.len());
                WrongArgument::new(parameter, "unknown-gene", message, label)
                    .help(format!("its genes are {}, …", examples.join(", ")))
            }
        }
    })
}

/// Cells that stand for all: every cell, or `MOST_CELLS` at equal distances.
pub fn shown_cells(dataset: &Dataset) -> Vec<usize> {
    evenly(dataset.cell_count(), MOST_CELLS)
}

/// Up to `most` of the numbers below `count`, at equal distances.
pub fn evenly(count: usize, most: usize) -> Vec<usize> {
    let shown = count.min(most);
    (0..shown).map(|index| index * count / shown).collect()
}

/// The expression of `gene` in `cells`, to four decimals: figures carry every number as text.
pub fn expression(dataset: &Dataset, gene: usize, cells: &[usize]) -> Vec<f64> {
    let value = |&cell: &usize| dataset.expression.get((gene, cell)).copied().unwrap_or(0.0);
    cells
        .iter()
        .map(|cell| (f64::from(value(cell)) * 1e4).round() / 1e4)
        .collect()
}

/// The largest expression of any of `genes` in any cell; 1 where all is 0, so that an axis has a length.
pub fn largest(dataset: &Dataset, genes: &[usize]) -> f64 {
    let rows = genes
        .iter()
        .filter(|&&gene| gene < dataset.gene_count())
        .map(|&gene| dataset.expression.row(gene));
    let largest = rows.flatten().copied().fold(0.0, f32::max);
    if largest > 0.0 { f64::from(largest) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{evenly, gene, sources};
    use crate::engine::value::Value;
    use crate::report::fixtures::{self, lone_cell};
    use std::sync::Arc;

    #[test]
    fn cells_are_thinned_evenly() {
        assert_eq!(evenly(3, 10), [0, 1, 2]);
        assert_eq!(evenly(10, 4), [0, 2, 5, 7]);
        assert_eq!(evenly(0, 4), Vec::<usize>::new());
    }

    #[test]
    fn an_unknown_gene_is_answered_with_the_nearest() {
        let dataset = fixtures::dataset();
        assert_eq!(gene(&dataset, "gene12", "target").unwrap(), 12);
        let error = gene(&dataset, "Gene12", "target").unwrap_err();
        assert_eq!(
            (error.parameter, error.label.as_str()),
            ("target", "did you mean `gene12`?")
        );
        assert!(gene(&dataset, "TP53", "x").unwrap_err().diagnostic.help.is_some());
    }

    #[test]
    fn a_split_offers_its_test_targets() {
        let split = fixtures::split(42);
        let cells = [lone_cell(Value::Split(Arc::new(split.clone())))];
        assert_eq!(sources(&cells)[0].targets, split.test);
        let cells = [lone_cell(Value::Dataset(split.dataset))];
        assert_eq!(sources(&cells)[0].targets.len(), 260);
    }
}
