//! Whether two files speak of the same genes, and the likeliest cause where they don't.

use crate::data::matrix_row::printable;
use std::collections::{HashMap, HashSet};

/// How many names a message lists.
const SHOWN: usize = 5;

/// What is left of a name without what files commonly write differently.
type Simplified = fn(&str) -> String;

/// The genes of a data set by name.
pub struct GeneNames<'a> {
    genes: &'a [String],
    places: HashMap<&'a str, usize>,
}

impl<'a> GeneNames<'a> {
    /// Of these genes; each name occurs once.
    pub fn new(genes: &'a [String]) -> Self {
        let places = genes.iter().enumerate().map(|(place, name)| (name.as_str(), place));
        Self {
            genes,
            places: places.collect(),
        }
    }

    /// The place of the gene with exactly this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// Why none or few of `names`, of which `unknown` aren't genes here, are: in words and with a fix. `cells` are the names
    /// of the columns, `transposed` the fix where the genes are there.
    pub fn cause(&self, unknown: &[&str], cells: &[String], transposed: &str) -> String {
        let cells: HashSet<&str> = cells.iter().map(String::as_str).collect();
        if mostly(unknown, |name| cells.contains(name)) {
            return format!("the genes stand in the columns of the expression matrix: {transposed}");
        }
        let ids = mostly(unknown, is_ensembl);
        if ids != mostly_owned(self.genes, is_ensembl) {
            let (matrix, list) = match ids {
                true => ("symbols", "Ensembl ids"),
                false => ("Ensembl ids", "symbols"),
            };
            return format!("the matrix names genes by {matrix}, the other file by {list}: translate one of them");
        }
        let numbers = mostly(unknown, is_number);
        if numbers != mostly_owned(self.genes, is_number) {
            let (matrix, list) = match numbers {
                true => ("names", "numbers"),
                false => ("numbers", "names"),
            };
            return format!("the matrix has {matrix} for genes, the other file {list}: write names in both");
        }
        let likely: [(&str, Simplified); 3] = [
            ("names differ in upper and lower case", |name| name.to_uppercase()),
            ("one side has the versions of Ensembl ids", |name| {
                name.split('.').next().unwrap_or_default().to_owned()
            }),
            (
                "one side has other signs in names, as R writes dots for hyphens",
                |name| name.replace(|c: char| !c.is_ascii_alphanumeric(), ".").to_uppercase(),
            ),
        ];
        for (cause, simplified) in likely {
            if let Some((theirs, ours)) = self.agreeing(unknown, simplified) {
                return format!("{cause} (`{theirs}` and `{ours}`): write them alike in both files");
            }
        }
        "the files seem to speak of different genes: check that they belong together, and to one organism".to_owned()
    }

    /// An example where at least a tenth of `unknown` are genes here once both are simplified.
    fn agreeing<'n>(&self, unknown: &[&'n str], simplified: Simplified) -> Option<(&'n str, &'a str)> {
        let ours: HashMap<String, &str> = self
            .genes
            .iter()
            .map(|gene| (simplified(gene), gene.as_str()))
            .collect();
        let agreeing = unknown
            .iter()
            .filter_map(|name| Some((*name, *ours.get(&simplified(name))?)));
        let agreeing: Vec<(&str, &str)> = agreeing.collect();
        agreeing
            .first()
            .copied()
            .filter(|_| agreeing.len() * 10 >= unknown.len())
    }

    /// Five genes that none of `names` is.
    pub fn unmatched<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> String {
        let names: HashSet<&str> = names.into_iter().collect();
        listed(
            self.genes
                .iter()
                .map(String::as_str)
                .filter(|gene| !names.contains(gene)),
        )
    }
}

/// The first five names in quotes, with a sign where there are more.
pub fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names = names.into_iter();
    let shown: Vec<String> = names
        .by_ref()
        .take(SHOWN)
        .map(|name| format!("`{}`", printable(name)))
        .collect();
    let more = if names.next().is_some() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

fn mostly(names: &[&str], holds: impl Fn(&str) -> bool) -> bool {
    2 * names.iter().filter(|name| holds(name)).count() > names.len()
}

fn mostly_owned(names: &[String], holds: impl Fn(&str) -> bool) -> bool {
    2 * names.iter().filter(|name| holds(name)).count() > names.len()
}

/// An Ensembl id of a gene, transcript or protein, such as `ENSMUSG00000012396` or `ENSG00000111704.11`.
fn is_ensembl(name: &str) -> bool {
    let id = name.split('.').next().unwrap_or_default();
    let digits = id.trim_start_matches(|c: char| c.is_ascii_uppercase());
    id.starts_with("ENS") && digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::GeneNames;

    fn cause(genes: &[&str], unknown: &[&str], cells: &[&str]) -> String {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
        GeneNames::new(&owned(genes)).cause(unknown, &owned(cells), "write `rows=cells`")
    }

    #[test]
    fn each_common_cause_is_recognised() {
        let symbols = ["Sox2", "Nanog", "Pou5f1", "Nkx2-5"];
        for (genes, unknown, expected) in [
            (
                &symbols[..],
                &["SOX2", "NANOG", "GENE"][..],
                "upper and lower case (`SOX2` and `Sox2`)",
            ),
            (
                &symbols,
                &["ENSMUSG00000012396", "ENSMUSG00000074637"],
                "by symbols, the other file by Ensembl ids",
            ),
            (
                &["ENSG00000111704", "ENSG00000181449"],
                &["SOX2"],
                "by Ensembl ids, the other file by symbols",
            ),
            (&["ENSG00000111704"], &["ENSG00000111704.11"], "versions of Ensembl ids"),
            (&symbols, &["Nkx2.5"], "dots for hyphens"),
            (&["0", "1", "2"], &["Sox2"], "numbers for genes"),
            (
                &symbols,
                &["cell1", "cell2"],
                "the columns of the expression matrix: write `rows=cells`",
            ),
            (&symbols, &["alpha", "beta"], "different genes"),
        ] {
            let found = cause(genes, unknown, &["cell1", "cell2", "cell3"]);
            assert!(found.contains(expected), "{found}");
        }
    }
}
