//! Stand-ins until the other parts are merged.
use crate::lang::catalog::Catalog;
pub fn page(catalog: &Catalog, _: Option<&str>, _: Option<&str>) -> String {
    format!("{:?}", catalog.verbs())
}
