//! Stand-ins until the other parts are merged.
use crate::engine::outcome::Outcome;
use crate::lang::catalog::Catalog;
use crate::lang::diagnostics::Diagnostic;
use crate::report::table::Table;
pub fn page(catalog: &Catalog, _: Option<&str>, _: Option<&str>) -> String {
    format!("{:?}", catalog.verbs())
}
pub enum Rendered {
    Table(Table),
    Wrote(std::path::PathBuf),
}
pub fn render_all(_: &Outcome) -> Result<Vec<Rendered>, Diagnostic> {
    Ok(Vec::new())
}
pub fn document(_: &[Outcome], _: &str, _: bool) -> serde_json::Value {
    serde_json::Value::Null
}
pub fn html(_: &str, _: &str, _: &[Rendered]) -> String {
    String::new()
}
