//! The types that flow through a pipeline.

use std::fmt;

/// What a stage takes or gives. Their order is the order of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// Expression matrix with its known network.
    Dataset,
    /// A data set whose targets are divided into train and test.
    Split,
    /// A ranked candidate pool for every target (Stage 1).
    Pools,
    /// A trained scorer of regulator sets (Stage 2).
    Scorer,
    /// The decoded team of every evaluated target.
    Teams,
    /// Coverage and exact match per team size.
    Report,
    /// How well pools rank single edges.
    EdgeReport,
}

impl Type {
    /// All types in pipeline order.
    pub const ALL: [Self; 7] = [
        Self::Dataset,
        Self::Split,
        Self::Pools,
        Self::Scorer,
        Self::Teams,
        Self::Report,
        Self::EdgeReport,
    ];

    /// The name that users see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dataset => "Dataset",
            Self::Split => "Split",
            Self::Pools => "Pools",
            Self::Scorer => "Scorer",
            Self::Teams => "Teams",
            Self::Report => "Report",
            Self::EdgeReport => "EdgeReport",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
