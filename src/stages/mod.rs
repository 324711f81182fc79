//! The stages, one method a file, and the one table that lists them.

pub mod evaluate;
pub mod plot;
pub mod save;
pub mod table;

use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Catalog, StageSpec};

/// What a stage does with its input; sources have none.
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
    &evaluate::exact_match::STAGE,
    &plot::coverage::STAGE,
    &plot::exact::STAGE,
    &plot::training::STAGE,
    &table::STAGE,
    &save::STAGE,
];

/// What the language knows of the stages.
pub fn catalog() -> Catalog {
    Catalog::new(STAGES.iter().map(|stage| &stage.spec).collect())
}
