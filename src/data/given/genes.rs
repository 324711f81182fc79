//! Genes by name, and guesses at the cause where a name isn't one.

use super::File;
use crate::data::matrix_row::printable;
use crate::engine::context::RunResult;
use crate::lang::suggest::nearest;
use std::collections::HashMap;

/// The genes of a data set by name.
pub(super) struct Genes<'a> {
    names: &'a [String],
    index: HashMap<&'a str, usize>,
}

impl<'a> Genes<'a> {
    pub fn new(names: &'a [String]) -> Self {
        Self {
            names,
            index: names
                .iter()
                .enumerate()
                .map(|(place, name)| (name.as_str(), place))
                .collect(),
        }
    }

    pub fn name(&self, gene: usize) -> &'a str {
        self.names.get(gene).map_or("", String::as_str)
    }

    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// The gene of this name.
    ///
    /// # Errors
    /// There is none.
    pub fn find(&self, name: &str, file: File, entry: usize) -> RunResult<usize> {
        if let Some(gene) = self.index.get(name) {
            return Ok(*gene);
        }
        let message = match name.is_empty() {
            true => "expected the name of a gene, found an empty field".to_owned(),
            false => format!("the data set has no gene `{}`", printable(name)),
        };
        Err(file.error("unknown-gene", message, entry).help(self.guess(name)).into())
    }

    /// Why a name may not be found.
    fn guess(&self, name: &str) -> String {
        let first: Vec<String> = self.names.iter().take(3).map(|name| format!("`{name}`")).collect();
        let called = format!("its genes are called {}, …", first.join(", "));
        let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
        let digits = digits.strip_suffix(".0").unwrap_or(digits);
        if digits != name && !digits.is_empty() && self.index.contains_key(digits) {
            return format!("{called}: write `{digits}`, if that is meant");
        }
        if self.index.contains_key("0") && name.parse() == Ok(self.names.len()) {
            return format!(
                "{called}: numbers begin at 0, so the last is `{}`",
                self.names.len() - 1
            );
        }
        let is_number = |name: &str| name.parse::<f64>().is_ok();
        let near = nearest(name.trim(), self.names.iter().map(String::as_str));
        match near.filter(|near| !is_number(near)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("{called}: scores and data must belong together"),
        }
    }
}
