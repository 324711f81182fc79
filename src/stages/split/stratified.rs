//! `split stratified`: the paper's random split within each team size.

use crate::data::dataset::Dataset;
use crate::data::split::Split;
use crate::engine::context::{RunError, RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{DefaultValue, Gives, ParameterKind, ParameterSpec, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::random::Random;
use crate::stages::Stage;
use std::collections::BTreeMap;

/// `split stratified`.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "split",
        method: Some("stratified"),
        takes: &[Type::Dataset],
        gives: Gives::Value(Type::Split),
        summary: "Random train and test targets, drawn within each team size R",
        description: "\
The split of the paper (§5.1): the targets with R regulators are shuffled for each R in `sizes`, and the first \
⌈test·n⌉ of them become test targets; the others train. On SERGIO DS3 these are 57, 39 and 19 test targets for R = 2, \
3 and 4. Targets of other sizes take no part.

With `evaluate_on=validation` the test targets are the same but put aside altogether, and ⌈test·n⌉ of the remaining \
targets are evaluated in their place: settings can be chosen without a look at the test targets.

Random splits leak whole teams where several targets share a team: most test teams also occur in training, so judge \
exact match separately for seen and novel teams, as `evaluate` does.

It is filled in where a pipeline names no `split` stage.",
        parameters: &[
            ParameterSpec {
                name: "test",
                kind: ParameterKind::Float { min: 0.01, max: 0.9 },
                per_size: false,
                default: DefaultValue::Literal("0.2"),
                doc: "Share of each stratum that is evaluated, rounded up (paper §5.1: 80/20).",
            },
            ParameterSpec {
                name: "seed",
                kind: ParameterKind::Integer { min: 0, max: i64::MAX },
                per_size: false,
                default: DefaultValue::UpstreamSeed,
                doc: "Draws the targets; the paper uses 42, 43 and 44.",
            },
            ParameterSpec {
                name: "sizes",
                kind: ParameterKind::Integers { min: 1, max: 16 },
                per_size: false,
                default: DefaultValue::Literal("(2, 3, 4)"),
                doc: "Team sizes R that take part (paper §3).",
            },
            ParameterSpec {
                name: "evaluate_on",
                kind: ParameterKind::Choice(&["test", "validation"]),
                per_size: false,
                default: DefaultValue::Literal("test"),
                doc: "Evaluate the test targets, or validation targets from the training side.",
            },
        ],
        examples: &[
            "simulate sergio | split stratified test=0.2 seed=42 | retrieve popularity k=80",
            "simulate sergio | split stratified seed=42..44 evaluate_on=validation | retrieve popularity k=80",
        ],
        version: 1,
        reads: &[],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let Some(Value::Dataset(dataset)) = input else {
        return Err(
            Diagnostic::error("internal", "`split` takes a Dataset, and none flows in")
                .help("this is a defect of the plan")
                .into(),
        );
    };
    if dataset.features.is_none() {
        return Err(Diagnostic::error(
            "no-features",
            "`split` takes a Dataset with features, and this one has none",
        )
        .help("put `features log1p_zscore` before `split`")
        .into());
    }
    let arguments = context.arguments;
    let seed = arguments.seed("seed");
    let validation = arguments.text("evaluate_on") == Some("validation");
    let mut sizes = arguments.counts("sizes");
    sizes.sort_unstable();
    sizes.dedup();
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for &size in &sizes {
        let (rest, evaluated) = stratum(&dataset, size, arguments.float("test"), seed, validation)?;
        train.extend(rest);
        test.extend(evaluated);
    }
    train.sort_unstable();
    test.sort_unstable();
    Ok(Value::Split(
        Split {
            dataset,
            method: "stratified",
            seed,
            sizes,
            train,
            test,
        }
        .into(),
    ))
}

/// Training and evaluated targets of one team size, in drawn order.
fn stratum(
    dataset: &Dataset,
    size: usize,
    share: f64,
    seed: u64,
    validation: bool,
) -> RunResult<(Vec<usize>, Vec<usize>)> {
    let mut targets = dataset.network.targets_of_size(size);
    if targets.is_empty() {
        return Err(empty_stratum(dataset, size));
    }
    let total = targets.len();
    Random::new(seed, &format!("split stratified: size {size}")).shuffle(&mut targets);
    let mut rest = targets.split_off(test_count(total, share));
    let mut evaluated = targets;
    if validation {
        let train = rest.split_off(test_count(rest.len(), share).min(rest.len()));
        evaluated = std::mem::replace(&mut rest, train);
    }
    if rest.is_empty() || evaluated.is_empty() {
        let message = format!("with test={share}, the {total} targets with {size} regulators leave none to train on");
        let help = format!("a smaller `test`, or `sizes` without {size}; {}", known_sizes(dataset));
        return Err(Diagnostic::error("stratum-too-small", message).help(help).into());
    }
    Ok((rest, evaluated))
}

/// ⌈share·n⌉, where a product that is whole but for rounding stays as it is.
fn test_count(total: usize, share: f64) -> usize {
    ((total as f64 * share - 1e-9).ceil().max(0.0) as usize).min(total)
}

fn empty_stratum(dataset: &Dataset, size: usize) -> RunError {
    let message = format!("`{}` has no target with {size} regulators", dataset.name);
    Diagnostic::error("empty-stratum", message)
        .help(known_sizes(dataset))
        .into()
}

fn known_sizes(dataset: &Dataset) -> String {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    let sizes = (0..dataset.network.gene_count()).map(|gene| dataset.network.team(gene).len());
    sizes
        .filter(|&size| size > 0)
        .for_each(|size| *counts.entry(size).or_default() += 1);
    let listed: Vec<String> = counts.iter().map(|(size, count)| format!("{size} ({count})")).collect();
    match listed.is_empty() {
        true => "no target has a known regulator".to_owned(),
        false => format!("team sizes that exist, with their targets: {}", listed.join(", ")),
    }
}
