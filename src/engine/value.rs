//! A finished value of a pipeline.

use crate::data::dataset::Dataset;
use crate::data::pools::{Pools, TrainingCurve};
use crate::data::split::Split;
use crate::data::teams::Teams;
use crate::lang::types::Type;
use crate::metrics::edges::EdgeReport;
use crate::metrics::exact_match::evaluate;
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
    /// See [`EdgeReport`].
    EdgeReport(Arc<EdgeReport>),
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
            Self::EdgeReport(_) => Type::EdgeReport,
        }
    }

    /// The pools that it is or was made from; `None` before Stage 1.
    pub fn pools(&self) -> Option<&Arc<Pools>> {
        match self {
            Self::Dataset(_) | Self::Split(_) => None,
            Self::Pools(pools) => Some(pools),
            Self::Scorer(scorer) => Some(&scorer.pools),
            Self::Teams(teams) => Some(&teams.pools),
            Self::Report(report) => Some(&report.teams.pools),
            Self::EdgeReport(report) => Some(&report.pools),
        }
    }

    /// The split that it is or was made from; `None` for a data set.
    pub fn split(&self) -> Option<&Arc<Split>> {
        match self {
            Self::Dataset(_) => None,
            Self::Split(split) => Some(split),
            other => other.pools().map(|pools| &pools.split),
        }
    }

    /// The data set that it is or was made from.
    pub fn dataset(&self) -> Option<&Arc<Dataset>> {
        match self {
            Self::Dataset(dataset) => Some(dataset),
            other => other.split().map(|split| &split.dataset),
        }
    }

    /// The decoded teams, where there are any.
    pub fn teams(&self) -> Option<&Arc<Teams>> {
        match self {
            Self::Teams(teams) => Some(teams),
            Self::Report(report) => Some(&report.teams),
            _ => None,
        }
    }

    /// Coverage and exact match, where there are decoded teams; teams that are not evaluated yet are evaluated here.
    pub fn report(&self) -> Option<Arc<Report>> {
        match self {
            Self::Report(report) => Some(Arc::clone(report)),
            Self::Teams(teams) => Some(Arc::new(evaluate(teams))),
            _ => None,
        }
    }

    /// How the models behind it trained, Stage 1 first; untrained ones are left out.
    pub fn training(&self) -> Vec<&TrainingCurve> {
        let retriever = self.pools().map(|pools| &pools.training);
        let scorer = match self {
            Self::Scorer(scorer) => Some(&scorer.training),
            other => other.teams().map(|teams| &teams.training),
        };
        let curves = retriever.into_iter().chain(scorer);
        curves.filter(|curve| !curve.loss.is_empty()).collect()
    }
}
