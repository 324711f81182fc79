//! The stages, one method a file, and the one table that lists them.

pub mod audit;
pub mod decode;
pub mod evaluate;
pub mod features;
pub mod inject;
pub mod learning;
pub mod load;
pub mod neighbours;
pub mod parameters;
pub mod plot;
pub mod predict;
pub mod retrieve;
pub mod save;
pub mod select;
pub mod simulate;
pub mod split;
pub mod table;

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
    &load::csv::STAGE,
    &load::beeline::STAGE,
    &load::genelink::STAGE,
    &simulate::sergio::STAGE,
    &features::log1p_zscore::STAGE,
    &features::zscore::STAGE,
    &features::raw::STAGE,
    &split::stratified::STAGE,
    &split::team_disjoint::STAGE,
    &split::random::STAGE,
    &retrieve::attn::STAGE,
    &retrieve::dot::STAGE,
    &retrieve::popularity::STAGE,
    &retrieve::correlation::STAGE,
    &retrieve::knn::STAGE,
    &retrieve::grnboost::STAGE,
    &retrieve::given::STAGE,
    &inject::oracle::STAGE,
    &select::stage1::STAGE,
    &select::modal::STAGE,
    &select::copy_nearest::STAGE,
    &select::steady_state::STAGE,
    &select::pairs2::STAGE,
    &select::deep_pairs2::STAGE,
    &select::pure_hos2::STAGE,
    &select::residual_hos2::STAGE,
    &select::given::STAGE,
    &decode::exact::STAGE,
    &decode::topr::STAGE,
    &decode::beam::STAGE,
    &decode::swap::STAGE,
    &predict::STAGE,
    &evaluate::exact_match::STAGE,
    &evaluate::edges::STAGE,
    &plot::coverage::STAGE,
    &plot::exact::STAGE,
    &plot::confusers::STAGE,
    &plot::edges::STAGE,
    &plot::training::STAGE,
    &plot::network::STAGE,
    &plot::response::STAGE,
    &plot::team::STAGE,
    &audit::STAGE,
    &table::STAGE,
    &save::STAGE,
];

/// What the language knows of the stages.
pub fn catalog() -> Catalog {
    Catalog::new(STAGES.iter().map(|stage| &stage.spec).collect())
}
