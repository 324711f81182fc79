//! Which pairs of a source and a test target count.

use crate::data::split::Split;
use serde::{Deserialize, Serialize};

/// Which genes may be ranked as regulators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceKind {
    /// Those that regulate something in the known network, as BEELINE counts.
    KnownRegulators,
    /// Those of the list that came with the data; without one, the known regulators.
    Regulators,
    /// Every gene.
    All,
}

impl SourceKind {
    /// As scripts and JSON call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::KnownRegulators => "known_regulators",
            Self::Regulators => "regulators",
            Self::All => "all",
        }
    }

    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::KnownRegulators => "known regulators",
            Self::Regulators => "possible regulators",
            Self::All => "genes",
        }
    }

    fn genes(self, split: &Split) -> Vec<usize> {
        match self {
            Self::KnownRegulators => split.dataset.network.regulators(),
            Self::Regulators => split.dataset.regulators(),
            Self::All => (0..split.dataset.gene_count()).collect(),
        }
    }
}

/// Which pairs of source and target count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Universe {
    /// Which genes are sources.
    pub kind: SourceKind,
    /// Sources.
    pub sources: usize,
    /// Test targets.
    pub targets: usize,
    /// Pairs of a source and a test target other than itself.
    pub pairs: usize,
    /// True edges among them.
    pub edges: usize,
}

impl Universe {
    /// The share of true edges: precision of a random order.
    pub fn density(&self) -> f64 {
        self.edges as f64 / self.pairs.max(1) as f64
    }
}

/// Who may regulate.
pub(super) struct Sources {
    kind: SourceKind,
    /// `is_source[g]`.
    is_source: Vec<bool>,
    /// How many there are.
    pub count: usize,
}

impl Sources {
    pub fn of(split: &Split, kind: SourceKind) -> Self {
        let mut is_source = vec![false; split.dataset.gene_count()];
        for gene in kind.genes(split) {
            if let Some(flag) = is_source.get_mut(gene) {
                *flag = true;
            }
        }
        let count = is_source.iter().filter(|flag| **flag).count();
        Self { kind, is_source, count }
    }

    /// Whether `gene` may regulate `target`: no gene counts as its own regulator.
    pub fn has(&self, gene: usize, target: usize) -> bool {
        gene != target && self.is_source.get(gene).copied().unwrap_or(false)
    }

    pub fn universe(&self, split: &Split) -> Universe {
        let of_target = |&target: &usize| {
            let own = self.is_source.get(target).copied().unwrap_or(false);
            (self.count - usize::from(own), self.truth(split, target).count())
        };
        let counts = split.test.iter().map(of_target);
        let (pairs, edges) = counts.fold((0, 0), |all, own| (all.0 + own.0, all.1 + own.1));
        Universe {
            kind: self.kind,
            sources: self.count,
            targets: split.test.len(),
            pairs,
            edges,
        }
    }

    /// The regulators of a target that are sources.
    pub fn truth<'a>(&'a self, split: &'a Split, target: usize) -> impl Iterator<Item = usize> + 'a {
        let team = split.dataset.network.team(target).iter().copied();
        team.filter(move |&gene| self.has(gene, target))
    }
}
