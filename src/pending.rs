//! Stand-ins until the other parts are merged.
use crate::engine::outcome::{Outcome, ViewOutcome};
use crate::lang::catalog::Catalog;
use crate::lang::diagnostics::Diagnostic;
use crate::plan::graph::{Plan, Show};
use crate::report::table::Table;
pub struct RuleOutcome;
pub fn optimise(_: &mut Plan) -> Vec<RuleOutcome> {
    Vec::new()
}
pub fn explain(show: &Show) -> String {
    show.pipeline.clone()
}
pub fn page(catalog: &Catalog, _: Option<&str>, _: Option<&str>) -> String {
    format!("{:?}", catalog.verbs())
}
pub enum Rendered {
    Table(Table),
    Wrote(std::path::PathBuf),
}
pub fn render_view(_: &ViewOutcome) -> Result<Rendered, Diagnostic> {
    Ok(Rendered::Wrote("x".into()))
}
pub fn render_outcome(_: &Outcome) -> Vec<Rendered> {
    Vec::new()
}
pub fn document(_: &[Outcome], _: &str, _: bool) -> serde_json::Value {
    serde_json::Value::Null
}
pub fn html(_: &str, _: &str, _: &[Rendered]) -> String {
    String::new()
}
