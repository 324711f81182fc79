//! `load csv`: an expression matrix and a list of edges in any delimited text.

use super::tables::{Edges, TF_LIST, Tables, load};
use crate::data::named_files::name_of;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;
use std::path::{Path, PathBuf};

/// `load csv`.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "load",
        method: Some("csv"),
        takes: &[],
        gives: Gives::Value(Type::Dataset),
        summary: "An expression matrix and a list of edges, in delimited text",
        description: "\
Reads text, plain or gzip, whose fields are separated by commas, tabs, semicolons or spaces; the first line tells which.

- `expression`: (genes × cells), a header with the cells' names and a first column with the genes'; the field above the \
genes' names may be missing, as R writes it. Values may be negative: log-ratios, for instance.
- `network`: a directed edge on each line, regulator then target. A header that names both columns (`TF`/`target`, \
`Gene1`/`Gene2`, `regulator`/`target`, `source`/`target`, `from`/`to`) decides where they stand. Other columns, such as a \
sign, a type or a score, aren't used. Lines that begin with `#` are skipped.
- `tf_list` (optional): possible regulators, one a line.
- `cell_types` (optional): the name of a cell and its type on each line, one line for every cell.

Gene names are matched exactly. Edges with a gene that has no expression are left out, edges from a gene to itself as \
well (a target is never its own candidate), and repeated edges count once; a note says how many of each. R, the size of a \
target's team, counts only regulators that are left. Where no edge is left, the error guesses why.

Expression that is already on a logarithmic scale wants `features zscore`; where no `features` stage is named, `features \
log1p_zscore` takes the logarithm.

```grn
load csv expression=\"rna.tsv\" network=\"edges.tsv\"
  | features zscore
  | split stratified
  | retrieve correlation k=40
```",
        parameters: &[
            file("expression", "The expression matrix."),
            file("network", "The known edges: regulator, target."),
            TF_LIST,
            ParameterSpec {
                name: "cell_types",
                kind: ParameterKind::File,
                per_size: false,
                default: DefaultValue::Absent("all cells are of one type"),
                doc: "The type of each cell: cell, type.",
            },
            ParameterSpec {
                name: "rows",
                kind: ParameterKind::Choice(&["genes", "cells"]),
                per_size: false,
                default: DefaultValue::Literal("genes"),
                doc: "What the rows of the expression matrix are; with `cells` its columns are genes.",
            },
            ParameterSpec {
                name: "name",
                kind: ParameterKind::Text,
                per_size: false,
                default: DefaultValue::Absent("the name of the expression file"),
                doc: "How tables call the data set.",
            },
        ],
        examples: &[],
        version: 1,
        reads: &["expression", "network", "tf_list", "cell_types"],
        decomposes: false,
    },
    run: Some(run),
};

const fn file(name: &'static str, doc: &'static str) -> ParameterSpec {
    ParameterSpec {
        name,
        kind: ParameterKind::File,
        per_size: false,
        default: DefaultValue::Required,
        doc,
    }
}

fn run(context: &StageContext, _input: Option<Value>) -> RunResult<Value> {
    let arguments = context.arguments;
    let path = |name: &str| arguments.text(name).map(PathBuf::from);
    let expression = path("expression").unwrap_or_default();
    let name = arguments.text("name");
    let rows_are_cells = arguments.text("rows") == Some("cells");
    let tables = Tables {
        name: name.map_or_else(|| name_of(Path::new(&expression)), str::to_owned),
        expression,
        rows_are_cells,
        when_transposed: if rows_are_cells {
            "leave out `rows=cells`"
        } else {
            "write `rows=cells`"
        },
        edges: Edges::Names(path("network").unwrap_or_default()),
        tf_list: path("tf_list"),
        cell_types: path("cell_types"),
    };
    load(context, tables)
}
