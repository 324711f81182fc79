//! `load genelink`: a BEELINE data set in the layout of GENELink.

use super::tables::{Edges, TF_LIST, Tables, load};
use super::{folder_name, optional_file, optional_folder, required_file};
use crate::data::named_files::find_named;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::arguments::Arguments;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use std::path::{Path, PathBuf};

const EXPRESSION: &[&str] = &["BL--ExpressionData.csv"];
const NETWORK: &[&str] = &["BL--network.csv"];
const LABELS: &[&str] = &["Label.csv"];
const TFS: &[&str] = &["TF.csv"];

/// `load genelink`.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "load",
        method: Some("genelink"),
        takes: &[],
        gives: Gives::Value(Type::Dataset),
        summary: "A BEELINE data set in the layout of GENELink",
        description: "\
Reads the layout in which GENELink (Chen & Liu 2022, Bioinformatics 38:4522) and its successors publish BEELINE's data sets, \
such as `mESC/TFs+500`. The folder holds:

- `BL--ExpressionData.csv`: (genes × cells), with a header and a first column of gene names;
- `BL--network.csv`: `Gene1,Gene2`, regulator then target, by name; or `Label.csv`: `TF,Target`, by row of the matrix \
counted from 0. Where both are there, names are read;
- `TF.csv` (optional): the possible regulators, in its column `TF`. `Target.csv` repeats the genes of the matrix and isn't \
read.

Each file may be gzip-compressed. In place of the folder, or of some of its files, parameters name files. Edges with a gene \
that the matrix lacks and edges from a gene to itself are left out, and repeated edges count once; a note says how many. \
Gene names are matched exactly.

The expression is on a logarithmic scale already. Where no `features` stage is named, `features zscore` is filled in.

```grn
load genelink dir=\"data/mESC_TFs500\" | retrieve [dot, attn] k=80 candidates=regulators | plot coverage
```",
        parameters: &[
            optional_folder("`expression` and `network` or `labels` name the files"),
            optional_file("expression", "The expression matrix."),
            optional_file("network", "The known edges by name: regulator, target."),
            optional_file("labels", "The known edges by row of the matrix: regulator, target."),
            TF_LIST,
        ],
        examples: &[],
        version: 1,
        reads: &["dir", "expression", "network", "labels", "tf_list"],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, _input: Option<Value>) -> RunResult<Value> {
    let arguments = context.arguments;
    let expression = required_file(arguments, "genelink", "expression", EXPRESSION)?;
    let edges = edges(arguments)?;
    let folder = arguments.text("dir").map(Path::new);
    let tf_list = match (arguments.text("tf_list"), folder) {
        (Some(path), _) => Some(PathBuf::from(path)),
        (None, Some(folder)) => find_named(folder, TFS)?,
        (None, None) => None,
    };
    let tables = Tables {
        name: folder_name(arguments, &expression),
        expression,
        rows_are_cells: false,
        when_transposed: "`load csv` with `rows=cells` reads it",
        edges,
        tf_list,
        cell_types: None,
    };
    load(context, tables)
}

/// The edges that are named; otherwise those of the folder, by name where it has them.
fn edges(arguments: &Arguments) -> RunResult<Edges> {
    let folder = arguments.text("dir").map(Path::new);
    if let (None, Some(path)) = (arguments.text("network"), arguments.text("labels")) {
        return Ok(Edges::Rows(PathBuf::from(path)));
    }
    if let (None, Some(folder)) = (arguments.text("network"), folder)
        && find_named(folder, NETWORK)?.is_none()
        && let Some(labels) = find_named(folder, LABELS)?
    {
        return Ok(Edges::Rows(labels));
    }
    required_file(arguments, "genelink", "network", NETWORK).map(Edges::Names)
}
