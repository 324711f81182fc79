//! What `load csv`, `load beeline` and `load genelink` share: an expression matrix, a list of edges, and what may come with
//! them.

use super::known_edges::network;
use crate::data::dataset::Dataset;
use crate::data::delimited::{Row, find_delimiter, read_rows};
use crate::data::edge_list::{EdgeList, read_edges};
use crate::data::gene_names::{GeneNames, listed};
use crate::data::matrix_csv::{Matrix, MatrixFormat, read_matrix};
use crate::data::network::Network;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{DefaultValue, ParameterKind, ParameterSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::plan::cost::grouped;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a list of regulators may call their column, in small letters.
const LIST_COLUMNS: [&str; 7] = ["tf", "tfs", "regulator", "regulators", "gene", "symbol", "name"];

/// The optional list of possible regulators.
pub const TF_LIST: ParameterSpec = ParameterSpec {
    name: "tf_list",
    kind: ParameterKind::File,
    per_size: false,
    default: DefaultValue::Absent("every gene that regulates something in the network is a possible regulator"),
    doc: "Possible regulators, one name a line, or the column `TF` of a table; `candidates=regulators` ranks only these.",
};

/// Files that make a data set.
pub struct Tables {
    /// How the data set is called.
    pub name: String,
    /// The expression matrix.
    pub expression: PathBuf,
    /// Whether its rows are cells and its columns genes.
    pub rows_are_cells: bool,
    /// What to do where the matrix turns out to be the other way round.
    pub when_transposed: &'static str,
    /// Who regulates whom.
    pub edges: Edges,
    /// Possible regulators.
    pub tf_list: Option<PathBuf>,
    /// The type of each cell.
    pub cell_types: Option<PathBuf>,
}

/// A file of edges.
pub enum Edges {
    /// Between genes by name.
    Names(PathBuf),
    /// Between genes by row of the matrix, counted from 0.
    Rows(PathBuf),
}

/// Reads them all.
///
/// # Errors
/// Everything that the readers report; files that speak of different genes or cells; the user's wish to stop.
pub fn load(context: &StageContext, tables: Tables) -> RunResult<Value> {
    let format = MatrixFormat {
        delimiter: find_delimiter(&tables.expression)?,
        allow_negative: true,
    };
    let mut matrix = read_matrix(&tables.expression, format, context)?;
    if tables.rows_are_cells {
        matrix = turned(&tables.expression, matrix)?;
    }
    let files = Matching {
        context,
        tables: &tables,
        matrix: &matrix,
        genes: GeneNames::new(&matrix.rows),
    };
    let network = files.network()?;
    let tf_list = match &tables.tf_list {
        Some(path) => Some(files.tf_list(path, &network)?.into()),
        None => None,
    };
    let cell_types = match &tables.cell_types {
        Some(path) => files.cell_types(path)?,
        None => vec![0; matrix.columns.len()],
    };
    Ok(Value::Dataset(Arc::new(Dataset {
        name: tables.name,
        genes: matrix.rows,
        expression: Arc::new(matrix.values),
        cell_types,
        network: Arc::new(network),
        tf_list,
        steady_state: None,
        features: None,
    })))
}

/// The matrix with rows and columns exchanged.
fn turned(path: &Path, matrix: Matrix) -> RunResult<Matrix> {
    let mut seen = HashMap::new();
    for (place, name) in matrix.columns.iter().enumerate() {
        let problem = match seen.insert(name.as_str(), place) {
            _ if name.is_empty() => ("unnamed-row", format!("column {} has no gene name", place + 2)),
            Some(first) => {
                let message = format!(
                    "gene `{name}` heads column {} and again column {}",
                    first + 2,
                    place + 2
                );
                ("duplicate-gene", message)
            }
            None => continue,
        };
        let error = Diagnostic::error(problem.0, problem.1).in_file(path, Some(1), Some(place + 2));
        return Err(error.help("with `rows=cells` the header names each gene once").into());
    }
    Ok(Matrix {
        values: matrix.values.t().as_standard_layout().into_owned(),
        lines: vec![1; matrix.columns.len()],
        rows: matrix.columns,
        columns: matrix.rows,
    })
}

/// The matrix, against which names of the other files are held.
pub(super) struct Matching<'a> {
    pub context: &'a StageContext<'a>,
    pub tables: &'a Tables,
    pub matrix: &'a Matrix,
    pub genes: GeneNames<'a>,
}

impl Matching<'_> {
    fn network(&self) -> RunResult<Network> {
        match &self.tables.edges {
            Edges::Names(path) => network(self, path, &read_edges(path, |name| self.genes.find(name).is_some())?),
            Edges::Rows(path) => network(self, path, &self.by_row(path)?),
        }
    }

    /// Edges between rows of the matrix, by name.
    fn by_row(&self, path: &Path) -> RunResult<EdgeList> {
        let mut list = read_edges(path, |name| name.parse::<usize>().is_ok())?;
        for name in &mut list.names {
            let gene = name.parse::<usize>().ok().and_then(|row| self.matrix.rows.get(row));
            let Some(gene) = gene else {
                let message = format!(
                    "`{name}` is no row of `{}`, whose {} genes are counted from 0",
                    self.tables.expression.display(),
                    grouped(self.matrix.rows.len() as u128)
                );
                return Err(Diagnostic::error("unknown-row", message)
                    .in_file(path, None, None)
                    .help("the labels belong to another matrix; `network=\"…\"` takes edges by name")
                    .into());
            };
            name.clone_from(gene);
        }
        Ok(list)
    }

    /// The error of a file where `nothing` is as it should be, since `names` aren't genes of the matrix.
    pub fn nothing_matches(&self, path: &Path, nothing: [&str; 2], names: &[&str]) -> Diagnostic {
        let file = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let cause = self
            .genes
            .cause(names, &self.matrix.columns, self.tables.when_transposed);
        let message = format!(
            "{} `{}` {} `{}`: it names {}; the matrix has {}",
            nothing[0],
            file(path),
            nothing[1],
            file(&self.tables.expression),
            listed(names.iter().copied()),
            self.genes.unmatched(names.iter().copied())
        );
        Diagnostic::error("no-gene-matches", message)
            .in_file(path, None, None)
            .help(cause)
    }

    /// Possible regulators, ascending.
    fn tf_list(&self, path: &Path, network: &Network) -> RunResult<Vec<usize>> {
        let rows = read_rows(path)?;
        let (place, has_header) = list_column(&rows, |name| self.genes.find(name).is_some());
        let names = rows
            .iter()
            .skip(usize::from(has_header))
            .filter_map(|row| row.fields.get(place));
        let names: BTreeSet<&str> = names.map(String::as_str).filter(|name| !name.is_empty()).collect();
        let mut listed_genes: Vec<usize> = names.iter().filter_map(|name| self.genes.find(name)).collect();
        listed_genes.sort_unstable();
        if listed_genes.is_empty() {
            let names: Vec<&str> = names.into_iter().collect();
            return Err(self
                .nothing_matches(path, ["no name in", "is a gene of"], &names)
                .into());
        }
        let mut note = format!(
            "`{}`: {} of {} possible regulators have expression",
            path.display(),
            grouped(listed_genes.len() as u128),
            grouped(names.len() as u128)
        );
        let regulators = network.regulators();
        let missing = regulators
            .iter()
            .filter(|gene| listed_genes.binary_search(gene).is_err());
        let missing: Vec<&str> = missing.map(|gene| self.matrix.rows[*gene].as_str()).collect();
        if !missing.is_empty() {
            note += &format!(
                "; {} of the network's {} regulators aren't in the list, so `candidates=regulators` never finds them: {}",
                missing.len(),
                regulators.len(),
                listed(missing)
            );
        }
        self.context.note(note);
        Ok(listed_genes)
    }

    /// The type of each cell of the matrix, counted from 0 in order of the types' names.
    fn cell_types(&self, path: &Path) -> RunResult<Vec<usize>> {
        let rows = read_rows(path)?;
        let mut types: HashMap<&str, &str> = HashMap::new();
        for row in &rows {
            if let [cell, kind, ..] = row.fields.as_slice() {
                types.insert(cell, kind);
            }
        }
        let without = self
            .matrix
            .columns
            .iter()
            .map(String::as_str)
            .filter(|cell| !types.contains_key(cell));
        let without: Vec<&str> = without.collect();
        if !without.is_empty() {
            let message = format!(
                "{} of {} cells have no type: {}",
                grouped(without.len() as u128),
                grouped(self.matrix.columns.len() as u128),
                listed(without)
            );
            return Err(Diagnostic::error("cell-without-type", message)
                .in_file(path, None, None)
                .help("each line: the name of a cell as in the expression matrix, its type")
                .into());
        }
        let of_cell = |cell: &String| types.get(cell.as_str()).copied().unwrap_or_default();
        let mut kinds: Vec<&str> = self.matrix.columns.iter().map(of_cell).collect();
        // Numbers are ordered as numbers: 2 comes before 10.
        kinds.sort_unstable_by_key(|kind| (kind.parse::<u64>().unwrap_or(u64::MAX), *kind));
        kinds.dedup();
        let places: HashMap<&str, usize> = kinds.iter().enumerate().map(|(place, kind)| (*kind, place)).collect();
        let place = |cell: &String| places.get(of_cell(cell)).copied().unwrap_or_default();
        Ok(self.matrix.columns.iter().map(place).collect())
    }
}

/// Where a list of regulators has their names, and whether its first row is a header.
fn list_column(rows: &[Row], is_gene: impl Fn(&str) -> bool) -> (usize, bool) {
    let Some(first) = rows.first() else {
        return (0, false);
    };
    let heads = |field: &String| LIST_COLUMNS.contains(&field.to_lowercase().as_str()) && !is_gene(field);
    match first.fields.iter().position(heads) {
        Some(place) => (place, true),
        None => (0, false),
    }
}
