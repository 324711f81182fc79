//! A finished value of a pipeline.

use crate::data::dataset::Dataset;
use crate::data::pools::Pools;
use crate::data::split::Split;
use crate::data::teams::Teams;
use crate::lang::types::Type;
use crate::metrics::report::Report;
use crate::model::scorer::Scorer;
use std::sync::Arc;

/// What a node gives; cheap to clone.
#[derive(Clone, Debug)]
pub enum Value {
    /// See [`Dataset`].
    Dataset(Arc<Dataset>),
    /// See [`Split`].
    Split(Arc<Split>),
    /// See [`Pools`].
    Pools(Arc<Pools>),
    /// See [`Scorer`].
    Scorer(Arc<Scorer>),
    /// See [`Teams`].
    Teams(Arc<Teams>),
    /// See [`Report`].
    Report(Arc<Report>),
}

impl Value {
    /// Its type.
    pub fn kind(&self) -> Type {
        match self {
            Self::Dataset(_) => Type::Dataset,
            Self::Split(_) => Type::Split,
            Self::Pools(_) => Type::Pools,
            Self::Scorer(_) => Type::Scorer,
            Self::Teams(_) => Type::Teams,
            Self::Report(_) => Type::Report,
        }
    }
}
