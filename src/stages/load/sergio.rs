//! `load sergio`: a SERGIO data set as its authors publish it.

use crate::data::dataset::Dataset;
use crate::data::matrix_csv::{Matrix, MatrixFormat, read_matrix};
use crate::data::network::Network;
use crate::data::sergio_files::{SergioFile, find_file, require_file};
use crate::data::sergio_network::{InteractionRow, read_interactions, read_master_rates};
use crate::engine::context::{RunError, RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::arguments::Arguments;
use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::stages::Stage;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many offenders a message lists.
const SHOWN: usize = 5;

/// `load sergio`.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "load",
        method: Some("sergio"),
        takes: &[],
        gives: Gives::Value(Type::Dataset),
        summary: "A SERGIO data set as its authors publish it",
        description: "\
Reads clean steady-state expression with its true network (Dibaeinia & Sinha 2020; paper §5.1 and Appendix B). The \
folder holds:

- `Interaction_cID_*.txt`: one line a target: `target, n, n regulators, n strengths K, n Hill coefficients`;
- `Regs_cID_*.txt` (optional): one line a master regulator: `gene, one production rate for each cell type`; it tells \
the number of cell types;
- `simulated_noNoise_*.csv`: (genes × cells), with a header and a first column of gene numbers; cells are ordered by \
type, equally many of each.

Each file may be gzip-compressed. Gene names are the row numbers as text. In place of the folder, or of some of its \
files, `expression`, `interactions` and `master_rates` name files.

```grn
load sergio dir=\"data/ds3\" | retrieve popularity k=80
```",
        parameters: &[
            ParameterSpec {
                name: "dir",
                kind: ParameterKind::Folder,
                per_size: false,
                default: DefaultValue::Absent("`expression` and `interactions` name the files"),
                doc: "The folder that holds the files.",
            },
            ParameterSpec {
                name: "replicate",
                kind: ParameterKind::Integer { min: 0, max: 1_000_000 },
                per_size: false,
                default: DefaultValue::Absent("the folder must hold just one `simulated_noNoise_*.csv`"),
                doc: "Picks `simulated_noNoise_<replicate>.csv` where the folder holds several.",
            },
            ParameterSpec {
                name: "expression",
                kind: ParameterKind::File,
                per_size: false,
                default: DefaultValue::Absent("it is found in `dir`"),
                doc: "The expression matrix, CSV or CSV.gz.",
            },
            ParameterSpec {
                name: "interactions",
                kind: ParameterKind::File,
                per_size: false,
                default: DefaultValue::Absent("it is found in `dir`"),
                doc: "The interaction file.",
            },
            ParameterSpec {
                name: "master_rates",
                kind: ParameterKind::File,
                per_size: false,
                default: DefaultValue::Absent("it is found in `dir`, if there is one"),
                doc: "The master regulator file; only its number of cell types is used.",
            },
            ParameterSpec {
                name: "types",
                kind: ParameterKind::Integer { min: 1, max: 100_000 },
                per_size: false,
                default: DefaultValue::Absent("as many as the master regulator file has; without one, 1"),
                doc: "The number of cell types, for data without a master regulator file.",
            },
        ],
        examples: &[],
        version: 1,
        reads: &["dir", "expression", "interactions", "master_rates"],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, _input: Option<Value>) -> RunResult<Value> {
    let files = Files::locate(context.arguments)?;
    // The small files come first: their mistakes show before a large matrix is read.
    let rows = read_interactions(&files.interactions)?;
    let file_types = match &files.master_rates {
        Some(path) => read_master_rates(path)?.first().map(|row| row.rates.len()),
        None => None,
    };
    let types = cell_types(context.arguments, file_types, files.master_rates.as_deref())?;
    let format = MatrixFormat {
        delimiter: b',',
        allow_negative: false,
    };
    let matrix = read_matrix(&files.expression, format, context)?;
    let network = network(&files, &rows, &matrix)?;
    let cell_types = assign_types(&files.expression, matrix.columns.len(), types)?;
    Ok(Value::Dataset(Arc::new(Dataset {
        name: files.name,
        genes: matrix.rows,
        expression: Arc::new(matrix.values),
        cell_types,
        network: Arc::new(network),
        tf_list: None,
        steady_state: None,
        features: None,
    })))
}

struct Files {
    name: String,
    expression: PathBuf,
    interactions: PathBuf,
    master_rates: Option<PathBuf>,
}

impl Files {
    fn locate(arguments: &Arguments) -> RunResult<Self> {
        let folder = arguments.text("dir").map(Path::new);
        let replicate = arguments.optional_count("replicate");
        if let (Some(replicate), Some(path)) = (replicate, arguments.text("expression")) {
            let message =
                format!("`replicate={replicate}` picks a file in `dir`, but `expression` already names `{path}`");
            return Err(Diagnostic::error("meaningless-parameter", message)
                .help("leave out one of them")
                .into());
        }
        let required = |kind: SergioFile| match (arguments.text(kind.parameter()), folder) {
            (Some(path), _) => Ok(PathBuf::from(path)),
            (None, Some(folder)) => require_file(folder, kind, replicate),
            (None, None) => Err(nothing_to_load(kind)),
        };
        let expression = required(SergioFile::Expression)?;
        let interactions = required(SergioFile::Interactions)?;
        let master_rates = match (arguments.text(SergioFile::MasterRates.parameter()), folder) {
            (Some(path), _) => Some(PathBuf::from(path)),
            (None, Some(folder)) => find_file(folder, SergioFile::MasterRates, None)?,
            (None, None) => None,
        };
        let named = folder.and_then(Path::file_name).or(expression.file_stem());
        let name = named.map_or_else(|| "sergio".to_owned(), |name| name.to_string_lossy().into_owned());
        Ok(Self {
            name: name.trim_end_matches(".csv").to_owned(),
            expression,
            interactions,
            master_rates,
        })
    }
}

fn nothing_to_load(kind: SergioFile) -> RunError {
    let message = format!("`load sergio` has neither `dir` nor `{}`", kind.parameter());
    Diagnostic::error("nothing-to-load", message)
        .help("name the folder as `dir=\"…\"`, or the files as `expression=\"…\" interactions=\"…\"`")
        .into()
}

fn cell_types(arguments: &Arguments, in_file: Option<usize>, path: Option<&Path>) -> RunResult<usize> {
    match (arguments.optional_count("types"), in_file) {
        (Some(given), Some(found)) if given != found => {
            let message = format!("expected {given} cell types as in `types={given}`, found rates for {found}");
            let error = Diagnostic::error("types-disagree", message)
                .help(format!("leave `types` out, or write `types={found}`"));
            Err(match path {
                Some(path) => error.in_file(path, Some(1), None),
                None => error,
            }
            .into())
        }
        (given, found) => Ok(given.or(found).unwrap_or(1)),
    }
}

fn assign_types(path: &Path, cells: usize, types: usize) -> RunResult<Vec<usize>> {
    if !cells.is_multiple_of(types) {
        let message = format!("{cells} cells can't be shared out equally among {types} types");
        return Err(Diagnostic::error("cells-not-divisible", message)
            .in_file(path, Some(1), None)
            .help("expected equally many cells of each type; check that the files belong together, or give `types`")
            .into());
    }
    Ok((0..cells).map(|cell| cell / (cells / types)).collect())
}

fn network(files: &Files, rows: &[InteractionRow], matrix: &Matrix) -> RunResult<Network> {
    let index: HashMap<&str, usize> = matrix
        .rows
        .iter()
        .enumerate()
        .map(|(i, name)| (name.as_str(), i))
        .collect();
    let position = |gene: u64| index.get(gene.to_string().as_str()).copied();
    let mut teams = vec![Vec::new(); matrix.rows.len()];
    let mut unknown: Vec<(u64, usize, usize)> = Vec::new();
    for row in rows {
        let mut team = Vec::with_capacity(row.regulators.len());
        for entry in &row.regulators {
            match position(entry.gene) {
                Some(regulator) => team.push(regulator),
                None => unknown.push((entry.gene, row.line, entry.column)),
            }
        }
        match position(row.target) {
            Some(target) => teams[target] = team,
            None => unknown.push((row.target, row.line, 1)),
        }
    }
    if unknown.is_empty() {
        Ok(Network::new(teams))
    } else {
        Err(unknown_genes(files, &unknown))
    }
}

fn unknown_genes(files: &Files, unknown: &[(u64, usize, usize)]) -> RunError {
    let first = unknown.iter().min_by_key(|(_, line, column)| (*line, *column));
    let mut genes: Vec<u64> = unknown.iter().map(|(gene, _, _)| *gene).collect();
    genes.sort_unstable();
    genes.dedup();
    let shown: Vec<String> = genes.iter().take(SHOWN).map(u64::to_string).collect();
    let more = if genes.len() > SHOWN { ", …" } else { "" };
    let noun = if genes.len() == 1 { "gene is" } else { "genes are" };
    let message = format!(
        "{} {noun} not among the rows of `{}`: {}{more}",
        genes.len(),
        files.expression.display(),
        shown.join(", ")
    );
    Diagnostic::error("unknown-gene", message)
        .in_file(&files.interactions, first.map(|f| f.1), first.map(|f| f.2))
        .help("the interaction file and the expression matrix must belong to the same data set")
        .into()
}
