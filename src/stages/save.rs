//! `save`: writes its input to a file.

use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "save",
        method: None,
        takes: &Type::ALL,
        gives: Gives::Input,
        summary: "The input as a file: CSV, TSV, JSON, HTML or Markdown",
        description: "The extension names the format. `.csv`, `.tsv` and `.json` hold one record a row, every digit, and \
            replicates apart: for Teams the target, size, predicted and true team by gene names, whether they are \
            equal, covered, score, runner-up and whether training shows the same team; for a Report the counts of each \
            team size; for Pools the ranked candidates of every gene; for a Scorer the loss of each epoch; for a Split \
            its targets; for an EdgeReport a row for each K; for a Dataset its genes. `.html` and `.md` hold the table that `table` shows. Right after `audit` it is \
            the audit that is written, and right after `plot` a path that ends in `.svg` gets the figure.\n\n\
            A file is written whole or not at all; one that is there is replaced. The folder must exist.",
        parameters: &[ParameterSpec {
            name: "path",
            kind: ParameterKind::File,
            per_size: false,
            default: DefaultValue::Required,
            doc: "The file to write: `.csv`, `.tsv`, `.json`, `.html` or `.md`; right after `plot` also `.svg`.",
        }],
        examples: &["retrieve popularity k=20 | select stage1 | decode topr | save path=\"teams.tsv\""],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: None,
};
