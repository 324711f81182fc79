//! One regression tree on binned features, grown level by level.

use super::bins::Bins;
use super::histogram::{Cut, Histogram, Word, best_cut, histogram};

/// The least cells of a leaf.
const LEAST_CELLS: i64 = 3;

/// What a tree is grown from.
pub struct Sample<'a> {
    /// Features.
    pub bins: &'a Bins,
    /// The genes that it may split on.
    pub genes: &'a [usize],
    /// How many splits may lie above a leaf.
    pub depth: usize,
}

/// A split: cells whose bin of `gene` is at most `bin` go to `children[0]`, others to `children[1]`.
struct Split {
    gene: usize,
    bin: u8,
    children: [Node; 2],
}

enum Node {
    /// The mean residual of its cells, in units.
    Leaf(f64),
    Split(Box<Split>),
}

/// A grown tree.
pub struct Tree(Node);

impl Tree {
    /// Grows a tree on `cells`, each with its word; `gained(place, units²)` is told, for each split, by place of its gene in
    /// `sample.genes`, how much more its sides explain.
    pub fn grow(sample: &Sample, cells: Vec<u32>, words: Vec<Word>, mut gained: impl FnMut(usize, f64)) -> Self {
        let root = Growing::new(sample, cells, words);
        Self(grow(sample, root, sample.depth, &mut gained))
    }

    /// The value of a cell, in units.
    pub fn value(&self, bins: &Bins, cell: usize) -> f64 {
        let mut node = &self.0;
        loop {
            match node {
                Node::Leaf(value) => return *value,
                Node::Split(split) => {
                    let is_right = bins.of(split.gene).get(cell).is_some_and(|bin| *bin > split.bin);
                    node = &split.children[usize::from(is_right)];
                }
            }
        }
    }
}

/// The cells of a node that may still be split.
struct Growing {
    cells: Vec<u32>,
    words: Vec<Word>,
    all: Word,
    /// One for each gene of the sample; none where nothing below is split.
    histograms: Vec<Histogram>,
}

impl Growing {
    fn new(sample: &Sample, cells: Vec<u32>, words: Vec<Word>) -> Self {
        let mut new = Self::without_histograms(cells, words);
        new.histograms = new.count(sample);
        new
    }

    fn without_histograms(cells: Vec<u32>, words: Vec<Word>) -> Self {
        Self {
            all: words.iter().fold(Word::default(), |sum, word| sum.and(*word)),
            histograms: Vec::new(),
            cells,
            words,
        }
    }

    fn count(&self, sample: &Sample) -> Vec<Histogram> {
        let of_gene = |gene: &usize| histogram(sample.bins.of(*gene), &self.cells, &self.words);
        sample.genes.iter().map(of_gene).collect()
    }

    fn leaf(&self) -> Node {
        Node::Leaf(self.all.sum() as f64 / self.all.count().max(1) as f64)
    }

    /// The best cut of any gene, with the gene's place; the first of equally good ones.
    fn best(&self) -> Option<(usize, Cut)> {
        let mut best: Option<(usize, Cut)> = None;
        for (place, histogram) in self.histograms.iter().enumerate() {
            if let Some(cut) = best_cut(histogram, self.all, LEAST_CELLS)
                && best.is_none_or(|(_, best)| cut.explained > best.explained)
            {
                best = Some((place, cut));
            }
        }
        best.filter(|(_, cut)| cut.explained > self.all.explained())
    }

    /// Both sides of a cut of `gene`.
    fn divide(&self, sample: &Sample, gene: usize, cut: Cut) -> [Self; 2] {
        let bins = sample.bins.of(gene);
        let mut sides = [(); 2].map(|()| (Vec::new(), Vec::new()));
        for (cell, word) in self.cells.iter().zip(&self.words) {
            let is_right = bins.get(*cell as usize).is_some_and(|bin| *bin > cut.bin);
            let (cells, words) = &mut sides[usize::from(is_right)];
            cells.push(*cell);
            words.push(*word);
        }
        sides.map(|(cells, words)| Self::without_histograms(cells, words))
    }
}

fn grow(sample: &Sample, node: Growing, depth: usize, gained: &mut impl FnMut(usize, f64)) -> Node {
    let Some((place, cut)) = (depth > 0).then(|| node.best()).flatten() else {
        return node.leaf();
    };
    let Some(gene) = sample.genes.get(place).copied() else {
        return node.leaf();
    };
    gained(place, cut.explained - node.all.explained());
    let mut sides = node.divide(sample, gene, cut);
    if depth > 1 {
        // The larger side's sums are what the smaller one leaves.
        let smaller = usize::from(sides[1].cells.len() < sides[0].cells.len());
        sides[smaller].histograms = sides[smaller].count(sample);
        let mut rest = node.histograms;
        for (rest, counted) in rest.iter_mut().zip(&sides[smaller].histograms) {
            rest.iter_mut()
                .zip(counted)
                .for_each(|(word, other)| *word = word.without(*other));
        }
        sides[1 - smaller].histograms = rest;
    }
    let children = sides.map(|side| grow(sample, side, depth - 1, gained));
    Node::Split(Box::new(Split {
        gene,
        bin: cut.bin,
        children,
    }))
}
