//! Which training targets' expression is most like a gene's: the ground of the untrained baselines.

use crate::data::correlation::unit_rows;
use crate::data::split::Split;
use crate::engine::context::RunResult;
use crate::lang::catalog::{DefaultValue, ParameterKind, ParameterSpec};
use crate::lang::diagnostics::Diagnostic;
use ndarray::{Array2, Axis};

/// How alike two genes are.
pub const LIKENESS: ParameterSpec = ParameterSpec {
    name: "likeness",
    kind: ParameterKind::Choice(&["correlation", "absolute"]),
    per_size: false,
    default: DefaultValue::Literal("correlation"),
    doc: "Pearson correlation of the features, or its absolute value: then mirrored expression is alike as well.",
};

/// The features of all genes, ready to be compared with those of some.
pub struct Likeness {
    units: Array2<f32>,
    /// The rows of `units` that are compared with; `None` for all.
    others: Option<Array2<f32>>,
    absolute: bool,
}

impl Likeness {
    /// To the training targets of `split`, in their order; `likeness` as [`LIKENESS`] says.
    ///
    /// # Errors
    /// A data set without features; the user's wish to stop.
    pub fn to_training(split: &Split, likeness: Option<&str>) -> RunResult<Self> {
        let all = Self::to_all(split, likeness == Some("absolute"))?;
        Ok(Self {
            others: Some(all.units.select(Axis(0), &split.train)),
            ..all
        })
    }

    /// To every gene.
    ///
    /// # Errors
    /// A data set without features; the user's wish to stop.
    pub fn to_all(split: &Split, absolute: bool) -> RunResult<Self> {
        let Some(features) = &split.dataset.features else {
            return Err(Diagnostic::error("internal", "the data set has no features").into());
        };
        Ok(Self {
            units: unit_rows(features)?,
            others: None,
            absolute,
        })
    }

    /// (genes × others): how alike each of `genes` is to each of the others, within −1..1.
    pub fn of(&self, genes: &[usize]) -> Array2<f32> {
        let others = self.others.as_ref().unwrap_or(&self.units);
        let likeness = self.units.select(Axis(0), genes).dot(&others.t());
        match self.absolute {
            true => likeness.mapv_into(f32::abs),
            false => likeness,
        }
    }

    /// The approximate heap bytes that it holds.
    pub fn bytes(&self) -> usize {
        (self.units.len() + self.others.as_ref().map_or(0, Array2::len)) * size_of::<f32>()
    }
}
