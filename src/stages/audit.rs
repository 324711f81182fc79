//! `audit`: what a reviewer would ask of a result.

use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::types::Type;
use crate::stages::Stage;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "audit",
        method: None,
        takes: &[Type::Pools, Type::Report],
        gives: Gives::Input,
        summary: "What a reviewer would ask: baselines, leaks, intervals, paired tests, in numbers and in words",
        description: "Over all rows of the result. **Targets**: how many for each team size R, how many are distinct over \
            the seeds, what share has a team that training shows whole, and which differences so few can't tell. \
            **Answers**: exact match and coverage with Wilson's 95 % interval, for teams *seen* in training and *novel* \
            ones apart, beside *popularity* (the R genes that regulate most training targets) and *copying* (the team of \
            the training target of the same R whose expression is most alike). **Paired tests** of every row against both \
            and against every other row, on the same targets: McNemar's exact test over all trials, and exact sign flips \
            that keep the trials of one target together, since seeds test targets again. **Crowding**: which genes take \
            the place of true regulators, and whether they are hubs. **Findings** say it in words: what does not beat a \
            baseline, what is remembered rather than found, injected pools, validation targets, numbers too good to be \
            true, and what is too small to tell.\n\n\
            Pools are audited for their coverage alone. `save` right after it writes the audit itself.",
        parameters: &[ParameterSpec {
            name: "top",
            kind: ParameterKind::Integer { min: 1, max: 50 },
            per_size: false,
            default: DefaultValue::Literal("5"),
            doc: "How many genes that take the place of true regulators are named.",
        }],
        examples: &[
            "retrieve popularity k=40 | select [modal, copy_nearest] | decode exact | audit",
            "use simulate sergio | split stratified seed=42..44\nretrieve [popularity, correlation] k=40 | audit",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: None,
};
