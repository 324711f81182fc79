//! Typed values as tables, where they are the last expression of a notebook's cell.

use crate::column::{offsets, Column, Values};
use crate::{Candidate, Dataset, Frame, Pools, Ranking, Role, SetScores, Target};

fn column(name: &str, values: impl Into<Values>, offsets: Option<Vec<usize>>) -> Column {
    Column {
        name: name.to_owned(),
        values: values.into(),
        offsets,
    }
}

impl From<&Pools> for Frame {
    fn from(pools: &Pools) -> Self {
        let targets = &pools.targets;
        let candidates = || targets.iter().flat_map(|target| &target.candidates);
        let lengths = offsets(targets.iter().map(|target| target.candidates.len()));
        let names: fn(&Target) -> String = |target| target.name.clone();
        let role: fn(&Target) -> &str = |target| match target.role {
            Role::Train => "train",
            Role::Test => "test",
            Role::None => "none",
        };
        let regulators: fn(&Candidate) -> String = |candidate| candidate.name.clone();
        let teams: Vec<String> = targets.iter().flat_map(|target| target.team.iter().cloned()).collect();
        let frame = Self {
            kind: "pools".to_owned(),
            attributes: Vec::new(),
            columns: vec![
                column("target", targets.iter().map(names).collect::<Vec<String>>(), None),
                column("role", targets.iter().map(role).collect::<Vec<&str>>(), None),
                column(
                    "size",
                    targets.iter().map(|target| target.size as u32).collect::<Vec<u32>>(),
                    None,
                ),
                column(
                    "regulators",
                    candidates().map(regulators).collect::<Vec<String>>(),
                    Some(lengths.clone()),
                ),
                column(
                    "scores",
                    candidates().map(|candidate| candidate.score).collect::<Vec<f32>>(),
                    Some(lengths),
                ),
                column(
                    "team",
                    teams,
                    Some(offsets(targets.iter().map(|target| target.team.len()))),
                ),
            ],
        };
        frame.with_attribute("method", pools.method.as_str())
    }
}

impl From<&Dataset> for Frame {
    fn from(dataset: &Dataset) -> Self {
        let genes = dataset.genes.len();
        let values: Vec<f32> = (0..genes).flat_map(|gene| dataset.row(gene)).copied().collect();
        let regulators: Vec<String> = dataset.regulators.iter().flatten().cloned().collect();
        let types: Vec<String> = dataset.cell_types.iter().map(usize::to_string).collect();
        let frame = Self {
            kind: "dataset".to_owned(),
            attributes: Vec::new(),
            columns: vec![
                column("gene", dataset.genes.clone(), None),
                column(
                    "expression",
                    values,
                    Some(offsets((0..genes).map(|gene| dataset.row(gene).len()))),
                ),
                column(
                    "regulators",
                    regulators,
                    Some(offsets(dataset.regulators.iter().map(Vec::len))),
                ),
            ],
        };
        let frame = frame.with_attribute("name", dataset.name.as_str());
        frame.with_attribute("cell_types", types.join(" "))
    }
}

macro_rules! displayed {
    ($($type:ty),*) => {$(
        impl $type {
            /// Displays it as a table in a Jupyter notebook: evcxr calls this for the last expression of a cell.
            pub fn evcxr_display(&self) {
                Frame::from(self).evcxr_display();
            }
        }
    )*};
}
displayed!(Pools, Dataset, Ranking, SetScores);

impl From<&Ranking> for Frame {
    fn from(ranking: &Ranking) -> Self {
        ranking.clone().into()
    }
}

impl From<&SetScores> for Frame {
    fn from(scores: &SetScores) -> Self {
        scores.clone().into()
    }
}
