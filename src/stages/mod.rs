//! The stages, one method a file, and the one table that lists them.

pub mod features;
pub mod load;
pub mod simulate;
pub mod split;

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Catalog, StageSpec};

/// Turns a stage's input into its output.
pub type RunStage = fn(&StageContext, Option<Value>) -> RunResult<Value>;

/// A stage method: what the language knows of it, and what it does. Views have no `run`: they are drawn by `report`.
pub struct Stage {
    /// Its description.
    pub spec: StageSpec,
    /// What it does with its input; `None` for views.
    pub run: Option<RunStage>,
}

/// Every stage, in the order of the documentation. Adding a method means its file and one line here.
pub static STAGES: &[&Stage] = &[
    &load::sergio::STAGE,
    &simulate::sergio::STAGE,
    &features::log1p_zscore::STAGE,
    &features::raw::STAGE,
    &split::stratified::STAGE,
];

/// What the language knows of the stages.
pub fn catalog() -> Catalog {
    Catalog::new(STAGES.iter().map(|stage| &stage.spec).collect())
}
