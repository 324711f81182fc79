//! `load beeline`: a data set of the BEELINE benchmark.

use super::tables::{Edges, TF_LIST, Tables, load};
use super::{folder_name, optional_file, optional_folder, required_file};
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use std::path::PathBuf;

/// The names that BEELINE gives a matrix.
const EXPRESSION: &[&str] = &["ExpressionData.csv"];
/// The names that BEELINE has given true networks.
const NETWORK: &[&str] = &["refNetwork.csv", "GroundTruthNetwork.csv"];

/// `load beeline`.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "load",
        method: Some("beeline"),
        takes: &[],
        gives: Gives::Value(Type::Dataset),
        summary: "A data set of the BEELINE benchmark",
        description: "\
Reads what the BEELINE benchmark is given (Pratapa et al. 2020, Nature Methods 17:147). The folder holds:

- `ExpressionData.csv`: (genes × cells), with a header and a first column of gene names;
- `refNetwork.csv` or `GroundTruthNetwork.csv`: `Gene1,Gene2`, regulator then target; a `Type` column isn't used, nor is a \
`PseudoTime.csv` beside it.

Each file may be gzip-compressed. In place of the folder, or of one of its files, `expression` and `network` name files: so \
BEELINE's experimental matrices are read with the networks that it distributes apart from them, and a run folder with the \
network of the folder above.

BEELINE's networks commonly name genes that the matrix lacks. Their edges are left out, edges from a gene to itself as well, \
and repeated edges count once; a note says how many. Gene names are matched exactly.

BEELINE's expression is on a logarithmic scale already. Where no `features` stage is named, `features zscore` is filled in.

```grn
load beeline dir=\"data/GSD\" | split stratified sizes=(2, 3) | retrieve correlation k=10
```",
        parameters: &[
            optional_folder("`expression` and `network` name the files"),
            optional_file("expression", "The expression matrix."),
            optional_file("network", "The known edges: regulator, target."),
            TF_LIST,
        ],
        examples: &[],
        version: 1,
        reads: &["dir", "expression", "network", "tf_list"],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, _input: Option<Value>) -> RunResult<Value> {
    let arguments = context.arguments;
    let expression = required_file(arguments, "beeline", "expression", EXPRESSION)?;
    let network = required_file(arguments, "beeline", "network", NETWORK)?;
    let tables = Tables {
        name: folder_name(arguments, &expression),
        expression,
        rows_are_cells: false,
        when_transposed: "`load csv` with `rows=cells` reads it",
        edges: Edges::Names(network),
        tf_list: arguments.text("tf_list").map(PathBuf::from),
        cell_types: None,
    };
    load(context, tables)
}
