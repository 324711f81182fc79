//! `split`: Dataset → Split. Who trains, and who is evaluated.

pub mod random;
pub mod stratified;
pub mod team_disjoint;

use crate::data::dataset::Dataset;
use crate::data::split::Split;
use crate::data::teams::LARGEST_TEAM;
use crate::engine::context::{RunError, RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::catalog::{DefaultValue, ParameterKind, ParameterSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::random::Random;
use std::collections::BTreeMap;
use std::sync::Arc;

const TEST: ParameterSpec = ParameterSpec {
    name: "test",
    kind: ParameterKind::Float { min: 0.01, max: 0.9 },
    per_size: false,
    default: DefaultValue::Literal("0.2"),
    doc: "Share of each stratum that is evaluated, rounded up (paper §5.1: 80/20).",
};

const SEED: ParameterSpec = ParameterSpec {
    name: "seed",
    kind: ParameterKind::Integer { min: 0, max: i64::MAX },
    per_size: false,
    default: DefaultValue::UpstreamSeed,
    doc: "Draws the targets; the paper uses 42, 43 and 44.",
};

const SIZES: ParameterSpec = ParameterSpec {
    name: "sizes",
    kind: ParameterKind::Integers {
        min: 1,
        max: LARGEST_TEAM as i64,
    },
    per_size: false,
    default: DefaultValue::Literal("(2, 3, 4)"),
    doc: "Team sizes R that take part (paper §3).",
};

const EVALUATE_ON: ParameterSpec = ParameterSpec {
    name: "evaluate_on",
    kind: ParameterKind::Choice(&["test", "validation"]),
    per_size: false,
    default: DefaultValue::Literal("test"),
    doc: "Evaluate the test targets, or validation targets from the training side.",
};

/// The targets of one team size, divided into groups that stay together, in drawn order.
type Groups = fn(&Dataset, Vec<usize>, &mut Random) -> Vec<Vec<usize>>;

/// Draws every stratum; `method` names the split and its random numbers.
fn draw(context: &StageContext, input: Option<Value>, method: &'static str, groups: Groups) -> RunResult<Split> {
    let dataset = input_dataset(input)?;
    let arguments = context.arguments;
    let seed = arguments.seed("seed");
    let validation = arguments.text("evaluate_on") == Some("validation");
    let mut sizes = arguments.counts("sizes");
    sizes.sort_unstable();
    sizes.dedup();
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for &size in &sizes {
        let mut random = Random::new(seed, &format!("split {method}: size {size}"));
        let groups = groups(&dataset, targets(&dataset, size)?, &mut random);
        let (rest, evaluated) = stratum(groups, arguments.float("test"), validation).map_err(|total| {
            let share = arguments.float("test");
            too_small(&dataset, Some(size), share, total)
        })?;
        train.extend(rest);
        test.extend(evaluated);
    }
    train.sort_unstable();
    test.sort_unstable();
    Ok(Split {
        dataset,
        method,
        seed,
        sizes,
        train,
        test,
        validation,
    })
}

fn input_dataset(input: Option<Value>) -> RunResult<Arc<Dataset>> {
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
    Ok(dataset)
}

fn targets(dataset: &Dataset, size: usize) -> RunResult<Vec<usize>> {
    let targets = dataset.network.targets_of_size(size);
    match targets.is_empty() {
        true => Err(empty_stratum(dataset, size)),
        false => Ok(targets),
    }
}

/// Training and evaluated targets of one team size; where a side is empty, the number of targets.
fn stratum(groups: Vec<Vec<usize>>, share: f64, validation: bool) -> Result<(Vec<usize>, Vec<usize>), usize> {
    let total = count(&groups);
    let (mut evaluated, mut rest) = take(groups, test_count(total, share));
    if validation {
        let share = test_count(count(&rest), share);
        (evaluated, rest) = take(rest, share);
    }
    if rest.is_empty() || evaluated.is_empty() {
        return Err(total);
    }
    Ok((rest.concat(), evaluated.concat()))
}

/// The first groups that make up `goal` targets, and the others. A group that would exceed the goal is passed over;
/// where each one would, the smallest is taken.
fn take(groups: Vec<Vec<usize>>, goal: usize) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let smallest = groups.iter().map(Vec::len).min().unwrap_or(0);
    let goal = goal.max(smallest);
    let mut taken = 0;
    groups.into_iter().partition(|group| {
        let fits = taken + group.len() <= goal;
        taken += if fits { group.len() } else { 0 };
        fits
    })
}

fn count(groups: &[Vec<usize>]) -> usize {
    groups.iter().map(Vec::len).sum()
}

/// ⌈share·n⌉, where a product that is whole but for rounding stays as it is.
fn test_count(total: usize, share: f64) -> usize {
    ((total as f64 * share - 1e-9).ceil().max(0.0) as usize).min(total)
}

/// Targets of one team size, or of any, that can't be divided.
fn too_small(dataset: &Dataset, size: Option<usize>, share: f64, total: usize) -> RunError {
    let (of_size, without) = match size {
        Some(size) => (
            format!(" with {size} regulators"),
            format!(", or `sizes` without {size}"),
        ),
        None => (String::new(), String::new()),
    };
    let message = format!(
        "with test={share}, the {total} targets{of_size} can't be divided into some to train on and some to evaluate"
    );
    let help = format!("a smaller `test`{without}; {}", known_sizes(dataset));
    Diagnostic::error("stratum-too-small", message).help(help).into()
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

#[cfg(test)]
mod tests {
    use super::take;

    #[test]
    fn groups_are_taken_whole_up_to_the_goal() {
        let groups = vec![vec![1, 2], vec![3, 4, 5], vec![6], vec![7]];
        let (taken, rest) = take(groups, 4);
        assert_eq!(taken, vec![vec![1, 2], vec![6], vec![7]]);
        assert_eq!(rest, vec![vec![3, 4, 5]]);
    }

    #[test]
    fn the_smallest_group_is_taken_where_each_exceeds_the_goal() {
        let (taken, rest) = take(vec![vec![1, 2, 3], vec![4, 5]], 1);
        assert_eq!((taken, rest), (vec![vec![4, 5]], vec![vec![1, 2, 3]]));
    }
}
